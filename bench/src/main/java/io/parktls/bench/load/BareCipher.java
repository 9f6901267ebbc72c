package io.parktls.bench.load;

import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The JDK's cipher by itself, on records of so many connections by turns: what no TLS on it can do without. For one
 * thread.
 */
final class BareCipher {
    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final int HEADER = 5;
    private static final int MOVES_PER_LOOK = 1_000;

    /** One end of a connection, as far as its keys go: one cipher seals, the other opens. */
    private static final class End {
        private final Cipher sealing;
        private final Cipher opening;
        private final SecretKeySpec key;
        private final byte[] nonce = new byte[NONCE];

        End(SplittableRandom random) throws GeneralSecurityException {
            sealing = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            opening = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
            byte[] bytes = new byte[16];
            random.nextBytes(bytes);
            key = new SecretKeySpec(bytes, "AES");
        }

        GCMParameterSpec parameters() {
            for (int i = NONCE - 1; ++nonce[i] == 0; ) {
                i--;
            }
            return new GCMParameterSpec(8 * TAG, nonce);
        }
    }

    private final List<End> ends = new ArrayList<>();
    private final byte[] header = new byte[HEADER];
    private final byte[] plaintext;
    private final byte[] sealed;
    private int next;

    /** @param size of the data of a record, in bytes; RFC 8446 5.2 adds one for its type */
    private BareCipher(int connections, int size) throws GeneralSecurityException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < connections; i++) {
            ends.add(new End(random));
        }
        plaintext = new byte[size + 1];
        sealed = new byte[size + 1 + TAG];
    }

    /**
     * Measures how many microseconds it takes to seal a record and to open one, as each end does for an echo.
     *
     * @param time to measure for, after as much of warming up
     */
    static double sealAndOpen(int connections, int size, Duration time) {
        try {
            BareCipher cipher = new BareCipher(connections, size);
            cipher.run(time.toNanos());
            return cipher.run(time.toNanos());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM", e);
        }
    }

    private double run(long nanos) throws GeneralSecurityException {
        long start = System.nanoTime();
        long moves = 0;
        long now;
        do {
            for (int i = 0; i < MOVES_PER_LOOK; i++) {
                move(ends.get(next));
                next = next + 1 == ends.size() ? 0 : next + 1;
            }
            moves += MOVES_PER_LOOK;
            now = System.nanoTime();
        } while (now - start < nanos);
        return (now - start) / 1e3 / moves;
    }

    private void move(End end) throws GeneralSecurityException {
        GCMParameterSpec parameters = end.parameters();
        end.sealing.init(Cipher.ENCRYPT_MODE, end.key, parameters);
        end.sealing.updateAAD(header);
        int length = end.sealing.doFinal(plaintext, 0, plaintext.length, sealed, 0);
        end.opening.init(Cipher.DECRYPT_MODE, end.key, parameters);
        end.opening.updateAAD(header);
        end.opening.doFinal(sealed, 0, length, plaintext, 0);
    }
}
