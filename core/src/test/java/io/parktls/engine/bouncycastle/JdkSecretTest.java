package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares key derivation with the values of the RFCs, and with the implementations of the JDK and Bouncy Castle. */
class JdkSecretTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final int SHA256 = CryptoHashAlgorithm.sha256;

    private final RoutedCrypto crypto = new RoutedCrypto(new SecureRandom());

    /** RFC 5869 A.1, A.2, A.3. */
    @ParameterizedTest
    @CsvSource({
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, 000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9,"
                + "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5,"
                + "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435"
                + "363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f,"
                + "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f9091"
                + "92939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf,"
                + "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1"
                + "e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff,"
                + "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244,"
                + "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da32"
                + "75600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b, '', '',"
                + "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04,"
                + "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    })
    void hkdf(String ikm, String salt, String info, String prk, String okm) {
        TlsSecret extracted = secret(salt).hkdfExtract(SHA256, secret(ikm));
        TlsSecret expanded = extracted.hkdfExpand(SHA256, HEX.parseHex(info), okm.length() / 2);

        assertEquals(prk, HEX.formatHex(extracted.extract()));
        assertEquals(okm, HEX.formatHex(expanded.extract()));
    }

    /** RFC 8448 3: the key schedule of a simple handshake. */
    @Test
    void keyScheduleOfTls13() throws Exception {
        TlsSecret early = crypto.hkdfInit(SHA256).hkdfExtract(SHA256, crypto.hkdfInit(SHA256));
        assertSecret("33ad0a1c607ec03b09e6cd9893680ce210adf300aa1f2660e1b22e10f170f92a", early);

        byte[] nothing = crypto.createHash(SHA256).calculateHash();
        TlsSecret derived = TlsCryptoUtils.hkdfExpandLabel(early, SHA256, "derived", nothing, 32);
        assertSecret("6f2615a108c702c5678f54fc9dbab69716c076189c48250cebeac3576c3611ba", derived);

        TlsSecret shared = secret("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d");
        TlsSecret handshake = derived.hkdfExtract(SHA256, shared);
        assertSecret("1dc826e93606aa6fdc0aadc12f741b01046aa6b99f691ed221a9f0ca043fbeac", handshake);

        byte[] transcript = HEX.parseHex("860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8");
        assertSecret(
                "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
                handshake.deriveUsingPRF(PRFAlgorithm.tls13_hkdf_sha256, "c hs traffic", transcript, 32));
        assertSecret(
                "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
                handshake.deriveUsingPRF(PRFAlgorithm.tls13_hkdf_sha256, "s hs traffic", transcript, 32));
    }

    /** The IETF's test vector of P_SHA256, from the TLS mailing list. */
    @Test
    void prfOfTls12() {
        TlsSecret output = secret("9bbe436ba940f017b17652849a71db35")
                .deriveUsingPRF(
                        PRFAlgorithm.tls_prf_sha256,
                        "test label",
                        HEX.parseHex("a0ba9f936cda311827a6f796ffd5198c"),
                        100);

        assertSecret(
                "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e14baf9af"
                        + "0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5a72e5a5110"
                        + "fff70187347b66",
                output);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32, 33, 47, 48, 49, 64, 96, 100, 200})
    void agreesWithTheJdkAndBouncyCastle(int length) throws Exception {
        BcTlsCrypto bouncyCastle = new BcTlsCrypto();
        byte[] key = new byte[50];
        Arrays.fill(key, (byte) 7);
        byte[] seed = {10, 11, 12};
        for (int hash : new int[] {CryptoHashAlgorithm.sha256, CryptoHashAlgorithm.sha384}) {
            byte[] expanded = secret(key).hkdfExpand(hash, seed, length).extract();
            KDF kdf = KDF.getInstance(hash == CryptoHashAlgorithm.sha256 ? "HKDF-SHA256" : "HKDF-SHA384");
            assertArrayEquals(
                    kdf.deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(key, "Generic"), seed, length)),
                    expanded);
        }
        for (int prf : new int[] {
            PRFAlgorithm.tls_prf_sha256,
            PRFAlgorithm.tls_prf_sha384,
            PRFAlgorithm.tls13_hkdf_sha256,
            PRFAlgorithm.tls13_hkdf_sha384
        }) {
            assertArrayEquals(
                    bouncyCastle
                            .createSecret(key)
                            .deriveUsingPRF(prf, "a label", seed, length)
                            .extract(),
                    secret(key).deriveUsingPRF(prf, "a label", seed, length).extract());
        }
        assertArrayEquals(
                bouncyCastle.createSecret(key).calculateHMAC(SHA256, seed, 1, 2),
                secret(key).calculateHMAC(SHA256, seed, 1, 2));
    }

    @Test
    void extractionUsesTheSaltUp() {
        TlsSecret salt = secret("0102");
        salt.hkdfExtract(SHA256, secret("03"));

        assertFalse(salt.isAlive());
        assertThrows(IllegalStateException.class, () -> salt.hkdfExpand(SHA256, new byte[0], 32));
    }

    @Test
    void hybridSecretsAreJoinedAndUsedUp() {
        TlsSecret first = secret("0102");
        TlsSecret second = secret("030405");

        assertSecret("0102030405", crypto.createHybridSecret(first, second));
        assertFalse(first.isAlive());
        assertFalse(second.isAlive());
    }

    @Test
    void adoptedSecretsAreCopies() {
        TlsSecret original = secret("0102");
        TlsSecret copy = crypto.adoptSecret(original);
        original.destroy();

        assertSecret("0102", copy);
    }

    @Test
    void expandsNoFurtherThanHkdfCan() {
        assertThrows(IllegalArgumentException.class, () -> secret("01").hkdfExpand(SHA256, new byte[0], 255 * 32 + 1));
    }

    /** Threads reuse HMAC objects one after another, never at the same time. */
    @Test
    void threadsDoNotAffectOneAnother() throws Exception {
        byte[] info = new byte[50];
        byte[] expected = secret("0102").hkdfExpand(SHA256, info, 100).extract();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> tasks = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte[] other = {(byte) i};
                tasks.add(() -> {
                    boolean same = true;
                    for (int k = 0; k < 50; k++) {
                        secret(other).hkdfExpand(SHA256, info, 32);
                        same &= Arrays.equals(
                                expected,
                                secret("0102").hkdfExpand(SHA256, info, 100).extract());
                    }
                    return same;
                });
            }
            for (Future<Boolean> result : threads.invokeAll(tasks)) {
                assertEquals(true, result.get());
            }
        }
    }

    private void assertSecret(String expected, TlsSecret secret) {
        assertEquals(expected, HEX.formatHex(crypto.adoptSecret(secret).extract()));
    }

    private TlsSecret secret(String hex) {
        return secret(HEX.parseHex(hex));
    }

    private TlsSecret secret(byte[] bytes) {
        return crypto.createSecret(bytes);
    }
}
