package io.parktls.engine.bouncycastle;

import java.security.Provider;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JCA providers that are tried before those that ParkTLS uses by default. Immutable.
 *
 * @param providers the providers, in order of preference
 */
record PreferredProviders(List<Provider> providers) {
    static final PreferredProviders NONE = new PreferredProviders(List.of());

    PreferredProviders {
        providers = List.copyOf(providers);
    }

    /** Returns the first provider that has all the given types of service for an algorithm; null if none has. */
    @Nullable
    Provider with(String algorithm, String... services) {
        return having(algorithm, services).findFirst().orElse(null);
    }

    /** Returns the providers that have all the given types of service for an algorithm. */
    Stream<Provider> having(String algorithm, String... services) {
        return providers.stream()
                .filter(provider ->
                        Arrays.stream(services).allMatch(service -> provider.getService(service, algorithm) != null));
    }

    /** Returns the providers' names. */
    @Override
    public String toString() {
        return providers.stream().map(Provider::getName).collect(Collectors.joining(", "));
    }
}
