package io.parktls.engine.bouncycastle;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkSignatureScheme;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.jspecify.annotations.Nullable;

/** Verifies one RSA or ML-DSA signature with the JDK. */
final class JdkVerifier implements Tls13Verifier {
    /** Null in a JVM that is configured without this provider; then another one verifies. */
    private static final @Nullable Provider SUN_RSA_SIGN = Security.getProvider("SunRsaSign");

    /** The JDK's provider of ML-DSA; null in a JVM that is configured without it. */
    private static final @Nullable Provider SUN = Security.getProvider("SUN");

    private final Signature signature;

    JdkVerifier(JdkSignatureScheme scheme, PublicKey key) throws TlsFatalAlert {
        Provider jdk = scheme.keyAlgorithm().startsWith("RSA") ? SUN_RSA_SIGN : SUN;
        try {
            signature = jdk == null
                    ? JcaProviders.first(scheme.algorithm(), provider -> signature(scheme, provider, key))
                    : signature(scheme, jdk, key);
        } catch (GeneralSecurityException e) {
            throw new TlsFatalAlert(AlertDescription.unsupported_certificate, e);
        }
    }

    /** Returns whether a provider of this JVM has ML-DSA. Bouncy Castle's implementation of it is not used. */
    static boolean supportsMlDsa() {
        for (Provider provider : JcaProviders.jdkFirst()) {
            if (provider.getService("Signature", "ML-DSA-65") != null) {
                return true;
            }
        }
        return false;
    }

    private static Signature signature(JdkSignatureScheme scheme, Provider provider, PublicKey key)
            throws GeneralSecurityException {
        Signature signature = scheme.newSignature(provider);
        signature.initVerify(key);
        if (scheme.parameters() != null) {
            signature.setParameter(scheme.parameters());
        }
        return signature;
    }

    @Override
    public OutputStream getOutputStream() {
        return new SignatureOutputStream(signature);
    }

    @Override
    public boolean verifySignature(byte[] value) {
        try {
            return signature.verify(value);
        } catch (SignatureException e) {
            // The JDK throws this exception for a value of wrong length or encoding.
            return false;
        }
    }
}
