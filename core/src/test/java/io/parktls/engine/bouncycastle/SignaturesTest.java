package io.parktls.engine.bouncycastle;

import static io.parktls.engine.bouncycastle.KeyAgreementTest.assertIllegalParameter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.SignatureScheme;
import io.parktls.jca.JdkSignatureScheme;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests signatures with the JDK's keys, verified by ParkTLS's verifiers and by Bouncy Castle's own. */
class SignaturesTest {
    private static final byte[] MESSAGE = "something that was said".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom RANDOM = new SecureRandom();

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void bothVerifySignaturesOfTheJdk(SignatureScheme scheme) throws Exception {
        TestIdentity identity = RoutedHandshakeTest.identity(scheme);
        byte[] signature = sign(identity.privateKey(), scheme);

        assertTrue(verify(identity, scheme, MESSAGE, signature));
        assertTrue(verifyTls13(bouncyCastles(identity), scheme, MESSAGE, signature));
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void tls13VerifiesAllButPkcs1(SignatureScheme scheme) throws Exception {
        TestIdentity identity = RoutedHandshakeTest.identity(scheme);
        byte[] signature = sign(identity.privateKey(), scheme);

        if (scheme.standardName().startsWith("rsa_pkcs1_")) {
            // RFC 8446 4.2.3: PKCS #1 is only for certificates.
            assertIllegalParameter(() -> verifyTls13(ours(identity), scheme, MESSAGE, signature));
        } else {
            assertTrue(verifyTls13(ours(identity), scheme, MESSAGE, signature));
        }
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void spoiledSignaturesAndMessagesFail(SignatureScheme scheme) throws Exception {
        TestIdentity identity = RoutedHandshakeTest.identity(scheme);
        byte[] signature = sign(identity.privateKey(), scheme);
        byte[] another = MESSAGE.clone();
        another[0] ^= 1;
        byte[] spoiled = signature.clone();
        spoiled[spoiled.length - 1] ^= 1;

        assertFalse(verify(identity, scheme, another, signature));
        assertFalse(verify(identity, scheme, MESSAGE, spoiled));
        assertFalse(verify(identity, scheme, MESSAGE, Arrays.copyOf(signature, signature.length - 1)));
        assertFalse(verify(identity, scheme, MESSAGE, Arrays.copyOf(signature, signature.length + 1)));
        assertFalse(verify(identity, scheme, MESSAGE, new byte[0]));
        assertFalse(verify(identity, scheme, MESSAGE, new byte[signature.length]));
    }

    /** Uses one key repeatedly: Bouncy Castle builds tables for it after a few signatures. */
    @Test
    void aKeyVerifiesRepeatedly() throws Exception {
        TestIdentity identity = TestIdentity.p256();
        TestIdentity stranger = TestIdentity.withKeyUsage(KeyUsage.digitalSignature);
        SignatureScheme scheme = SignatureScheme.ECDSA_SECP256R1_SHA256;
        for (int i = 0; i < 20; i++) {
            assertTrue(verifyTls13(ours(identity), scheme, MESSAGE, sign(identity.privateKey(), scheme)));
            assertFalse(verifyTls13(ours(identity), scheme, MESSAGE, sign(stranger.privateKey(), scheme)));
        }
    }

    /** RFC 8446 4.2.3 binds the scheme to a curve; in RFC 5246 7.4.1.4.1 hash and curve are independent. */
    @Test
    void onlyTls12AllowsAnotherCurveThanTheSchemes() throws Exception {
        TestIdentity identity = TestIdentity.p384();
        SignatureScheme scheme = SignatureScheme.ECDSA_SECP256R1_SHA256;
        byte[] signature = sign(identity.privateKey(), scheme);

        assertTrue(verifyTls12(ours(identity), scheme, MESSAGE, signature));
        assertIllegalParameter(() -> verifyTls13(ours(identity), scheme, MESSAGE, signature));
    }

    @Test
    void schemesOfOtherKeysAreRefused() throws Exception {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            TestIdentity other = scheme.standardName().startsWith("rsa") ? TestIdentity.p256() : TestIdentity.rsa();
            assertIllegalParameter(() -> verifyTls13(ours(other), scheme, MESSAGE, new byte[64]));
            assertIllegalParameter(() -> verifyTls12(ours(other), scheme, MESSAGE, new byte[64]));
            if (JdkSignatureScheme.of(scheme).isForTls13Only()) {
                TestIdentity own = RoutedHandshakeTest.identity(scheme);
                assertIllegalParameter(() -> verifyTls12(ours(own), scheme, MESSAGE, new byte[64]));
            }
            assertThrows(InvalidKeyException.class, () -> sign(other.privateKey(), scheme));
        }
        assertIllegalParameter(
                () -> verifyTls13(ours(TestIdentity.ed448()), SignatureScheme.ED25519, MESSAGE, new byte[64]));
        assertIllegalParameter(() ->
                verifyTls13(ours(TestIdentity.rsa()), SignatureScheme.RSA_PSS_PSS_SHA256, MESSAGE, new byte[256]));
        assertIllegalParameter(() ->
                verifyTls13(ours(TestIdentity.rsaPss()), SignatureScheme.RSA_PSS_RSAE_SHA256, MESSAGE, new byte[256]));
    }

    @Test
    void keyUsageMustAllowSignatures() throws Exception {
        TestIdentity agreementOnly = TestIdentity.withKeyUsage(KeyUsage.keyAgreement);
        TlsFatalAlert alert = assertThrows(
                TlsFatalAlert.class,
                () -> ours(agreementOnly).createVerifier(SignatureScheme.ECDSA_SECP256R1_SHA256.code()));

        assertEquals(AlertDescription.certificate_unknown, alert.getAlertDescription());
    }

    /** Signs with keys of another provider that is not installed. */
    @ParameterizedTest
    @EnumSource(
            value = SignatureScheme.class,
            names = {"ECDSA_SECP256R1_SHA256", "ED25519", "RSA_PSS_RSAE_SHA256"})
    void signsWithKeysOfBouncyCastle(SignatureScheme scheme) throws Exception {
        TestIdentity identity = RoutedHandshakeTest.identity(scheme);
        PrivateKey foreign = KeyFactory.getInstance(
                        identity.privateKey().getAlgorithm().replace("EdDSA", "Ed25519"), new BouncyCastleProvider())
                .generatePrivate(new PKCS8EncodedKeySpec(identity.privateKey().getEncoded()));
        assertFalse(identity.privateKey().getClass().equals(foreign.getClass()));

        assertTrue(verifyTls13(ours(identity), scheme, MESSAGE, sign(foreign, scheme)));
    }

    /** As with PKCS #11, the key is a handle that only its own provider can use. */
    @Test
    void aKeyInATokenSignsInTheToken() throws Exception {
        TestIdentity identity = TestIdentity.p256();
        TokenProvider token = new TokenProvider();
        Security.addProvider(token);
        try {
            PrivateKey handle = token.store(identity.privateKey());
            assertNull(handle.getEncoded());
            byte[] signature = sign(handle, SignatureScheme.ECDSA_SECP256R1_SHA256);

            assertTrue(verifyTls13(ours(identity), SignatureScheme.ECDSA_SECP256R1_SHA256, MESSAGE, signature));
        } finally {
            Security.removeProvider(token.getName());
        }
    }

    @Test
    void aKeyThatNoProviderAcceptsIsRefusedAtOnce() {
        PrivateKey unknown = new TokenProvider().store(TestIdentity.p256().privateKey());

        assertThrows(InvalidKeyException.class, () -> sign(unknown, SignatureScheme.ECDSA_SECP256R1_SHA256));
    }

    @Test
    void everySchemeHasItsNameInTheJdk() {
        for (SignatureScheme scheme : SignatureScheme.values()) {
            JdkSignatureScheme jdk = JdkSignatureScheme.of(scheme.code());
            Key key = RoutedHandshakeTest.identity(scheme).privateKey();
            assertEquals(scheme, jdk.scheme());
            assertTrue(jdk.fits(key), () -> scheme + " and " + key.getAlgorithm());
        }
        assertNull(JdkSignatureScheme.of(org.bouncycastle.tls.SignatureScheme.rsa_pkcs1_sha1));
        assertNull(JdkSignatureScheme.of(org.bouncycastle.tls.SignatureScheme.ecdsa_sha1));
    }

    private static byte[] sign(PrivateKey key, SignatureScheme scheme) throws Exception {
        JdkSigner signer =
                new JdkSigner(key, JdkSignatureScheme.of(scheme.code()), () -> RANDOM, PreferredProviders.NONE);
        TlsStreamSigner signature = signer.newSignature();
        signature.getOutputStream().write(MESSAGE[0]);
        signature.getOutputStream().write(MESSAGE, 1, MESSAGE.length - 1);
        return signature.getSignature();
    }

    /** Verifies a signature as in TLS 1.2, or as in TLS 1.3 if only TLS 1.3 has the scheme. */
    private static boolean verify(TestIdentity identity, SignatureScheme scheme, byte[] message, byte[] signature)
            throws Exception {
        return JdkSignatureScheme.of(scheme).isForTls13Only()
                ? verifyTls13(ours(identity), scheme, message, signature)
                : verifyTls12(ours(identity), scheme, message, signature);
    }

    private static boolean verifyTls13(
            TlsCertificate certificate, SignatureScheme scheme, byte[] message, byte[] signature) throws IOException {
        Tls13Verifier verifier = certificate.createVerifier(scheme.code());
        verifier.getOutputStream().write(message);
        return verifier.verifySignature(signature);
    }

    private static boolean verifyTls12(
            TlsCertificate certificate, SignatureScheme scheme, byte[] message, byte[] signature) throws IOException {
        SignatureAndHashAlgorithm algorithm =
                org.bouncycastle.tls.SignatureScheme.getSignatureAndHashAlgorithm(scheme.code());
        TlsStreamVerifier verifier = certificate
                .createVerifier(algorithm.getSignature())
                .getStreamVerifier(new DigitallySigned(algorithm, signature));
        verifier.getOutputStream().write(message);
        return verifier.isVerified();
    }

    private static TlsCertificate ours(TestIdentity identity) throws Exception {
        return new X509TlsCertificate(identity.certificate().getEncoded());
    }

    private static TlsCertificate bouncyCastles(TestIdentity identity) throws Exception {
        return new BcTlsCertificate(
                new BcTlsCrypto(RANDOM), identity.certificate().getEncoded());
    }
}
