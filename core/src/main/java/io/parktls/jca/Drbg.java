package io.parktls.jca;

import java.security.DrbgParameters;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Makes generators of random bytes (NIST SP 800-90A) that the operating system seeds. {@code new SecureRandom()} instead
 * is the choice of whichever provider is first, and that one may wait for entropy.
 */
public final class Drbg {
    private Drbg() {}

    /**
     * A new generator of 256 bit security strength; thread-safe, as every {@link SecureRandom}. It can be reseeded.
     *
     * @throws IllegalStateException if no provider has one
     */
    public static SecureRandom make() {
        try {
            return JcaProviders.first("DRBG of 256 bit", provider -> {
                SecureRandom generator = SecureRandom.getInstance(
                        "DRBG",
                        DrbgParameters.instantiation(256, DrbgParameters.Capability.RESEED_ONLY, null),
                        provider);
                generator.nextBytes(new byte[1]);
                return generator;
            });
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks a DRBG of 256 bit", e);
        }
    }

    /** One generator for what happens rarely: keys and serial numbers that are made at setup. */
    public static SecureRandom shared() {
        return Shared.GENERATOR;
    }

    private static final class Shared {
        static final SecureRandom GENERATOR = make();
    }
}
