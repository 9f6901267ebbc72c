package io.parktls.jca;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The installed providers in an order of our own. Programs and distributions put other providers first, for speed or for
 * policy; such a provider may lack an algorithm, implement it slowly, or claim it and fail. Thread-safe.
 */
public final class JcaProviders {
    /** The providers of the JDK that have the algorithms of TLS. */
    private static final Set<String> JDK = Set.of("SUN", "SunRsaSign", "SunEC", "SunJCE", "SunJSSE");

    private JcaProviders() {}

    /**
     * Makes an object with one provider.
     *
     * @param <T> what it makes
     */
    @FunctionalInterface
    public interface Factory<T> {
        /**
         * Makes the object and proves that it works, as far as that is cheap.
         *
         * @throws GeneralSecurityException if that provider does not have it
         */
        T make(Provider provider) throws GeneralSecurityException;
    }

    /** The installed providers, those of the JDK first, otherwise in their order. */
    public static List<Provider> jdkFirst() {
        List<Provider> providers = new ArrayList<>();
        List<Provider> others = new ArrayList<>();
        for (Provider provider : Security.getProviders()) {
            (isJdk(provider) ? providers : others).add(provider);
        }
        providers.addAll(others);
        return providers;
    }

    /** The installed providers in their order: for keys that only their own provider can use. */
    public static List<Provider> asInstalled() {
        return Arrays.asList(Security.getProviders());
    }

    /** Whether that is one of the JDK's own, which does what it claims. */
    public static boolean isJdk(Provider provider) {
        return JDK.contains(provider.getName());
    }

    /**
     * Makes an object with the first provider that can, those of the JDK asked first.
     *
     * @param what the name of the algorithm, for the exception
     * @throws NoSuchAlgorithmException if no provider can; each provider's own exception is suppressed in it
     */
    public static <T> T first(String what, Factory<T> factory) throws NoSuchAlgorithmException {
        return first(what, jdkFirst(), factory);
    }

    /**
     * Makes an object with the first of these providers that can.
     *
     * @param what the name of the algorithm, for the exception
     * @throws NoSuchAlgorithmException if no provider can; each provider's own exception is suppressed in it
     */
    public static <T> T first(String what, List<Provider> providers, Factory<T> factory)
            throws NoSuchAlgorithmException {
        List<Throwable> failures = new ArrayList<>();
        for (Provider provider : providers) {
            try {
                return factory.make(provider);
            } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
                // Also what no contract allows: a provider that fails is passed over, however it fails.
                failures.add(e);
            }
        }
        NoSuchAlgorithmException none =
                new NoSuchAlgorithmException("none of the providers has " + what + ": " + names(providers));
        failures.forEach(none::addSuppressed);
        throw none;
    }

    private static List<String> names(List<Provider> providers) {
        return providers.stream().map(Provider::getName).toList();
    }
}
