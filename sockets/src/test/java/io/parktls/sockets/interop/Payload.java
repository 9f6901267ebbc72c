package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/**
 * Test data, by default 100 MB: lines of text that are all different. Some peers require lines, and no line looks like
 * a command of any peer.
 */
record Payload(int length) {
    static final Payload WHOLE = new Payload(100_000_000);

    private static final int LINE = 2_500;
    private static final int BLOCK = 50_000;

    void writeTo(OutputStream out) throws IOException {
        byte[] block = block();
        for (int n = 0; n < length / BLOCK; n++) {
            number(block, n);
            out.write(block);
        }
        out.flush();
    }

    /** Reads and compares this payload, and leaves the data that follows. */
    void readFrom(InputStream in) throws IOException {
        MessageDigest expected = sha256();
        byte[] block = block();
        for (int n = 0; n < length / BLOCK; n++) {
            number(block, n);
            expected.update(block);
        }
        MessageDigest got = sha256();
        byte[] buffer = new byte[1 << 16];
        int total = 0;
        while (total < length) {
            int n = in.read(buffer, 0, Math.min(buffer.length, length - total));
            assertEquals(1, Integer.signum(n), "end of the stream after " + total + " bytes");
            got.update(buffer, 0, n);
            total += n;
        }
        assertArrayEquals(expected.digest(), got.digest(), "SHA-256 of what came");
    }

    private static byte[] block() {
        byte[] block = new byte[BLOCK];
        Random random = new Random(1);
        for (int i = 0; i < BLOCK; i++) {
            block[i] = (byte) (i % LINE == LINE - 1 ? '\n' : 'a' + random.nextInt(26));
        }
        return block;
    }

    private static void number(byte[] block, int n) {
        byte[] digits = HexFormat.of().toHexDigits(n).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, block, 0, digits.length);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
