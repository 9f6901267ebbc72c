package io.parktls.engine.bouncycastle;

import io.parktls.jca.Drbg;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fixed set of random generators (NIST SP 800-90A), assigned to connections in turn. On Unix
 * {@code new SecureRandom()} is instead one generator behind one lock for the whole process, and each handshake uses it
 * several times.
 *
 * <p>The operating system seeds each generator, and seeds it again after {@value #CONNECTIONS_BETWEEN_RESEEDS}
 * connections.
 */
final class HandshakeRandom {
    private static final int CONNECTIONS_BETWEEN_RESEEDS = 256;
    private static final SecureRandom[] GENERATORS = generators();
    private static final AtomicLong TURN = new AtomicLong();

    private HandshakeRandom() {}

    /** Returns a generator for one connection or one signature. Like every {@link SecureRandom} it is thread-safe. */
    static SecureRandom next() {
        long turn = TURN.getAndIncrement();
        SecureRandom generator = GENERATORS[(int) (turn % GENERATORS.length)];
        long uses = turn / GENERATORS.length;
        if (uses > 0 && uses % CONNECTIONS_BETWEEN_RESEEDS == 0) {
            generator.reseed();
        }
        return generator;
    }

    private static SecureRandom[] generators() {
        SecureRandom[] generators = new SecureRandom[2 * Runtime.getRuntime().availableProcessors()];
        for (int i = 0; i < generators.length; i++) {
            generators[i] = Drbg.make();
        }
        return generators;
    }
}
