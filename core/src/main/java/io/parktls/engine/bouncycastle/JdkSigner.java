package io.parktls.engine.bouncycastle;

import io.parktls.pki.ForeignKeys;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;
import org.jspecify.annotations.Nullable;

/**
 * Signs with a long-term key through the JDK, or a preferred provider. Everything that can be done once is: the provider that
 * accepts the key is found when the signer is made, which for keys that do not leave their token (PKCS #11, an HSM) is the token's, and a key
 * that came from another provider is turned into the signing provider's own kind.
 *
 * <p>Immutable and thread-safe.
 */
final class JdkSigner {
    private final JdkSignatureScheme scheme;
    private final PrivateKey key;
    private final Provider provider;
    private final Supplier<SecureRandom> randoms;

    /** Whether a signature may wait for something outside of this JVM. */
    private final boolean mayWait;

    /**
     * @param randoms where a signature takes its randomness from; tokens have their own
     * @param preferred who is to sign if they can
     * @throws InvalidKeyException if the key does not go with the scheme, or no provider takes it
     */
    JdkSigner(PrivateKey key, JdkSignatureScheme scheme, Supplier<SecureRandom> randoms, PreferredProviders preferred)
            throws InvalidKeyException {
        if (!scheme.fits(key)) {
            throw new InvalidKeyException(scheme.scheme() + " does not go with keys of type " + key.getAlgorithm());
        }
        this.scheme = scheme;
        this.randoms = randoms;
        Signature signature = key.getEncoded() == null ? null : preferredSignature(key, preferred);
        try {
            if (signature == null) {
                signature = scheme.newSignature(null);
                initialize(signature, key);
            }
            this.provider = signature.getProvider();
        } catch (InvalidKeyException e) {
            throw e;
        } catch (GeneralSecurityException | ProviderException e) {
            throw new InvalidKeyException("no provider signs " + scheme.scheme() + " with this key", e);
        }
        this.key = translate(key, provider);
        boolean isPreferred = key.getEncoded() != null && preferred.providers().contains(provider);
        this.mayWait = !isPreferred && ForeignKeys.mayWait(this.key, provider);
    }

    /** Of the first preferred provider that signs with the key, null if none does. */
    private @Nullable Signature preferredSignature(PrivateKey key, PreferredProviders preferred) {
        for (Provider candidate :
                preferred.having(scheme.algorithm(), "Signature").toList()) {
            try {
                Signature signature = scheme.newSignature(candidate);
                initialize(signature, translate(key, candidate));
                signature.sign();
                return signature;
            } catch (GeneralSecurityException | ProviderException e) {
                // Looked up only now: it takes longer to set logging up than the first handshake.
                LogManager.getLogger(JdkSigner.class)
                        .debug("{} does not sign {}: {}", candidate.getName(), scheme.scheme(), e.toString());
            }
        }
        return null;
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

    /** One signature to be made. */
    TlsStreamSigner newSignature() throws TlsFatalAlert {
        Signature signature;
        try {
            signature = scheme.newSignature(provider);
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
                    return signature.sign();
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
        } catch (GeneralSecurityException e) {
            return key;
        }
    }
}
