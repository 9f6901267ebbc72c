package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares sealing and opening with the formulas of the RFCs, which this test implements independently. */
class RecordProtectionTest {
    /** The number of the key. Each test has its own. */
    private final int number = RecordPair.freshKey();

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void recordsMatchTheFormulasOfTheRfcs(CipherSuite suite) throws GeneralSecurityException {
        RecordSealer sealer = new RecordSealer(RecordPair.key(suite, number));
        for (int sequence = 0; sequence < 300; sequence++) {
            byte[] content = RecordPair.pattern(sequence, sequence);
            ByteBuffer out = ByteBuffer.allocate(10 + content.length + sealer.overhead() + 10)
                    .position(10);
            assertEquals(sequence, sealer.sequence());
            sealer.seal(ContentType.APPLICATION_DATA, ByteBuffer.wrap(content), content.length, out);
            assertEquals(out.capacity() - 10, out.position());
            byte[] record = Arrays.copyOfRange(out.array(), 10, out.position());
            assertArrayEquals(content, openedByTheBook(suite, sequence, record));
            assertArrayEquals(
                    new byte[10], Arrays.copyOf(out.array(), 10), "the bytes before the record do not change");
            assertArrayEquals(
                    new byte[10],
                    Arrays.copyOfRange(out.array(), out.position(), out.capacity()),
                    "the bytes after the record do not change");
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void everyFlippedBitIsABadRecordMac(CipherSuite suite) throws TlsProtocolException {
        RecordSealer sealer = new RecordSealer(RecordPair.key(suite, number));
        byte[] content = RecordPair.pattern(40, 1);
        ByteBuffer out = ByteBuffer.allocate(content.length + sealer.overhead());
        sealer.seal(ContentType.APPLICATION_DATA, ByteBuffer.wrap(content), content.length, out);
        byte[] record = out.array();
        byte[] plaintext = new byte[record.length];
        for (int bit = 0; bit < 8 * record.length; bit++) {
            if (bit / 8 == 3 || bit / 8 == 4) {
                continue; // A changed length only makes the reader wait for more bytes.
            }
            byte[] spoiled = record.clone();
            spoiled[bit / 8] ^= (byte) (1 << bit % 8);
            RecordOpener opener = new RecordOpener(RecordPair.key(suite, number));
            TlsProtocolException failure =
                    assertThrows(TlsProtocolException.class, () -> opener.open(spoiled, 0, plaintext, 0));
            assertEquals(TlsAlert.BAD_RECORD_MAC, failure.alert().orElseThrow());
            assertArrayEquals(new byte[plaintext.length], plaintext, "no plaintext is written");
        }
        new RecordOpener(RecordPair.key(suite, number)).open(record, 0, plaintext, 0);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void recordsOpenOnlyInOrder(CipherSuite suite) throws TlsProtocolException {
        RecordSealer sealer = new RecordSealer(RecordPair.key(suite, number));
        byte[] first = sealed(sealer, 1);
        byte[] second = sealed(sealer, 2);
        byte[] plaintext = new byte[100];

        RecordOpener skipping = new RecordOpener(RecordPair.key(suite, number));
        assertThrows(TlsProtocolException.class, () -> skipping.open(second, 0, plaintext, 0));

        RecordOpener repeating = new RecordOpener(RecordPair.key(suite, number));
        repeating.open(first, 0, plaintext, 0);
        assertThrows(TlsProtocolException.class, () -> repeating.open(first, 0, plaintext, 0));
    }

    @ParameterizedTest
    @EnumSource(
            value = CipherSuite.class,
            names = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"})
    void trafficSecretsFollowEachOther(CipherSuite suite) throws GeneralSecurityException {
        boolean sha384 = suite == CipherSuite.TLS_AES_256_GCM_SHA384;
        byte[] secret = RecordPair.pattern(sha384 ? 48 : 32, number);
        TrafficSecret current = new TrafficSecret(suite, AeadAlgorithm.of(suite).ciphers(), secret.clone());
        for (int generation = 0; generation < 3; generation++) {
            TrafficKey key = current.key();
            assertArrayEquals(
                    expandLabel(sha384, secret, "key", AeadAlgorithm.of(suite).keyLength()), key.getEncoded());
            assertArrayEquals(expandLabel(sha384, secret, "iv", 12), key.iv());
            secret = expandLabel(sha384, secret, "traffic upd", secret.length);
            current = current.next();
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void toStringContainsNoKey(CipherSuite suite) {
        TrafficKey key = RecordPair.key(suite, number);
        assertFalse(key.toString().contains(HexFormat.of().formatHex(key.getEncoded(), 0, 4)));
        assertEquals(AeadAlgorithm.of(suite) + " " + suite.version(), key.toString());
        if (suite.version() == TlsVersion.TLS_1_3) {
            assertEquals(
                    "TrafficSecret[" + suite + "]",
                    new TrafficSecret(suite, AeadAlgorithm.of(suite).ciphers(), new byte[32]).toString());
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void aDestroyedKeySealsNothing(CipherSuite suite) {
        RecordSealer sealer = new RecordSealer(RecordPair.key(suite, number));
        sealed(sealer, 1);
        sealer.retire();
        assertThrows(IllegalStateException.class, () -> sealed(sealer, 2));
    }

    private static byte[] sealed(RecordSealer sealer, int content) {
        ByteBuffer out = ByteBuffer.allocate(1 + sealer.overhead());
        sealer.seal(ContentType.APPLICATION_DATA, ByteBuffer.wrap(new byte[] {(byte) content}), 1, out);
        return out.array();
    }

    /** Seals a record as RFC 8446 5.2 and 5.3, or RFC 5246 6.2.3.3 with RFC 5288 3 or RFC 7905 2, define it. */
    private byte[] openedByTheBook(CipherSuite suite, long sequence, byte[] record) throws GeneralSecurityException {
        boolean is13 = suite.version() == TlsVersion.TLS_1_3;
        TrafficKey key = RecordPair.key(suite, number);
        ByteBuffer fields = ByteBuffer.wrap(record);
        assertEquals(ContentType.APPLICATION_DATA, fields.get());
        assertEquals(0x0303, fields.getShort());
        assertEquals(record.length - 5, fields.getShort());

        boolean chaCha = suite.name().contains("CHACHA20");
        ByteBuffer nonce = ByteBuffer.allocate(12);
        if (is13 || chaCha) {
            nonce.putInt(0).putLong(sequence);
            for (int i = 0; i < 12; i++) {
                nonce.array()[i] ^= key.iv()[i];
            }
        } else {
            byte[] explicit = new byte[8];
            fields.get(explicit);
            nonce.put(key.iv(), 0, 4).put(explicit);
        }
        byte[] ciphertext = new byte[fields.remaining()];
        fields.get(ciphertext);
        byte[] aad = is13
                ? Arrays.copyOf(record, 5)
                : ByteBuffer.allocate(13)
                        .putLong(sequence)
                        .put(record, 0, 3)
                        .putShort((short) (ciphertext.length - 16))
                        .array();

        Cipher cipher = Cipher.getInstance(chaCha ? "ChaCha20-Poly1305" : "AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key.getEncoded(), chaCha ? "ChaCha20" : "AES"),
                chaCha ? new IvParameterSpec(nonce.array()) : new GCMParameterSpec(128, nonce.array()));
        cipher.updateAAD(aad);
        byte[] plaintext = cipher.doFinal(ciphertext);
        if (!is13) {
            return plaintext;
        }
        assertEquals(ContentType.APPLICATION_DATA, plaintext[plaintext.length - 1]);
        return Arrays.copyOf(plaintext, plaintext.length - 1);
    }

    /** HKDF-Expand-Label (RFC 8446 7.1, RFC 5869 2.3), for lengths up to that of the hash. */
    private static byte[] expandLabel(boolean sha384, byte[] secret, String label, int length)
            throws GeneralSecurityException {
        byte[] name = ("tls13 " + label).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        Mac mac = Mac.getInstance(sha384 ? "HmacSHA384" : "HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HKDF"));
        mac.update(new byte[] {0, (byte) length, (byte) name.length});
        mac.update(name);
        mac.update(new byte[] {0, 1});
        return Arrays.copyOf(mac.doFinal(), length);
    }
}
