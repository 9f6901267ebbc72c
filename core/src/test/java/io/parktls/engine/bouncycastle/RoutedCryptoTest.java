package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.junit.jupiter.api.Test;

/** The routed crypto reports exactly the algorithms that ParkTLS supports. */
class RoutedCryptoTest {
    private final SecureRandom random = new SecureRandom();
    private final RoutedCrypto crypto = new RoutedCrypto(random);

    @Test
    void allOurCipherSuitesAreSupported() {
        for (CipherSuite suite : CipherSuite.all()) {
            assertTrue(TlsUtils.isSupportedCipherSuite(crypto, suite.code()), suite.name());
        }
    }

    /** CBC, CCM, NULL, RC4, static RSA, finite fields, SRP. */
    @Test
    void oldCipherSuitesAreNot() {
        int[] old = {
            org.bouncycastle.tls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256,
            org.bouncycastle.tls.CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
            org.bouncycastle.tls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CCM,
            org.bouncycastle.tls.CipherSuite.TLS_AES_128_CCM_8_SHA256,
            org.bouncycastle.tls.CipherSuite.TLS_SHA256_SHA256,
            org.bouncycastle.tls.CipherSuite.TLS_ECDHE_RSA_WITH_RC4_128_SHA,
            org.bouncycastle.tls.CipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
            org.bouncycastle.tls.CipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
            org.bouncycastle.tls.CipherSuite.TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA,
            org.bouncycastle.tls.CipherSuite.TLS_SM4_GCM_SM3
        };
        for (int suite : old) {
            assertFalse(TlsUtils.isSupportedCipherSuite(crypto, suite), () -> "0x" + Integer.toHexString(suite));
        }
    }

    @Test
    void groupsAreSupportedOnesAndTheirParts() {
        Set<Integer> supported = new TreeSet<>();
        for (int group = 0; group <= 0xFFFF; group++) {
            if (TlsUtils.isSupportedNamedGroup(crypto, group)) {
                supported.add(group);
            }
        }
        Set<Integer> expected = new TreeSet<>();
        NamedGroup.all().forEach(group -> expected.add(group.code()));
        expected.add(org.bouncycastle.tls.NamedGroup.MLKEM768);
        // Bouncy Castle composes this group of parts that are supported; it is never configured.
        expected.add(org.bouncycastle.tls.NamedGroup.SecP256r1MLKEM768);

        assertEquals(expected, supported);
    }

    @Test
    void signatureSchemesAreOurs() {
        Set<Integer> supported = new TreeSet<>();
        for (int scheme = 0; scheme <= 0xFFFF; scheme++) {
            if (crypto.hasSignatureScheme(scheme)) {
                supported.add(scheme);
            }
        }
        Set<Integer> expected = new TreeSet<>();
        SignatureScheme.all().forEach(scheme -> expected.add(scheme.code()));

        assertEquals(expected, supported);
    }

    @Test
    void unsupportedAlgorithmsAreNotCreated() {
        assertFalse(crypto.hasDHAgreement());
        assertFalse(crypto.hasRSAEncryption());
        assertFalse(crypto.hasSRPAuthentication());
        assertFalse(crypto.hasCertificateType(CertificateType.RawPublicKey));
        assertThrows(
                IllegalArgumentException.class,
                () -> crypto.createECDomain(new TlsECConfig(org.bouncycastle.tls.NamedGroup.brainpoolP256r1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> crypto.createKemDomain(new TlsKemConfig(org.bouncycastle.tls.NamedGroup.MLKEM512, true)));
        assertThrows(UnsupportedOperationException.class, () -> crypto.createDHDomain(null));
        assertThrows(TlsFatalAlert.class, () -> crypto.createCertificate(CertificateType.RawPublicKey, new byte[1]));
    }

    @Test
    void recordProtectionIsNotSupported() {
        TlsFatalAlert alert =
                assertThrows(TlsFatalAlert.class, () -> crypto.createCipher(null, EncryptionAlgorithm.AES_128_GCM, 0));

        assertEquals(AlertDescription.internal_error, alert.getAlertDescription());
    }

    @Test
    void noncesAreFresh() {
        byte[] first = crypto.createNonceGenerator(new byte[16]).generateNonce(32);
        byte[] second = crypto.createNonceGenerator(new byte[16]).generateNonce(32);

        assertEquals(32, first.length);
        assertFalse(Arrays.equals(first, second));
    }

    @Test
    void secretsAreCopiedWhenMade() {
        byte[] bytes = {1, 2, 3};
        var secret = crypto.createSecret(bytes);
        bytes[0] = 9;

        assertArrayEquals(new byte[] {1, 2, 3}, secret.extract());
        assertSame(random, crypto.getSecureRandom());
    }
}
