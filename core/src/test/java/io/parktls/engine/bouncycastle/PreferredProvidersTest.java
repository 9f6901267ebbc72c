package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.SignatureScheme;
import io.parktls.jca.JdkSignatureScheme;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which provider computes each primitive if providers are preferred. */
class PreferredProvidersTest {
    private static final byte[] MESSAGE = {1, 2, 3};

    private final SecureRandom random = new SecureRandom();

    @ParameterizedTest
    @CsvSource({
        "CORRETTO, ECDSA_SECP256R1_SHA256, AmazonCorrettoCryptoProvider",
        "CORRETTO, ECDSA_SECP384R1_SHA384, AmazonCorrettoCryptoProvider",
        "CORRETTO, RSA_PSS_RSAE_SHA256, AmazonCorrettoCryptoProvider",
        "CORRETTO, RSA_PKCS1_SHA256, AmazonCorrettoCryptoProvider",
        "CORRETTO, ED25519, AmazonCorrettoCryptoProvider",
        "CONSCRYPT, ECDSA_SECP256R1_SHA256, Conscrypt",
        "CORRETTO_AND_CONSCRYPT, ECDSA_SECP256R1_SHA256, AmazonCorrettoCryptoProvider",
        "NONE, ECDSA_SECP256R1_SHA256, SunEC",
        // The JDK signs with the schemes that the preferred providers lack.
        "CONSCRYPT, RSA_PSS_RSAE_SHA256, SunRsaSign",
        "CORRETTO, ED448, SunEC"
    })
    void theFirstThatCanSigns(TestProviders providers, SignatureScheme scheme, String signer) throws Exception {
        assertEquals(signer, signer(scheme, providers.preferred()).provider().getName());
    }

    @ParameterizedTest
    @EnumSource(TestProviders.class)
    void everySchemeIsSignedForEveryVerifier(TestProviders providers) throws Exception {
        PreferredProviders preferred = providers.preferred();
        for (SignatureScheme scheme : SignatureScheme.values()) {
            TlsStreamSigner signature = signer(scheme, preferred).newSignature();
            signature.getOutputStream().write(MESSAGE);
            X509TlsCertificate certificate = new X509TlsCertificate(
                    RoutedHandshakeTest.identity(scheme).certificate().getEncoded());
            PublicKey key = certificate.certificate().getPublicKey();
            Tls13Verifier verifier = JdkSignatureScheme.of(scheme).isForTls13Only()
                    ? SignatureVerifier.tls13(key, scheme.code())
                    : SignatureVerifier.tls12(key, scheme.code());
            verifier.getOutputStream().write(MESSAGE);

            assertTrue(verifier.verifySignature(signature.getSignature()), () -> providers + ", " + scheme);
        }
    }

    @Test
    void aKeyInATokenSignsInTheToken() throws Exception {
        TestIdentity identity = TestIdentity.p256();
        TokenProvider token = new TokenProvider();
        Security.addProvider(token);
        try {
            PrivateKey handle = token.store(identity.privateKey());
            Provider signer = new JdkSigner(
                            handle,
                            JdkSignatureScheme.of(SignatureScheme.ECDSA_SECP256R1_SHA256.code()),
                            () -> random,
                            TestProviders.JDK.preferred())
                    .provider();

            assertEquals(token.getName(), signer.getName());
        } finally {
            Security.removeProvider(token.getName());
        }
    }

    @Test
    void aProviderThatRefusesTheKeyIsSkipped() throws Exception {
        PreferredProviders token = new PreferredProviders(List.of(new TokenProvider()));

        assertEquals(
                "SunEC",
                signer(SignatureScheme.ECDSA_SECP256R1_SHA256, token).provider().getName());
    }

    @Test
    void keyExchangesUseTheProviderThatHasThem() {
        KeyExchanges both = new KeyExchanges(TestProviders.CORRETTO_AND_CONSCRYPT.preferred());
        assertInstanceOf(ProviderX25519KeyPair.class, both.x25519(random));
        assertInstanceOf(ProviderEcdhAgreement.class, both.ecdh(new RoutedCrypto(random), EcCurve.P256));

        KeyExchanges corretto = new KeyExchanges(TestProviders.CORRETTO.preferred());
        assertInstanceOf(LightweightX25519KeyPair.class, corretto.x25519(random));

        assertInstanceOf(LightweightX25519KeyPair.class, KeyExchanges.LIGHTWEIGHT.x25519(random));
        assertInstanceOf(EcdhAgreement.class, KeyExchanges.LIGHTWEIGHT.ecdh(new RoutedCrypto(random), EcCurve.P256));
    }

    private JdkSigner signer(SignatureScheme scheme, PreferredProviders preferred) throws Exception {
        return new JdkSigner(
                RoutedHandshakeTest.identity(scheme).privateKey(),
                JdkSignatureScheme.of(scheme.code()),
                () -> random,
                preferred);
    }
}
