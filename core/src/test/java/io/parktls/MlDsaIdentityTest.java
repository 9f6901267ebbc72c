package io.parktls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jcajce.interfaces.MLDSAPrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that identities with an ML-DSA key are loaded from each format of the key (RFC 9881 6) and of its file. */
class MlDsaIdentityTest {
    private static final char[] PASSWORD = "a password".toCharArray();

    @TempDir
    Path directory;

    /** A parameter set with a key pair of Bouncy Castle, which has the seed. */
    enum ParameterSet {
        ML_DSA_44("ML-DSA-44", NISTObjectIdentifiers.id_ml_dsa_44),
        ML_DSA_65("ML-DSA-65", NISTObjectIdentifiers.id_ml_dsa_65),
        ML_DSA_87("ML-DSA-87", NISTObjectIdentifiers.id_ml_dsa_87);

        private final String algorithm;

        @SuppressWarnings("ImmutableEnumChecker")
        private final ASN1ObjectIdentifier identifier;

        @SuppressWarnings("ImmutableEnumChecker")
        private final MLDSAPrivateKey key;

        @SuppressWarnings("ImmutableEnumChecker")
        private final TestCertificate certificate;

        ParameterSet(String algorithm, ASN1ObjectIdentifier identifier) {
            this.algorithm = algorithm;
            this.identifier = identifier;
            try {
                KeyPair pair = KeyPairGenerator.getInstance(algorithm, new BouncyCastleProvider())
                        .generateKeyPair();
                this.key = (MLDSAPrivateKey) pair.getPrivate();
                this.certificate = TestCertificate.of(KeyKind.ECDSA_P256, algorithm)
                        .keyPair(new KeyPair(
                                KeyFactory.getInstance(algorithm)
                                        .generatePublic(new X509EncodedKeySpec(
                                                pair.getPublic().getEncoded())),
                                pair.getPrivate()))
                        .issuedBy(TestPki.authority(KeyKind.ECDSA_P256));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The formats of a private key. */
    enum Format {
        SEED {
            @Override
            ASN1Encodable encode(byte[] seed, byte[] expanded) {
                return new DERTaggedObject(false, 0, new DEROctetString(seed));
            }
        },
        EXPANDED {
            @Override
            ASN1Encodable encode(byte[] seed, byte[] expanded) {
                return new DEROctetString(expanded);
            }
        },
        /** OpenSSL's format by default. */
        BOTH {
            @Override
            ASN1Encodable encode(byte[] seed, byte[] expanded) {
                return new DERSequence(new ASN1Encodable[] {new DEROctetString(seed), new DEROctetString(expanded)});
            }
        };

        abstract ASN1Encodable encode(byte[] seed, byte[] expanded);
    }

    private static String pem(ParameterSet set, ASN1Encodable content) throws IOException {
        return TestPki.pem(
                "PRIVATE KEY", new PrivateKeyInfo(new AlgorithmIdentifier(set.identifier), content).getEncoded());
    }

    static Stream<Arguments> formats() {
        return Stream.of(ParameterSet.values())
                .flatMap(set -> Stream.of(Format.values()).map(format -> Arguments.of(set, format)));
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyFormatOfAPemKey(ParameterSet set, Format format) throws Exception {
        String key = pem(set, format.encode(set.key.getSeed(), set.key.getPrivateData()));
        TlsIdentity identity = TlsIdentity.pemText(chain(set), key);
        assertIsKeyOf(set, identity.privateKey());
    }

    /** The key is compared by value: the JDK encodes it in the expanded format. */
    private static void assertIsKeyOf(ParameterSet set, PrivateKey key) throws IOException {
        assertEquals("ML-DSA", key.getAlgorithm());
        byte[] expanded = ((DEROctetString) PrivateKeyInfo.getInstance(key.getEncoded())
                        .parsePrivateKey()
                        .toASN1Primitive())
                .getOctets();
        assertArrayEquals(set.key.getPrivateData(), expanded);
    }

    @ParameterizedTest
    @EnumSource
    void keysOfBouncyCastle(ParameterSet set) {
        TlsIdentity identity = TlsIdentity.of(set.key, set.certificate.certificate());
        assertTrue(identity.toString().contains("ML-DSA"), identity.toString());
        TlsContext.builder().identity(identity).build();
    }

    @ParameterizedTest
    @EnumSource
    void keyStores(ParameterSet set) throws Exception {
        TlsIdentity loaded = TlsIdentity.pemText(chain(set), pem(set, new DEROctetString(set.key.getPrivateData())));
        KeyStore store = TestPki.keyStore(List.of());
        store.setKeyEntry(
                "server", loaded.privateKey(), PASSWORD, loaded.chain().toArray(X509Certificate[]::new));
        Path file = directory.resolve("store.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
        assertIsKeyOf(set, TlsIdentity.keyStore(file, PASSWORD).privateKey());
    }

    @ParameterizedTest
    @EnumSource
    void aKeyOfAnotherCertificateIsRefused(ParameterSet set) throws Exception {
        byte[] other = set.key.getSeed().clone();
        other[0] ^= 1;
        String key = pem(set, Format.SEED.encode(other, new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> TlsIdentity.pemText(chain(set), key));
    }

    /** RFC 9881 8.2: a seed and an expanded key that do not match must be refused. */
    @ParameterizedTest
    @EnumSource
    void aSeedAndAnExpandedKeyThatDoNotMatchAreRefused(ParameterSet set) throws Exception {
        byte[] other = set.key.getPrivateData().clone();
        other[other.length - 1] ^= 1;
        assertUnparsable(set, Format.BOTH.encode(set.key.getSeed(), other));
    }

    @Test
    void aMalformedKeyIsRefused() throws Exception {
        ParameterSet set = ParameterSet.ML_DSA_65;
        byte[] seed = set.key.getSeed();
        byte[] expanded = set.key.getPrivateData();
        assertUnparsable(set, Format.SEED.encode(Arrays.copyOf(seed, 31), expanded));
        assertUnparsable(set, Format.SEED.encode(Arrays.copyOf(seed, 33), expanded));
        assertUnparsable(set, Format.SEED.encode(new byte[0], expanded));
        assertUnparsable(set, Format.BOTH.encode(Arrays.copyOf(seed, 31), expanded));
        assertUnparsable(set, Format.BOTH.encode(seed, new byte[0]));
        assertUnparsable(set, Format.EXPANDED.encode(seed, ParameterSet.ML_DSA_87.key.getPrivateData()));
        assertUnparsable(set, new DERSequence());
        assertUnparsable(set, new DERSequence(new DEROctetString(seed)));
    }

    /** The message reveals nothing of the key. */
    private static void assertUnparsable(ParameterSet set, ASN1Encodable content) throws IOException {
        String key = pem(set, content);
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> TlsIdentity.pemText(chain(set), key));
        String secret = Base64.getEncoder().encodeToString(set.key.getSeed());
        assertFalse(String.valueOf(e.getMessage()).contains(secret.substring(0, 16)), e.getMessage());
    }

    @Test
    void thePublicKeyDeterminesTheParameterSet() throws Exception {
        SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(
                ParameterSet.ML_DSA_44.certificate.certificate().getPublicKey().getEncoded());
        assertEquals(NISTObjectIdentifiers.id_ml_dsa_44, info.getAlgorithm().getAlgorithm());
        String key65 = pem(ParameterSet.ML_DSA_65, new DEROctetString(ParameterSet.ML_DSA_65.key.getPrivateData()));
        assertThrows(IllegalArgumentException.class, () -> TlsIdentity.pemText(chain(ParameterSet.ML_DSA_44), key65));
    }

    private static String chain(ParameterSet set) {
        return TestPki.pem(List.of(set.certificate.certificate()));
    }
}
