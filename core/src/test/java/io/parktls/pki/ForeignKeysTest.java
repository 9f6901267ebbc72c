package io.parktls.pki;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.engine.bouncycastle.TokenProvider;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.spec.PKCS8EncodedKeySpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

/** Tests which keys compute in this JVM, and which may block because something outside the JVM signs. */
final class ForeignKeysTest {
    @Test
    void keysOfTheJdkDoNotBlock() throws Exception {
        for (KeyKind kind : KeyKind.values()) {
            assertFalse(ForeignKeys.mayWait(TestPki.server(kind).privateKey()), kind::name);
        }
        PrivateKey pss =
                KeyPairGenerator.getInstance("RSASSA-PSS").generateKeyPair().getPrivate();
        assertFalse(ForeignKeys.mayWait(pss));
    }

    @Test
    void keysOfBouncyCastleDoNotBlockWithEitherProvider() throws Exception {
        Provider bouncyCastle = new BouncyCastleProvider();
        for (KeyKind kind : KeyKind.values()) {
            PrivateKey own = TestPki.server(kind).privateKey();
            PrivateKey key = KeyFactory.getInstance(own.getAlgorithm(), bouncyCastle)
                    .generatePrivate(new PKCS8EncodedKeySpec(own.getEncoded()));
            assertFalse(ForeignKeys.mayWait(key), kind::name);
            assertFalse(ForeignKeys.mayWait(key, bouncyCastle), kind::name);
        }
    }

    @Test
    void keysOfTokensMayBlock() {
        PrivateKey key = TestPki.server(KeyKind.ECDSA_P256).privateKey();
        TokenProvider token = new TokenProvider();
        assertTrue(ForeignKeys.mayWait(token.storeWithEncoding(key)), "no installed provider accepts the key");
        assertTrue(ForeignKeys.mayWait(key, token));
        Security.addProvider(token);
        try {
            assertTrue(ForeignKeys.mayWait(token.store(key)));
            assertTrue(ForeignKeys.mayWait(token.storeWithEncoding(key)));
        } finally {
            Security.removeProvider(token.getName());
        }
    }
}
