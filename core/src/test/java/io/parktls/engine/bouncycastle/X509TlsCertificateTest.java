package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@link X509TlsCertificate} returns the same values as Bouncy Castle's own class. */
class X509TlsCertificateTest {
    @Test
    void returnsTheValuesOfBouncyCastlesOwn() throws Exception {
        RoutedCrypto crypto = new RoutedCrypto(new SecureRandom());
        for (TestIdentity identity : new TestIdentity[] {
            TestIdentity.p256(),
            TestIdentity.rsa(),
            TestIdentity.rsaPss(),
            TestIdentity.ed25519(),
            TestIdentity.ed448(),
            TestIdentity.withKeyUsage(KeyUsage.keyAgreement)
        }) {
            byte[] der = identity.certificate().getEncoded();
            TlsCertificate ours = new X509TlsCertificate(der);
            TlsCertificate theirs = new BcTlsCertificate(new BcTlsCrypto(new SecureRandom()), der);

            assertArrayEquals(theirs.getEncoded(), ours.getEncoded());
            assertEquals(theirs.getSerialNumber(), ours.getSerialNumber());
            assertEquals(theirs.getSigAlgOID(), ours.getSigAlgOID());
            assertEquals(theirs.getSigAlgParams(), ours.getSigAlgParams());
            assertArrayEquals(theirs.getExtension(Extension.keyUsage), ours.getExtension(Extension.keyUsage));
            assertNull(ours.getExtension(Extension.nameConstraints));
            for (short algorithm = 0; algorithm < 64; algorithm++) {
                if (crypto.hasSignatureAlgorithm(algorithm)) {
                    assertEquals(
                            theirs.supportsSignatureAlgorithm(algorithm),
                            ours.supportsSignatureAlgorithm(algorithm),
                            identity.pair().getPublic().getAlgorithm() + " " + algorithm);
                }
            }
        }
    }

    @Test
    void keysSignWhatTheirUsageAllows() throws Exception {
        TlsCertificate signs = new X509TlsCertificate(TestIdentity.p256().certificate());
        TlsCertificate agrees = new X509TlsCertificate(
                TestIdentity.withKeyUsage(KeyUsage.keyAgreement).certificate());

        assertTrue(signs.supportsSignatureAlgorithm(SignatureAlgorithm.ecdsa));
        assertEquals(SignatureAlgorithm.ecdsa, signs.getLegacySignatureAlgorithm());
        assertFalse(agrees.supportsSignatureAlgorithm(SignatureAlgorithm.ecdsa));
        assertEquals(-1, agrees.getLegacySignatureAlgorithm());
    }

    @Test
    void isParsedOnce() throws Exception {
        X509TlsCertificate certificate =
                new X509TlsCertificate(TestIdentity.p256().certificate().getEncoded());

        assertSame(certificate.certificate(), certificate.certificate());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100})
    void garbageIsABadCertificate(int length) {
        X509TlsCertificate certificate = new X509TlsCertificate(new byte[length]);

        assertBadCertificate(certificate);
    }

    @Test
    void nothingMayFollow() throws Exception {
        byte[] der = TestIdentity.p256().certificate().getEncoded();

        assertBadCertificate(new X509TlsCertificate(Arrays.copyOf(der, der.length + 1)));
        assertBadCertificate(new X509TlsCertificate(Arrays.copyOf(der, der.length - 1)));
    }

    @Test
    void keysAreForSignaturesOnly() throws Exception {
        TlsCertificate certificate = new X509TlsCertificate(TestIdentity.rsa().certificate());

        assertThrows(TlsFatalAlert.class, () -> certificate.createEncryptor(0));
        assertThrows(TlsFatalAlert.class, () -> certificate.checkUsageInRole(0));
    }

    private static void assertBadCertificate(X509TlsCertificate certificate) {
        TlsFatalAlert alert = assertThrows(TlsFatalAlert.class, certificate::certificate);
        assertEquals(AlertDescription.bad_certificate, alert.getAlertDescription());
    }
}
