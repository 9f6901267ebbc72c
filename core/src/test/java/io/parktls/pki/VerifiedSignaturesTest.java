package io.parktls.pki;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsPeerUnverifiedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class VerifiedSignaturesTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;

    private final VerifiedSignatures signatures = new VerifiedSignatures();

    static Stream<Arguments> kindsAndVerifiers() {
        return Arrays.stream(KeyKind.values())
                .flatMap(kind -> IntStream.of(0, 1_000).mapToObj(firstByJdk -> Arguments.of(kind, firstByJdk)));
    }

    /** Bouncy Castle verifies from the second signature on. */
    @Test
    void bouncyCastleTakesOver() throws Exception {
        VerifiedSignatures switching = new VerifiedSignatures(1);
        PublicKey issuer = TestPki.ca(KIND).getPublicKey();
        switching.verify(TestPki.server(KIND).chain().getFirst(), issuer);
        assertEquals(0, switching.keysOfBouncyCastle());
        switching.verify(TestPki.client(KIND).chain().getFirst(), issuer);
        assertEquals(1, switching.keysOfBouncyCastle());
        assertEquals(2, switching.size());
    }

    @ParameterizedTest
    @MethodSource("kindsAndVerifiers")
    void cachesValidSignatures(KeyKind kind, int firstByJdk) throws Exception {
        VerifiedSignatures signatures = new VerifiedSignatures(firstByJdk);
        X509Certificate leaf = TestPki.server(kind).chain().getFirst();
        PublicKey issuer = TestPki.ca(kind).getPublicKey();
        signatures.verify(leaf, issuer);
        signatures.verify(leaf, issuer);
        assertEquals(1, signatures.size());
        signatures.verify(TestPki.client(kind).chain().getFirst(), issuer);
        assertEquals(2, signatures.size());
    }

    @ParameterizedTest
    @MethodSource("kindsAndVerifiers")
    void doesNotCacheInvalidSignatures(KeyKind kind, int firstByJdk) throws Exception {
        VerifiedSignatures signatures = new VerifiedSignatures(firstByJdk);
        X509Certificate leaf = TestPki.server(kind).chain().getFirst();
        PublicKey issuer = TestPki.ca(kind).getPublicKey();
        signatures.verify(leaf, issuer);
        // Neither the same certificate with another key, nor another certificate with the same key, is in the cache.
        PublicKey other = kind.generate().getPublic();
        X509Certificate forged = forged(leaf);
        for (int i = 0; i < 2; i++) {
            assertThrows(SignatureException.class, () -> signatures.verify(leaf, other));
            assertThrows(SignatureException.class, () -> signatures.verify(forged, issuer));
        }
        assertEquals(1, signatures.size());
    }

    @Test
    void keysOfOtherTypesAreRejected() {
        X509Certificate leaf = TestPki.server(KIND).chain().getFirst();
        for (KeyKind kind : KeyKind.values()) {
            if (kind != KIND) {
                assertThrows(
                        GeneralSecurityException.class,
                        () -> signatures.verify(leaf, TestPki.ca(kind).getPublicKey()));
            }
        }
        assertEquals(0, signatures.size());
    }

    @ParameterizedTest
    @EnumSource
    void bouncyCastleSupportsTheKeys(KeyKind kind) throws Exception {
        PublicKey key = TestPki.ca(kind).getPublicKey();
        PublicKey converted = BouncyCastle.publicKey(SubjectPublicKeyInfo.getInstance(key.getEncoded()));
        assertArrayEquals(key.getEncoded(), converted.getEncoded());
        TestPki.server(kind).chain().getFirst().verify(converted, BouncyCastle.PROVIDER);
    }

    @Test
    void isBounded() throws Exception {
        TestCertificate ca = TestPki.authority(KIND);
        KeyPair pair = KIND.generate();
        X509Certificate first =
                TestPki.goodServer(KIND).keyPair(pair).issuedBy(ca).certificate();
        LruCache<Integer, X509Certificate> used = new LruCache<>(2);
        used.put(1, first);
        used.put(2, first);
        used.get(1);
        used.put(3, first);
        assertEquals(2, used.size());
        assertEquals(first, used.get(1));
        assertEquals(null, used.get(2));
    }

    @Test
    void onlyVerificationIsNotDelegated() throws Exception {
        X509Certificate leaf = TestPki.server(KIND).chain().getFirst();
        X509Certificate memoized = new MemoizedCertificate(leaf, signatures);
        assertEquals(leaf, memoized);
        assertEquals(leaf.hashCode(), memoized.hashCode());
        assertEquals(leaf.toString(), memoized.toString());
        memoized.verify(TestPki.ca(KIND).getPublicKey());
        assertEquals(1, signatures.size());
    }

    @ParameterizedTest
    @EnumSource
    void theTrustManagerOfTheJdkUsesTheCache(KeyKind kind) throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(TestPki.keyStore(List.of(TestPki.ca(kind))));
        ManagerVerifier verifier = new ManagerVerifier((X509TrustManager) factory.getTrustManagers()[0], signatures);
        X509Certificate leaf = TestPki.server(kind).chain().getFirst();
        for (int i = 0; i < 2; i++) {
            verifier.verify(List.of(leaf), "UNKNOWN", PeerVerifier.Peer.SERVER);
            assertEquals(1, signatures.size());
        }
        X509Certificate forged = forged(leaf);
        X509Certificate unknown = TestPki.unknownCa(kind).chain().getFirst();
        for (X509Certificate refused : List.of(forged, unknown)) {
            assertThrows(
                    TlsPeerUnverifiedException.class,
                    () -> verifier.verify(List.of(refused), "UNKNOWN", PeerVerifier.Peer.SERVER));
        }
        assertEquals(1, signatures.size());
    }

    /** Returns a copy of a certificate in which one bit of the signature is changed. */
    private static X509Certificate forged(X509Certificate certificate) throws Exception {
        byte[] encoded = certificate.getEncoded();
        encoded[encoded.length - 1] ^= 1;
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(encoded));
    }
}
