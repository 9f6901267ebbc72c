package io.parktls.signer;

import io.parktls.SignatureScheme;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.engine.SigningKey;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import io.parktls.jca.JdkSignatureScheme;
import io.parktls.pki.Printable;
import java.io.IOException;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The private key of an identity with a {@link TlsSigner}: a handle without an encoding, which only
 * {@link SignerProvider} can sign with. Immutable and thread-safe.
 */
public sealed class SignerKey implements PrivateKey {
    private static final long serialVersionUID = 1L;

    private final transient TlsSigner signer;
    private final transient PublicKey publicKey;
    private final transient SigningKey type;

    /** The schemes to sign with, each with a provider that verifies its signatures. */
    private final transient Map<SignatureScheme, Provider> verifiers;

    private SignerKey(TlsSigner signer, PublicKey publicKey) {
        this.signer = signer;
        this.publicKey = publicKey;
        this.type = SigningKey.of(publicKey);
        this.verifiers = verifiers();
    }

    /**
     * Returns a key. The signer is asked for its schemes, but not for a signature, because the service behind it may be
     * out of reach when a program starts.
     *
     * @param certificate the certificate of the key, of any provider
     * @throws IllegalArgumentException if the signer has no scheme for the key
     */
    public static SignerKey of(TlsSigner signer, X509Certificate certificate) {
        Objects.requireNonNull(signer, "signer");
        PublicKey publicKey = JdkKeys.of(certificate);
        if (publicKey == null) {
            // Bouncy Castle's certificates have no public key if it does not know the algorithm.
            throw new IllegalArgumentException(
                    "TLS has no signature scheme for the key of the certificate " + Printable.subject(certificate));
        }
        return publicKey instanceof RSAKey rsa
                ? new Rsa(signer, publicKey, rsa.getModulus())
                : new SignerKey(signer, publicKey);
    }

    /** Returns the schemes that an identity can sign with in any version. */
    public static Set<SignatureScheme> schemes(TlsIdentity identity) {
        return identity.privateKey() instanceof SignerKey key
                ? key.verifiers.keySet()
                : Set.copyOf(SigningKey.of(identity.chain().getFirst().getPublicKey())
                        .schemes());
    }

    private Map<SignatureScheme, Provider> verifiers() {
        List<SignatureScheme> suitable = type.schemes();
        if (suitable.isEmpty()) {
            throw new IllegalArgumentException("TLS has no signature scheme for a key of type '" + type
                    + "': the certificate needs an RSA, P-256, P-384, P-521, Ed25519, Ed448 or ML-DSA key");
        }
        Set<SignatureScheme> offered = Objects.requireNonNull(signer.schemes(), "the signer's schemes");
        Map<SignatureScheme, Provider> found = new EnumMap<>(SignatureScheme.class);
        for (SignatureScheme scheme : suitable) {
            Provider verifier = offered.contains(scheme) ? verifier(JdkSignatureScheme.of(scheme)) : null;
            if (verifier != null) {
                found.put(scheme, verifier);
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException("the signer " + signer.getClass().getName() + " signs with " + offered
                    + ", but the certificate's key of type '" + type + "' needs one of " + suitable);
        }
        return Collections.unmodifiableMap(found);
    }

    private @Nullable Provider verifier(JdkSignatureScheme scheme) {
        try {
            return JcaProviders.first(scheme.algorithm(), provider -> {
                verification(scheme, provider);
                return provider;
            });
        } catch (NoSuchAlgorithmException e) {
            return null;
        }
    }

    private Signature verification(JdkSignatureScheme scheme, Provider provider) throws GeneralSecurityException {
        Signature verification = scheme.newSignature(provider);
        verification.initVerify(publicKey);
        if (scheme.parameters() != null) {
            verification.setParameter(scheme.parameters());
        }
        return verification;
    }

    /** Returns the scheme that an algorithm and its parameters stand for; null if this key does not sign with it. */
    @Nullable
    SignatureScheme scheme(String algorithm, @Nullable AlgorithmParameterSpec parameters) {
        return verifiers.keySet().stream()
                .filter(scheme -> JdkSignatureScheme.of(scheme).algorithm().equals(algorithm)
                        && JdkSignatureScheme.of(scheme).hasParameters(parameters))
                .findFirst()
                .orElse(null);
    }

    /** Returns whether this key signs with an algorithm, whatever its parameters. */
    boolean hasAlgorithm(String algorithm) {
        return verifiers.keySet().stream()
                .anyMatch(scheme -> JdkSignatureScheme.of(scheme).algorithm().equals(algorithm));
    }

    /**
     * Returns whether this is the private key of a public key.
     *
     * @param other the public key, of any provider
     */
    public boolean belongsTo(PublicKey other) {
        return Arrays.equals(publicKey.getEncoded(), JdkKeys.of(other).getEncoded());
    }

    /**
     * Calls the signer and verifies the signature.
     *
     * @throws ProviderException if the signer fails or its signature is wrong. Unlike a SignatureException, it ends a
     *     handshake of SunJSSE with internal_error
     */
    byte[] sign(SignatureScheme scheme, byte[] message) {
        byte[] signature;
        try {
            signature = signer.sign(scheme, message.clone());
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new ProviderException(this + " failed to sign with " + scheme, e);
        }
        if (signature == null) {
            throw new ProviderException(this + " returned null instead of a signature for " + scheme);
        }
        if (!isVerified(scheme, message, signature)) {
            throw new ProviderException(this + " returned a wrong signature of " + signature.length + " bytes for "
                    + scheme + SignatureFault.describe(type, scheme, signature));
        }
        return signature;
    }

    private boolean isVerified(SignatureScheme scheme, byte[] message, byte[] signature) {
        try {
            Signature verification =
                    verification(JdkSignatureScheme.of(scheme), Objects.requireNonNull(verifiers.get(scheme)));
            verification.update(message);
            return verification.verify(signature);
        } catch (GeneralSecurityException e) {
            // The JDK throws this exception for a signature of wrong length or encoding.
            return false;
        }
    }

    @Override
    public String getAlgorithm() {
        return publicKey.getAlgorithm();
    }

    /** Returns null: the key has no encoding in this JVM. */
    @Override
    public @Nullable String getFormat() {
        return null;
    }

    /** Returns null: the key has no encoding in this JVM. */
    @Override
    public byte @Nullable [] getEncoded() {
        return null;
    }

    @Override
    public @Nullable AlgorithmParameterSpec getParams() {
        return publicKey.getParams();
    }

    /** Returns the class of the signer, but not its own description, which may contain secrets. */
    @Override
    public String toString() {
        return "the signer " + signer.getClass().getName();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        throw new NotSerializableException("a key of " + this);
    }

    /** The key of an RSA certificate. SunJSSE uses keys only if it can determine the length of the modulus. */
    private static final class Rsa extends SignerKey implements RSAKey {
        private static final long serialVersionUID = 1L;

        private final transient BigInteger modulus;

        Rsa(TlsSigner signer, PublicKey publicKey, BigInteger modulus) {
            super(signer, publicKey);
            this.modulus = modulus;
        }

        @Override
        public BigInteger getModulus() {
            return modulus;
        }

        @Override
        public @Nullable AlgorithmParameterSpec getParams() {
            return super.getParams();
        }
    }
}
