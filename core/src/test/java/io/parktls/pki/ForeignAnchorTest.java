package io.parktls.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.jca.JdkKeys;
import java.io.ByteArrayInputStream;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests trust anchors that are certificate objects of another provider, as they are if that provider comes first. */
class ForeignAnchorTest {
    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void keysAreConvertedToKeysOfTheJdk(KeyKind kind) throws Exception {
        X509Certificate foreign = foreign(TestPki.ca(kind));

        PublicKey key = JdkKeys.of(foreign);

        assertTrue(JdkKeys.isJdk(key), () -> key.getClass().toString());
        assertEquals(TestPki.ca(kind).getPublicKey(), key);
    }

    /**
     * {@code getPublicKey} must not be called, because Bouncy Castle then tests the modulus of each authority for
     * primes.
     */
    @ParameterizedTest
    @EnumSource(KeyKind.class)
    void verificationDoesNotGetTheirKeys(KeyKind kind) throws Exception {
        MemoizedCertificate withoutKey = new MemoizedCertificate(TestPki.ca(kind), new VerifiedSignatures()) {
            private static final long serialVersionUID = 1L;

            @Override
            public PublicKey getPublicKey() {
                throw new AssertionError("getPublicKey was called");
            }
        };
        PkixVerifier verifier = PkixVerifier.of(List.<X509Certificate>of(withoutKey));

        verifier.verify(TestPki.server(kind).chain(), "UNKNOWN", PeerVerifier.Peer.SERVER);
        TlsPeerUnverifiedException refused = assertThrows(
                TlsPeerUnverifiedException.class,
                () -> verifier.verify(TestPki.unknownCa(kind).chain(), "UNKNOWN", PeerVerifier.Peer.SERVER));
        assertEquals(Optional.of(TlsAlert.UNKNOWN_CA), refused.alert());
    }

    private static X509Certificate foreign(X509Certificate certificate) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509", new BouncyCastleProvider())
                .generateCertificate(new ByteArrayInputStream(certificate.getEncoded()));
    }
}
