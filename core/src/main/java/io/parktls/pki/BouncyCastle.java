package io.parktls.pki;

import java.io.IOException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/** Bouncy Castle as a provider that is handed over, never registered: the rest of the program keeps what it chose. */
final class BouncyCastle {
    /** Making it is also what fills the tables that the static methods of its class look into. */
    static final Provider PROVIDER = new BouncyCastleProvider();

    private BouncyCastle() {}

    /** The key as one of Bouncy Castle's own; null if it does not know the algorithm. */
    static @Nullable PublicKey publicKey(SubjectPublicKeyInfo key) throws IOException {
        return BouncyCastleProvider.getPublicKey(key);
    }

    /** The key as one of Bouncy Castle's own; null if it does not know the algorithm. */
    static @Nullable PrivateKey privateKey(PrivateKeyInfo key) throws IOException {
        return BouncyCastleProvider.getPrivateKey(key);
    }
}
