package io.parktls.pki;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/**
 * The Bouncy Castle provider, as an object to pass to factory methods. It is never registered with the JVM, so the
 * application's order of providers does not change.
 */
final class BouncyCastle {
    /** Its constructor also fills the tables that the static methods of its class use. */
    static final Provider PROVIDER = new BouncyCastleProvider();

    private BouncyCastle() {}

    /** Returns the key as a Bouncy Castle object, or null if Bouncy Castle does not know the algorithm. */
    static @Nullable PublicKey publicKey(SubjectPublicKeyInfo key) throws IOException {
        return BouncyCastleProvider.getPublicKey(key);
    }

    /** Returns the key as a Bouncy Castle object, or null if Bouncy Castle does not know the algorithm. */
    static @Nullable PrivateKey privateKey(PrivateKeyInfo key) throws IOException {
        return BouncyCastleProvider.getPrivateKey(key);
    }
}
