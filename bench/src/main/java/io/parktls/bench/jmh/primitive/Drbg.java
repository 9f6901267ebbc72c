package io.parktls.bench.jmh.primitive;

import java.security.DrbgParameters;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** The random number generator of handshakes. */
final class Drbg {
    private Drbg() {}

    static SecureRandom create() throws NoSuchAlgorithmException {
        return SecureRandom.getInstance(
                "DRBG", DrbgParameters.instantiation(256, DrbgParameters.Capability.RESEED_ONLY, null));
    }
}
