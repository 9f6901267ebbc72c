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
 * The JDK's cipher by itself, on the records of a number of connections in turn: the least that TLS with this cipher can cost.
 * For one thread.
 */
final class BareCipher {
    private static final int TAG = 16;
    private static final int NONCE = 12;
    private static final int HEADER = 5;
    private static final int BATCH = 1_000;

    /** The ciphers of one connection, for both directions with the same key. */
    private static final class Connection {
        private final Cipher sealing;
        private final Cipher opening;
        private final SecretKeySpec key;
        private final byte[] nonce = new byte[NONCE];

        Connection(SplittableRandom random) throws GeneralSecurityException {
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

    private final List<Connection> connections = new ArrayList<>();
    private final byte[] header = new byte[HEADER];
    private final byte[] plaintext;
    private final byte[] sealed;
    private int next;

    /** @param size the data in a record, in bytes, without the content type that RFC 8446 5.2 adds */
    private BareCipher(int count, int size) throws GeneralSecurityException {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            connections.add(new Connection(random));
        }
        plaintext = new byte[size + 1];
        sealed = new byte[size + 1 + TAG];
    }

    /**
     * Returns the microseconds that it takes to seal a record and to open one, as each end does for an echo.
     *
     * @param time to measure, after as long a warm-up
     */
    static double sealAndOpen(int connections, int size, Duration time) {
        try {
            BareCipher cipher = new BareCipher(connections, size);
            return TightLoop.micros(cipher::sealAndOpenNext, BATCH, time);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no AES-GCM", e);
        }
    }

    private void sealAndOpenNext() throws GeneralSecurityException {
        Connection connection = connections.get(next);
        next = next + 1 == connections.size() ? 0 : next + 1;
        GCMParameterSpec parameters = connection.parameters();
        connection.sealing.init(Cipher.ENCRYPT_MODE, connection.key, parameters);
        connection.sealing.updateAAD(header);
        int length = connection.sealing.doFinal(plaintext, 0, plaintext.length, sealed, 0);
        connection.opening.init(Cipher.DECRYPT_MODE, connection.key, parameters);
        connection.opening.updateAAD(header);
        connection.opening.doFinal(sealed, 0, length, plaintext, 0);
    }
}
