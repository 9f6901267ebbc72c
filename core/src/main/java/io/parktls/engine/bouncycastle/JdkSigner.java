package io.parktls.engine.bouncycastle;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import io.parktls.jca.ObjectPool;
import io.parktls.pki.ForeignKeys;
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
import java.util.stream.Stream;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.jspecify.annotations.Nullable;

/**
 * Signs with a long-term key through the JDK, or a preferred provider. The provider that signs with the key is found when
 * the signer is made, whatever the order of the providers: the first preferred one, else the JDK's, else any other. For a
 * key that does not leave its token (PKCS #11, an HSM) it is the token's. A key of another provider is turned into the
 * signing provider's own kind.
 *
 * <p>Immutable and thread-safe.
 */
final class JdkSigner {
    private final JdkSignatureScheme scheme;
    private final PrivateKey key;
    private final Provider provider;
    private final Supplier<SecureRandom> randoms;

    /** The JDK's signature objects can be used again. Those of other providers are made for each signature. */
    private final @Nullable ObjectPool<Signature> pool;

    /** Whether a signature may wait for something outside of this JVM. */
    private final boolean mayWait;

    /**
     * @param randoms where a signature takes its randomness from; tokens have their own
     * @param preferred the providers that are to sign if they can
     * @throws InvalidKeyException if the key does not go with the scheme, or no provider signs with it
     */
    JdkSigner(PrivateKey key, JdkSignatureScheme scheme, Supplier<SecureRandom> randoms, PreferredProviders preferred)
            throws InvalidKeyException {
        PrivateKey own = JdkKeys.of(key);
        if (!scheme.fits(own)) {
            throw new InvalidKeyException(scheme.scheme() + " does not go with keys of type " + key.getAlgorithm());
        }
        this.scheme = scheme;
        this.randoms = randoms;
        try {
            this.provider = JcaProviders.first(scheme.algorithm(), candidates(own, preferred), candidate -> {
                requireSigns(candidate, own);
                return candidate;
            });
        } catch (NoSuchAlgorithmException e) {
            throw new InvalidKeyException("no provider signs " + scheme.scheme() + " with this key", e);
        }
        this.key = translate(own, provider);
        this.pool = JcaProviders.isJdk(provider) ? new ObjectPool<>(this::signature) : null;
        boolean isPreferred = own.getEncoded() != null && preferred.providers().contains(provider);
        this.mayWait = !isPreferred && ForeignKeys.mayWait(this.key, provider);
    }

    /** A key that does not leave its token belongs to one of the installed providers: each says whether it is its own. */
    private static List<Provider> candidates(PrivateKey key, PreferredProviders preferred) {
        if (key.getEncoded() == null) {
            return JcaProviders.asInstalled();
        }
        return Stream.concat(preferred.providers().stream(), JcaProviders.jdkFirst().stream())
                .toList();
    }

    /** A provider of others may take a key that it cannot sign with, and say so only when it is to sign. */
    private void requireSigns(Provider candidate, PrivateKey key) throws GeneralSecurityException {
        Signature signature = scheme.newSignature(candidate);
        initialize(signature, translate(key, candidate));
        if (!JcaProviders.isJdk(candidate)) {
            signature.sign();
        }
    }

    Provider provider() {
        return provider;
    }

    /** Whether a signature may wait for a token, a hardware module or a service; a preferred provider is known to compute. */
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

    /** One signature to be made; its {@code getSignature} is called once at most. */
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
        // The key first: it decides on the provider.
        signature.initSign(key, randoms.get());
        if (scheme.parameters() != null) {
            signature.setParameter(scheme.parameters());
        }
    }

    /** Providers parse foreign keys each time they are used; their own they take as they are. */
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
