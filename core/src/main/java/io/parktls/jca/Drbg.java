package io.parktls.jca;

import java.security.DrbgParameters;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Creates generators of random bytes (NIST SP 800-90A) that are seeded by the operating system. They replace
 * {@code new SecureRandom()}, which uses the first installed provider that has one; that provider may block until
 * entropy is available.
 */
public final class Drbg {
    private Drbg() {}

    /**
     * Returns a new generator with a security strength of 256 bits. It can be reseeded, and like every
     * {@link SecureRandom} it is thread-safe.
     *
     * @throws IllegalStateException if no provider has such a generator
     */
    public static SecureRandom make() {
        try {
            return JcaProviders.first("DRBG with 256 bits", provider -> {
                SecureRandom generator = SecureRandom.getInstance(
                        "DRBG",
                        DrbgParameters.instantiation(256, DrbgParameters.Capability.RESEED_ONLY, null),
                        provider);
                generator.nextBytes(new byte[1]);
                return generator;
            });
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no provider of this JVM has a DRBG with 256 bits", e);
        }
    }

    /** Returns the generator that is shared by infrequent uses: keys and serial numbers created during setup. */
    public static SecureRandom shared() {
        return Shared.GENERATOR;
    }

    private static final class Shared {
        static final SecureRandom GENERATOR = make();
    }
}
