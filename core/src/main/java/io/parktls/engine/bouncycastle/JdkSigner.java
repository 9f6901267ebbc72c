package io.parktls.engine.bouncycastle;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import io.parktls.jca.JdkSignatureScheme;
import io.parktls.jca.ObjectPool;
import io.parktls.pki.ForeignKeys;
import io.parktls.signer.SignerKey;
import io.parktls.signer.SignerProvider;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.util.List;
import java.util.function.Supplier;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.jspecify.annotations.Nullable;

/**
 * Signs with a long-term private key through JCA. The signing provider is determined when the signer is created: the
 * first preferred provider that can use the key, else the JDK's, else any other. A key that cannot leave its token
 * (PKCS #11, an HSM) is used by the token's provider, and the key of an application's {@link io.parktls.TlsSigner} by
 * {@link SignerProvider}. A key of another provider is converted into a key of the signing
 * provider.
 *
 * <p>Immutable and thread-safe.
 */
final class JdkSigner {
    private final JdkSignatureScheme scheme;
    private final PrivateKey key;
    private final Provider provider;
    private final Supplier<SecureRandom> randoms;

    /**
     * A pool of the JDK's signature objects, which can be reused. Null for other providers, whose objects are created
     * for each signature.
     */
    private final @Nullable ObjectPool<Signature> pool;

    /** Whether a signature may wait for something outside of this JVM. */
    private final boolean mayWait;

    /**
     * Creates a signer.
     *
     * @param randoms the source of randomness for signatures; tokens use their own
     * @param preferred the providers that are tried first
     * @throws InvalidKeyException if the key does not suit the scheme, or no provider can sign with it
     */
    JdkSigner(PrivateKey key, JdkSignatureScheme scheme, Supplier<SecureRandom> randoms, PreferredProviders preferred)
            throws InvalidKeyException {
        PrivateKey own = JdkKeys.of(key);
        if (!scheme.fits(own)) {
            throw new InvalidKeyException(scheme.scheme() + " cannot be used with a key of type " + key.getAlgorithm());
        }
        this.scheme = scheme;
        this.randoms = randoms;
        try {
            this.provider = JcaProviders.first(scheme.algorithm(), candidates(own, preferred), candidate -> {
                requireCanSign(candidate, own);
                return candidate;
            });
        } catch (NoSuchAlgorithmException e) {
            throw new InvalidKeyException("no provider can sign " + scheme.scheme() + " with this key", e);
        }
        this.key = translate(own, provider);
        this.pool = JcaProviders.isJdk(provider) ? new ObjectPool<>(this::signature) : null;
        boolean isPreferred = own.getEncoded() != null && preferred.providers().contains(provider);
        this.mayWait = !isPreferred && ForeignKeys.mayWait(this.key, provider);
    }

    /**
     * Returns the providers to try. A key that cannot leave its token belongs to one of the installed providers, each
     * of which recognizes its own keys.
     */
    private static Iterable<Provider> candidates(PrivateKey key, PreferredProviders preferred) {
        if (key instanceof SignerKey) {
            return List.of(SignerProvider.instance());
        }
        if (key.getEncoded() == null) {
            return JcaProviders.asInstalled();
        }
        return JcaProviders.jdkFirstAfter(preferred.providers());
    }

    /**
     * Tests whether a provider can sign with the key. Providers other than the JDK's may accept a key that they cannot
     * sign with, and fail only when they sign, so a signature is made. The service behind an application's signer may
     * be out of reach, so that makes none.
     */
    private void requireCanSign(Provider candidate, PrivateKey key) throws GeneralSecurityException {
        Signature signature = scheme.newSignature(candidate);
        initialize(signature, translate(key, candidate));
        if (!JcaProviders.isJdk(candidate) && !(key instanceof SignerKey)) {
            signature.sign();
        }
    }

    Provider provider() {
        return provider;
    }

    /** Returns the code that signs, for messages. */
    String description() {
        return key instanceof SignerKey ? key.toString() : "the private key's provider " + provider.getName();
    }

    /**
     * Returns whether a signature may wait for a token, a hardware module or a service. A preferred provider is assumed
     * only to compute.
     */
    boolean mayWait() {
        return mayWait;
    }

    JdkSignatureScheme scheme() {
        return scheme;
    }

    private Signature signature() {
        try {
            return scheme.newSignature(provider);
        } catch (GeneralSecurityException e) {
            throw new ProviderException(e);
        }
    }

    /** Returns a signer for one signature. Its {@code getSignature} may be called at most once. */
    TlsStreamSigner newSignature() throws TlsFatalAlert {
        Signature signature;
        try {
            signature = pool == null ? signature() : pool.take();
            initialize(signature, key);
        } catch (GeneralSecurityException | ProviderException e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, e);
        }
        return new TlsStreamSigner() {
            @Override
            public OutputStream getOutputStream() {
                return new SignatureOutputStream(signature);
            }

            @Override
            public byte[] getSignature() throws TlsFatalAlert {
                try {
                    byte[] signed = signature.sign();
                    if (pool != null) {
                        pool.give(signature);
                    }
                    return signed;
                } catch (SignatureException | ProviderException e) {
                    throw new TlsFatalAlert(AlertDescription.internal_error, e);
                }
            }
        };
    }

    private void initialize(Signature signature, PrivateKey key) throws GeneralSecurityException {
        // The key must be set before the parameters, because it determines the provider.
        signature.initSign(key, randoms.get());
        if (scheme.parameters() != null) {
            signature.setParameter(scheme.parameters());
        }
    }

    /** Converts a key into the provider's own kind. Otherwise the provider would parse it for each signature. */
    private static PrivateKey translate(PrivateKey key, Provider provider) {
        if (key.getEncoded() == null) {
            return key;
        }
        try {
            return (PrivateKey)
                    KeyFactory.getInstance(key.getAlgorithm(), provider).translateKey(key);
        } catch (GeneralSecurityException | RuntimeException e) {
            return key;
        }
    }
}
