package io.parktls;

import static io.parktls.LoadedIdentities.assertInvalid;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.engine.bouncycastle.TokenProvider;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

class TlsIdentityTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;

    // ---- keys and certificates as objects

    @Test
    void keysThatCannotBeExtractedHaveToSign() {
        TlsIdentity identity = TestPki.server(KIND);
        X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
        TokenProvider module = new TokenProvider();
        PrivateKey opaque = module.store(identity.privateKey());
        assertInvalid("cannot sign with the private key of type EC", () -> TlsIdentity.of(opaque, chain));

        Security.addProvider(module);
        try {
            assertEquals(opaque, TlsIdentity.of(opaque, chain).privateKey());
            PrivateKey other = module.store(TestPki.client(KIND).privateKey());
            assertInvalid("does not match", () -> TlsIdentity.of(other, chain));
        } finally {
            Security.removeProvider(module.getName());
        }
    }

    @Test
    void keysOfBouncyCastle() throws Exception {
        Provider bouncyCastle = new BouncyCastleProvider();
        for (KeyKind kind : KeyKind.values()) {
            TlsIdentity identity = TestPki.server(kind);
            PrivateKey own = identity.privateKey();
            PrivateKey key = KeyFactory.getInstance(own.getAlgorithm(), bouncyCastle)
                    .generatePrivate(new PKCS8EncodedKeySpec(own.getEncoded()));
            TlsIdentity.of(key, identity.chain().getFirst());
        }
    }

    // ---- self-signed

    @Test
    void selfSigned() throws Exception {
        TlsIdentity identity =
                TlsIdentity.selfSigned("localhost", "127.0.0.1", "::1", "*.example.test", "b\u00fccher.example");
        X509Certificate leaf = identity.chain().getFirst();
        assertEquals(1, identity.chain().size());
        assertEquals(256, ((ECKey) leaf.getPublicKey()).getParams().getOrder().bitLength());
        Instant now = Instant.now();
        Duration slack = Duration.ofMinutes(5);
        assertTrue(leaf.getNotBefore()
                .toInstant()
                .isBefore(now.minus(Duration.ofHours(1)).plus(slack)));
        assertTrue(leaf.getNotAfter()
                .toInstant()
                .isAfter(now.plus(Duration.ofDays(30)).minus(slack)));
        assertTrue(leaf.getNotAfter()
                .toInstant()
                .isBefore(now.plus(Duration.ofDays(30)).plus(slack)));
        for (String host : List.of("localhost", "127.0.0.1", "::1", "www.example.test", "xn--bcher-kva.example")) {
            assertTrue(identity.isFor(host), host);
            TlsTrust.only(leaf).verifyServer(identity.chain(), "UNKNOWN", host);
            TlsTrust.pemText(TestPki.pem(identity.chain())).verifyServer(identity.chain(), "UNKNOWN", host);
        }
        assertFalse(identity.isFor("elsewhere.test"));
        assertFalse(identity.isFor("127.0.0.2"));
        TlsIdentity.selfSigned("a.".repeat(100) + "test");
    }

    @Test
    void selfSignedNeedsHosts() {
        assertInvalid("needs a host", TlsIdentity::selfSigned);
        assertInvalid("neither a host name nor an IP address: 'no host'", () -> TlsIdentity.selfSigned("no host"));
        assertInvalid("neither", () -> TlsIdentity.selfSigned("*"));
    }

    @Test
    void toStringTellsNothingOfTheKey() {
        TlsIdentity identity = TestPki.server(KIND);
        assertEquals(
                "TlsIdentity['CN=test server' for localhost, example.test, 127.0.0.1, 0:0:0:0:0:0:0:1, EC, until "
                        + identity.chain().getFirst().getNotAfter().toInstant() + "]",
                identity.toString());
    }
}
