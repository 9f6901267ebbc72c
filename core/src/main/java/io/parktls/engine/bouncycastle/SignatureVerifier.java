package io.parktls.engine.bouncycastle;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.jspecify.annotations.Nullable;

/** Chooses the implementation that verifies a signature with a key of the JDK. */
final class SignatureVerifier {
    private SignatureVerifier() {}

    /**
     * A verifier for TLS 1.3, where an ECDSA scheme also names the curve.
     *
     * @throws TlsFatalAlert illegal_parameter, if the key does not go with the scheme
     */
    static Tls13Verifier tls13(PublicKey key, int scheme) throws TlsFatalAlert {
        return verifier(key, scheme, true);
    }

    /**
     * A verifier for TLS 1.2, where the scheme is but a pair of hash and algorithm (RFC 5246 7.4.1.4.1).
     *
     * @throws TlsFatalAlert illegal_parameter, if the key does not go with the scheme
     */
    static Tls13Verifier tls12(PublicKey key, int scheme) throws TlsFatalAlert {
        return verifier(key, scheme, false);
    }

    private static Tls13Verifier verifier(PublicKey key, int code, boolean curveBound) throws TlsFatalAlert {
        JdkSignatureScheme scheme = JdkSignatureScheme.of(code);
        if (scheme == null || !scheme.fits(key)) {
            throw mismatch(key, code);
        }
        return switch (scheme.scheme()) {
            case ECDSA_SECP256R1_SHA256 -> ecdsa(key, scheme, JdkHashAlgorithm.SHA256, curveBound);
            case ECDSA_SECP384R1_SHA384 -> ecdsa(key, scheme, JdkHashAlgorithm.SHA384, curveBound);
            case ECDSA_SECP521R1_SHA512 -> ecdsa(key, scheme, JdkHashAlgorithm.SHA512, curveBound);
            case ED25519 -> EdDsaVerifier.ed25519(key);
            case ED448 -> EdDsaVerifier.ed448(key);
            default -> new JdkVerifier(scheme, key);
        };
    }

    private static Tls13Verifier ecdsa(
            PublicKey key, JdkSignatureScheme scheme, JdkHashAlgorithm hash, boolean curveBound) throws TlsFatalAlert {
        @Nullable EcCurve curve = key instanceof ECPublicKey ec ? EcCurve.of(ec) : null;
        if (curve == null || (curveBound && curve != scheme.curve())) {
            throw mismatch(key, scheme.scheme().code());
        }
        return new EcdsaVerifier(curve.publicKey((ECPublicKey) key), hash);
    }

    private static TlsFatalAlert mismatch(PublicKey key, int code) {
        return new TlsFatalAlert(
                AlertDescription.illegal_parameter,
                "signature scheme 0x" + Integer.toHexString(code) + " with a key of type " + key.getAlgorithm());
    }
}
