package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsHMAC;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares hashes and HMAC with published values and with Bouncy Castle's results. */
class JdkHashTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int[] LENGTHS = {0, 1, 63, 64, 65, 127, 128, 129, 1000};

    /** FIPS 180-4: the hashes of "abc". */
    @ParameterizedTest
    @CsvSource({
        "SHA256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA384, cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed" + "8086072ba1e7cc2358baeca134c825a7",
        "SHA512, ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    })
    void hashesAbc(JdkHashAlgorithm algorithm, String expected) {
        TlsHash hash = new JdkHash(algorithm);
        hash.update("xabcx".getBytes(StandardCharsets.US_ASCII), 1, 3);

        assertEquals(expected, HEX.formatHex(hash.calculateHash()));
    }

    @Test
    void aCloneIsIndependent() {
        TlsHash hash = new JdkHash(JdkHashAlgorithm.SHA256);
        hash.update(new byte[100], 0, 100);
        TlsHash clone = hash.cloneHash();
        clone.update(new byte[1], 0, 1);
        byte[] ofClone = clone.calculateHash();
        byte[] ofHash = hash.calculateHash();

        assertArrayEquals(hashOf(JdkHashAlgorithm.SHA256, 100), ofHash);
        assertArrayEquals(hashOf(JdkHashAlgorithm.SHA256, 101), ofClone);
    }

    @Test
    void startsAnewOnceCalculatedOrReset() {
        TlsHash hash = new JdkHash(JdkHashAlgorithm.SHA384);
        hash.update(new byte[10], 0, 10);
        hash.calculateHash();
        hash.update(new byte[20], 0, 20);
        hash.reset();

        assertArrayEquals(hashOf(JdkHashAlgorithm.SHA384, 0), hash.calculateHash());
    }

    /** RFC 4231, test cases 2 and 6: a short key, and one longer than a block. */
    @ParameterizedTest
    @CsvSource({
        "4a656665, 7768617420646f2079612077616e7420666f72206e6f7468696e673f,"
                + "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "131*aa, 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669"
                + "727374, 60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    })
    void authenticates(String key, String data, String expected) {
        byte[] keyBytes = HEX.parseHex(key.startsWith("131*") ? key.substring(4).repeat(131) : key);
        byte[] dataBytes = HEX.parseHex(data);
        TlsHMAC hmac = new JdkHmac(JdkHashAlgorithm.SHA256);
        hmac.setKey(keyBytes, 0, keyBytes.length);
        hmac.update(dataBytes, 0, dataBytes.length);

        assertEquals(expected, HEX.formatHex(hmac.calculateMAC()));
    }

    @ParameterizedTest
    @ValueSource(ints = {CryptoHashAlgorithm.sha256, CryptoHashAlgorithm.sha384, CryptoHashAlgorithm.sha512})
    void agreesWithBouncyCastle(int algorithm) {
        BcTlsCrypto bouncyCastle = new BcTlsCrypto();
        for (int keyLength : LENGTHS) {
            TlsHMAC ours = new JdkHmac(JdkHashAlgorithm.of(algorithm));
            TlsHMAC theirs = bouncyCastle.createHMACForHash(algorithm);
            byte[] key = numbers(keyLength + 2);
            ours.setKey(key, 1, keyLength);
            theirs.setKey(key, 1, keyLength);
            assertEquals(theirs.getMacLength(), ours.getMacLength());
            assertEquals(theirs.getInternalBlockSize(), ours.getInternalBlockSize());
            for (int length : LENGTHS) {
                byte[] data = numbers(length);
                ours.update(data, 0, length);
                theirs.update(data, 0, length);
                byte[] value = new byte[ours.getMacLength() + 3];
                ours.calculateMAC(value, 2);
                byte[] expected = new byte[value.length];
                theirs.calculateMAC(expected, 2);
                assertArrayEquals(expected, value, "key of " + keyLength + ", data of " + length);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(JdkHashAlgorithm.class)
    void refusesAnOutputThatIsTooShort(JdkHashAlgorithm algorithm) {
        TlsHMAC hmac = new JdkHmac(algorithm);
        hmac.setKey(new byte[32], 0, 32);

        assertThrows(IllegalArgumentException.class, () -> hmac.calculateMAC(new byte[algorithm.outputLength()], 1));
    }

    @Test
    void knowsNoOldHashes() {
        assertThrows(IllegalArgumentException.class, () -> JdkHashAlgorithm.of(CryptoHashAlgorithm.sha1));
        assertThrows(IllegalArgumentException.class, () -> JdkHashAlgorithm.of(CryptoHashAlgorithm.md5));
    }

    private static byte[] hashOf(JdkHashAlgorithm algorithm, int zeros) {
        TlsHash hash = new JdkHash(algorithm);
        hash.update(new byte[zeros], 0, zeros);
        return hash.calculateHash();
    }

    private static byte[] numbers(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 7);
        }
        return bytes;
    }
}
