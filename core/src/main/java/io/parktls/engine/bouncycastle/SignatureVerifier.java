package io.parktls.engine.bouncycastle;

import io.parktls.TlsVersion;
import io.parktls.engine.SigningKey;
import io.parktls.jca.JdkSignatureScheme;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;

/** Selects the implementation that verifies a signature with a JDK key. */
final class SignatureVerifier {
    private SignatureVerifier() {}

    /**
     * Returns a verifier for TLS 1.3.
     *
     * @throws TlsFatalAlert illegal_parameter, if the scheme may not be used with such a key
     */
    static Tls13Verifier tls13(PublicKey key, int code) throws TlsFatalAlert {
        JdkSignatureScheme scheme = JdkSignatureScheme.of(code);
        if (scheme == null || !SigningKey.of(key).signs(scheme.scheme(), TlsVersion.TLS_1_3)) {
            throw mismatch(key, code);
        }
        return verifier(key, scheme);
    }

    /**
     * Returns a verifier for TLS 1.2.
     *
     * @throws TlsFatalAlert illegal_parameter, if the scheme may not be used with such a key
     */
    static Tls13Verifier tls12(PublicKey key, int code) throws TlsFatalAlert {
        JdkSignatureScheme scheme = JdkSignatureScheme.of(code);
        if (scheme == null || !SigningKey.of(key).signs(scheme.scheme(), TlsVersion.TLS_1_2)) {
            throw mismatch(key, code);
        }
        return verifier(key, scheme);
    }

    private static Tls13Verifier verifier(PublicKey key, JdkSignatureScheme scheme) throws TlsFatalAlert {
        return switch (scheme.scheme()) {
            case ECDSA_SECP256R1_SHA256 -> ecdsa(key, scheme, JdkHashAlgorithm.SHA256);
            case ECDSA_SECP384R1_SHA384 -> ecdsa(key, scheme, JdkHashAlgorithm.SHA384);
            case ECDSA_SECP521R1_SHA512 -> ecdsa(key, scheme, JdkHashAlgorithm.SHA512);
            case ED25519 -> EdDsaVerifier.ed25519(key);
            case ED448 -> EdDsaVerifier.ed448(key);
            default -> new JdkVerifier(scheme, key);
        };
    }

    private static Tls13Verifier ecdsa(PublicKey key, JdkSignatureScheme scheme, JdkHashAlgorithm hash)
            throws TlsFatalAlert {
        if (key instanceof ECPublicKey ec) {
            EcCurve curve = EcCurve.of(ec);
            if (curve != null) {
                return new EcdsaVerifier(curve.publicKey(ec), hash);
            }
        }
        throw mismatch(key, scheme.scheme().code());
    }

    private static TlsFatalAlert mismatch(PublicKey key, int code) {
        return new TlsFatalAlert(
                AlertDescription.illegal_parameter,
                "signature scheme 0x" + Integer.toHexString(code) + " cannot be used with a key of type "
                        + key.getAlgorithm());
    }
}
