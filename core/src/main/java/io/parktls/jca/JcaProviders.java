package io.parktls.jca;

import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Accesses the installed providers in ParkTLS's own order of preference. Applications and distributions install other
 * providers in front of the JDK's for speed or by policy. Such a provider may lack an algorithm, implement it slowly,
 * or advertise it and fail. Thread-safe.
 */
public final class JcaProviders {
    /** The JDK providers that implement the algorithms of TLS, in the order in which the JDK installs them. */
    private static final List<String> JDK = List.of("SUN", "SunRsaSign", "SunEC", "SunJSSE", "SunJCE");

    private JcaProviders() {}

    /**
     * Creates an object with one provider.
     *
     * @param <T> the type of the object
     */
    @FunctionalInterface
    public interface Factory<T> {
        /**
         * Creates the object and, if it is cheap, verifies that it works.
         *
         * @throws GeneralSecurityException if the provider does not implement the algorithm
         */
        T make(Provider provider) throws GeneralSecurityException;
    }

    /**
     * Returns the installed providers with those of the JDK first and otherwise in their installed order. The JVM looks
     * for the JDK's remaining providers in each jar of the class path, which takes long and is nearly always in vain, so
     * they are loaded only if the iteration reaches them.
     */
    public static Iterable<Provider> jdkFirst() {
        return JdkFirst::new;
    }

    /** Returns the given providers and then those of {@link #jdkFirst}. */
    public static Iterable<Provider> jdkFirstAfter(List<Provider> preferred) {
        return preferred.isEmpty() ? jdkFirst() : () -> new JdkFirst(preferred);
    }

    private static final class JdkFirst implements Iterator<Provider> {
        private final Iterator<String> names = JDK.iterator();
        private Iterator<Provider> loaded;
        private boolean allLoaded;

        JdkFirst() {
            this(List.of());
        }

        JdkFirst(List<Provider> preferred) {
            loaded = preferred.iterator();
        }

        @Override
        public boolean hasNext() {
            while (!loaded.hasNext() && !allLoaded) {
                loaded = load();
            }
            return loaded.hasNext();
        }

        private Iterator<Provider> load() {
            if (names.hasNext()) {
                Provider provider = Security.getProvider(names.next());
                return provider == null
                        ? Collections.emptyIterator()
                        : List.of(provider).iterator();
            }
            allLoaded = true;
            List<Provider> others = new ArrayList<>(asInstalled());
            others.removeIf(JcaProviders::isJdk);
            return others.iterator();
        }

        @Override
        public Provider next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return loaded.next();
        }
    }

    /** Returns the installed providers in their order, for keys that only their own provider can use. */
    public static List<Provider> asInstalled() {
        return Arrays.asList(Security.getProviders());
    }

    /** Returns whether a provider is one of the JDK's own, which implement what they advertise. */
    public static boolean isJdk(Provider provider) {
        return JDK.contains(provider.getName());
    }

    /**
     * Creates an object with the first provider that can, trying those of the JDK first.
     *
     * @param what the name of the algorithm, for the exception
     * @throws NoSuchAlgorithmException if no provider can; the exceptions of the providers are suppressed in it
     */
    public static <T> T first(String what, Factory<T> factory) throws NoSuchAlgorithmException {
        return first(what, jdkFirst(), factory);
    }

    /**
     * Creates an object with the first of the given providers that can.
     *
     * @param what the name of the algorithm, for the exception
     * @throws NoSuchAlgorithmException if no provider can; the exceptions of the providers are suppressed in it
     */
    public static <T> T first(String what, Iterable<Provider> providers, Factory<T> factory)
            throws NoSuchAlgorithmException {
        List<Throwable> failures = new ArrayList<>();
        for (Provider provider : providers) {
            try {
                return factory.make(provider);
            } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
                // Providers also fail with exceptions that no contract allows, so every exception moves on to the next
                // provider.
                failures.add(e);
            }
        }
        NoSuchAlgorithmException none =
                new NoSuchAlgorithmException("no provider has " + what + ": tried " + names(providers));
        failures.forEach(none::addSuppressed);
        throw none;
    }

    private static List<String> names(Iterable<Provider> providers) {
        List<String> names = new ArrayList<>();
        providers.forEach(provider -> names.add(provider.getName()));
        return names;
    }
}
