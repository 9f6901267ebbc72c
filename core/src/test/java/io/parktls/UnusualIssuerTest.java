package io.parktls;

import static io.parktls.LoadedIdentities.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * P-256 certificates from authorities whose keys or signatures the JDK cannot verify. An identity with such a chain is
 * sent unchanged, because an unverifiable signature is not known to be wrong. A peer's chain is refused with that
 * reason.
 */
class UnusualIssuerTest {
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
    private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.3.6.1.4.1.55555.1.2.3");

    /** The certificate of an authority of the usual kind, with the same name as the unusual ones. */
    private static final X509Certificate ORDINARY =
            TestCertificate.authority(KeyKind.RSA_2048, "root").certificate();

    private enum Authority {
        BRAINPOOL_P256("EC", "brainpoolP256r1", "SHA256withECDSA"),
        BRAINPOOL_P512("EC", "brainpoolP512r1", "SHA512withECDSA"),
        BRAINPOOL_TWISTED("EC", "brainpoolP384t1", "SHA384withECDSA"),
        SECP256K1("EC", "secp256k1", "SHA256withECDSA"),
        SECP192R1("EC", "secp192r1", "SHA256withECDSA"),
        BINARY_CURVE("EC", "sect283r1", "SHA256withECDSA"),
        P224("EC", "secp224r1", "SHA224withECDSA"),
        P256_SHA3("EC", "secp256r1", "SHA3-256withECDSA"),
        P256_PLAIN("EC", "secp256r1", "SHA256withPLAIN-ECDSA"),
        SM2("EC", "sm2p256v1", "SM3withSM2"),
        GOST("ECGOST3410-2012", "Tc26-Gost-3410-12-256-paramSetA", "GOST3411-2012-256WITHECGOST3410-2012-256"),
        DSA_1024("DSA", null, "SHA1withDSA"),
        RSA_MD5("RSA", null, "MD5withRSA"),
        RSA_RIPEMD("RSA", null, "RIPEMD160withRSA"),
        FALCON("Falcon", null, "Falcon-512"),
        UNKNOWN_SIGNATURE("EC", "secp256r1", "SHA256withECDSA"),
        UNKNOWN_KEY("EC", "secp256r1", "SHA256withECDSA");

        private final String algorithm;
        private final @Nullable String curve;
        private final String signature;

        Authority(String algorithm, @Nullable String curve, String signature) {
            this.algorithm = algorithm;
            this.curve = curve;
            this.signature = signature;
        }

        KeyPair generate() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm, BOUNCY_CASTLE);
            if (curve != null) {
                generator.initialize(new ECGenParameterSpec(curve));
            } else if (!algorithm.equals("Falcon")) {
                generator.initialize(algorithm.equals("DSA") ? 1024 : 2048);
            }
            return generator.generateKeyPair();
        }
    }

    @ParameterizedTest
    @EnumSource
    void chainsAreSentAsTheyAre(Authority authority) throws Exception {
        KeyPair root = authority.generate();
        KeyPair leafKey = KeyKind.ECDSA_P256.generate();
        X509Certificate leaf = certificate(authority, leafKey, root, "leaf");
        X509Certificate issuer = certificate(authority, root, root, "root");
        for (List<X509Certificate> given : List.of(List.of(leaf, issuer), List.of(issuer, leaf))) {
            TlsIdentity identity = TlsIdentity.of(leafKey.getPrivate(), given.toArray(X509Certificate[]::new));
            assertEquals(List.of(leaf, issuer), identity.chain());
            TlsContext.server(identity);
            String key = TestPki.pem("PRIVATE KEY", leafKey.getPrivate().getEncoded());
            assertEquals(
                    List.of(leaf, issuer),
                    TlsIdentity.pemText(TestPki.pem(given), key).chain());
        }
        // Another authority has the same name but did not issue the certificate, as the signature or the key identifier
        // shows.
        X509Certificate stranger = certificate(authority, authority.generate(), root, "root");
        assertInvalid("not part of the chain", () -> TlsIdentity.of(leafKey.getPrivate(), leaf, issuer, stranger));
        if (!authority.algorithm.equals("RSA")) {
            assertInvalid("not part of the chain", () -> TlsIdentity.of(leafKey.getPrivate(), leaf, issuer, ORDINARY));
        }
    }

    @ParameterizedTest
    @EnumSource
    void peersAreToldTheReason(Authority authority) throws Exception {
        KeyPair root = authority.generate();
        X509Certificate leaf = certificate(authority, KeyKind.ECDSA_P256.generate(), root, "leaf");
        X509Certificate issuer = certificate(authority, root, root, "root");
        TlsTrust trust = TlsTrust.pemText(TestPki.pem(List.of(issuer)));
        for (List<X509Certificate> chain : List.of(List.of(leaf), List.of(leaf, issuer))) {
            try {
                trust.verifyServer(chain, "UNKNOWN", "localhost");
            } catch (TlsPeerUnverifiedException e) {
                String message = e.getMessage();
                assertTrue(e.alert().isPresent(), message);
                assertFalse(message.contains("does not verify"), message);
                assertFalse(e.alert().orElseThrow() == TlsAlert.INTERNAL_ERROR, message);
                assertTrue(message.contains("cannot verify") || message.contains("not allowed"), message);
            }
        }
    }

    private static X509Certificate certificate(Authority authority, KeyPair subject, KeyPair issuer, String name)
            throws Exception {
        SubjectPublicKeyInfo key =
                SubjectPublicKeyInfo.getInstance(subject.getPublic().getEncoded());
        if (authority == Authority.UNKNOWN_KEY && name.equals("root")) {
            key = new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(UNKNOWN), key.getPublicKeyData().getBytes());
        }
        SubjectPublicKeyInfo issuerKey =
                SubjectPublicKeyInfo.getInstance(issuer.getPublic().getEncoded());
        JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                new X500Name("CN=root"),
                BigInteger.valueOf(System.nanoTime()),
                Date.from(Instant.now().minus(Duration.ofDays(1))),
                Date.from(Instant.now().plus(Duration.ofDays(1))),
                new X500Name("CN=" + name),
                key);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(name.equals("root")))
                .addExtension(
                        Extension.authorityKeyIdentifier, false, identifiers.createAuthorityKeyIdentifier(issuerKey))
                .addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        identifiers.createSubjectKeyIdentifier(SubjectPublicKeyInfo.getInstance(
                                subject.getPublic().getEncoded())))
                .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
        ContentSigner signer = new JcaContentSignerBuilder(authority.signature)
                .setProvider(BOUNCY_CASTLE)
                .build(issuer.getPrivate());
        byte[] encoded = builder.build(authority == Authority.UNKNOWN_SIGNATURE ? new UnknownSigner(signer) : signer)
                .getEncoded();
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
        } catch (CertificateException e) {
            // The JDK does not support the curve.
            return (X509Certificate) CertificateFactory.getInstance("X.509", BOUNCY_CASTLE)
                    .generateCertificate(new ByteArrayInputStream(encoded));
        }
    }

    /** A signer that declares an unknown signature algorithm. */
    private record UnknownSigner(ContentSigner signer) implements ContentSigner {
        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return new AlgorithmIdentifier(UNKNOWN);
        }

        @Override
        public OutputStream getOutputStream() {
            return signer.getOutputStream();
        }

        @Override
        public byte[] getSignature() {
            return signer.getSignature();
        }
    }
}
