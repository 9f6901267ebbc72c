package io.parktls.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the compression of certificates, and messages that cannot be decompressed (RFC 8879 4). */
class CertificateCompressionTest {
    private static final int LIMIT = 65_536;

    /** Some repetitions with some noise, as in a chain of certificates. */
    private static byte[] certificate(int length) {
        byte[] certificate = new byte[length];
        Random noise = new Random(length);
        for (int i = 0; i < length; i++) {
            certificate[i] = (byte) (i % 8 == 0 ? noise.nextInt() : i % 32);
        }
        return certificate;
    }

    private static byte[] compressed(int length) {
        byte[] compressed = CertificateCompression.compress(certificate(length));
        assertNotNull(compressed);
        return compressed;
    }

    @ParameterizedTest
    @ValueSource(ints = {2_000, 20_000, LIMIT})
    void compressesAndDecompresses(int length) throws Exception {
        byte[] compressed = compressed(length);
        assertTrue(compressed.length <= length - 1_000, () -> compressed.length + " bytes");
        assertArrayEquals(certificate(length), CertificateCompression.decompress(compressed, LIMIT));
    }

    @Test
    void smallSavingsAreNotWorthIt() {
        assertNull(CertificateCompression.compress(new byte[0]));
        assertNull(CertificateCompression.compress(certificate(1_000)));
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        assertNull(CertificateCompression.compress(noise));
    }

    @Test
    void aCertificateAboveTheLimitIsRefused() {
        byte[] compressed = compressed(20_000);
        assertRefused(TlsAlert.BAD_CERTIFICATE, compressed, 19_999);
    }

    /** A few bytes that announce much must not take the memory for it. */
    @Test
    void anImpossibleRatioIsRefused() {
        byte[] compressed = compressed(20_000);
        byte[] short16 = Arrays.copyOf(compressed, 24);
        short16[2] = (byte) 0xFF;
        short16[5] = 0;
        short16[6] = 0;
        short16[7] = 16;
        assertRefused(TlsAlert.BAD_CERTIFICATE, short16, 0xFFFFFF);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, -1_000, 1_000, -19_999})
    void anotherLengthThanAnnouncedIsRefused(int difference) {
        byte[] compressed = compressed(20_000);
        int announced = 20_000 + difference;
        compressed[2] = (byte) (announced >>> 16);
        compressed[3] = (byte) (announced >>> 8);
        compressed[4] = (byte) announced;
        assertRefused(TlsAlert.BAD_CERTIFICATE, compressed, LIMIT);
    }

    @Test
    void bytesAfterTheStreamAreRefused() {
        byte[] compressed = compressed(20_000);
        byte[] longer = Arrays.copyOf(compressed, compressed.length + 1);
        int length = longer.length - 8;
        longer[6] = (byte) (length >>> 8);
        longer[7] = (byte) length;
        assertRefused(TlsAlert.BAD_CERTIFICATE, longer, LIMIT);
        assertRefused(TlsAlert.DECODE_ERROR, Arrays.copyOf(compressed, compressed.length + 1), LIMIT);
    }

    @Test
    void everyDamagedByteIsRefused() {
        byte[] compressed = compressed(3_000);
        int accepted = 0;
        for (int i = 0; i < compressed.length; i++) {
            byte[] damaged = compressed.clone();
            damaged[i] ^= 0x10;
            // The checksum of zlib covers the data, but not the bits that fill up the last byte before it.
            try {
                assertArrayEquals(certificate(3_000), CertificateCompression.decompress(damaged, LIMIT));
                accepted++;
            } catch (TlsHandshakeException e) {
                assertTrue(e.alert().isPresent());
            }
        }
        assertTrue(accepted <= 1, accepted + " damaged messages were accepted");
        for (int length = 0; length < compressed.length; length += 13) {
            byte[] cut = Arrays.copyOf(compressed, length);
            assertRefused(TlsAlert.DECODE_ERROR, cut, LIMIT);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 3, 0x0100, 0xFFFF})
    void anotherAlgorithmIsRefused(int algorithm) {
        byte[] compressed = compressed(20_000);
        compressed[0] = (byte) (algorithm >>> 8);
        compressed[1] = (byte) algorithm;
        assertRefused(TlsAlert.ILLEGAL_PARAMETER, compressed, LIMIT);
    }

    private static void assertRefused(TlsAlert alert, byte[] body, int limit) {
        TlsHandshakeException e =
                assertThrows(TlsHandshakeException.class, () -> CertificateCompression.decompress(body, limit));
        assertEquals(alert, e.alert().orElseThrow(), e.getMessage());
    }
}
