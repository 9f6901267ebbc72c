package io.parktls.bench.load;

import io.parktls.CipherSuite;
import io.parktls.bench.jmh.primitive.RecordCipher;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The JDK's cipher by itself, on records of several connections in turn: the least that TLS with this cipher can cost.
 */
final class BareCipher {
    private static final int BATCH = 1_000;

    private final List<RecordCipher> connections = new ArrayList<>();
    private final byte[] plaintext;
    private final byte[] sealed;
    private int next;

    private BareCipher(int count, int size) throws GeneralSecurityException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            connections.add(new RecordCipher(CipherSuite.TLS_AES_128_GCM_SHA256, random));
        }
        plaintext = RecordCipher.plaintext(size);
        sealed = RecordCipher.sealed(size);
    }

    /**
     * Returns the microseconds that it takes to seal a record and to open one, as each end does for an echo.
     *
     * @param size the data in a record, in bytes
     * @param time to measure, after as long a warm-up
     */
    static double sealAndOpen(int connections, int size, Duration time) {
        try {
            return TightLoop.micros(new BareCipher(connections, size)::sealAndOpenNext, BATCH, time);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES-GCM", e);
        }
    }

    private void sealAndOpenNext() throws GeneralSecurityException {
        connections.get(next).sealAndOpen(plaintext, sealed, plaintext);
        next = next + 1 == connections.size() ? 0 : next + 1;
    }
}
