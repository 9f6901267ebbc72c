package io.parktls.engine.bouncycastle;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/** An X25519 key pair of a preferred provider, generated with the provider's own randomness. */
final class ProviderX25519KeyPair implements X25519KeyPair {
    private static final String ALGORITHM = "X25519";

    /** The bytes in front of the key in its {@code SubjectPublicKeyInfo} (RFC 8410 4). */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b656e032100");

    private static final byte[] ZEROS = new byte[LENGTH];

    private final Provider provider;
    private @Nullable KeyPair pair;

    ProviderX25519KeyPair(Provider provider) {
        this.provider = provider;
    }

    /** Returns the first provider that supports X25519; null if none does. */
    static @Nullable Provider provider(PreferredProviders preferred) {
        return preferred.with(ALGORITHM, "KeyPairGenerator", "KeyFactory", "KeyAgreement");
    }

    @Override
    public byte[] publicKey() {
        if (pair == null) {
            try {
                pair = KeyPairGenerator.getInstance(ALGORITHM, provider).generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new ProviderException(
                        "the provider " + provider.getName() + " cannot generate an X25519 key pair", e);
            }
        }
        byte[] encoded = pair.getPublic().getEncoded();
        if (encoded.length != PREFIX.length + LENGTH) {
            throw new ProviderException("unexpected length of an encoded X25519 key: " + encoded.length);
        }
        return Arrays.copyOfRange(encoded, PREFIX.length, encoded.length);
    }

    @Override
    public byte @Nullable [] agree(byte[] peerPublicKey) {
        KeyPair own = Objects.requireNonNull(pair, "the key pair has not been generated");
        pair = null;
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM, provider);
            agreement.init(own.getPrivate());
            return agree(agreement, decode(peerPublicKey));
        } catch (GeneralSecurityException e) {
            throw new ProviderException("the provider " + provider.getName() + " cannot compute X25519", e);
        } finally {
            KeyExchanges.destroy(own.getPrivate());
        }
    }

    private static byte @Nullable [] agree(KeyAgreement agreement, PublicKey peerPublicKey) {
        byte[] secret;
        try {
            agreement.doPhase(peerPublicKey, true);
            secret = agreement.generateSecret();
        } catch (InvalidKeyException e) {
            // Every string of that length is a public key (RFC 7748 5), so the provider rejects the resulting secret.
            return null;
        }
        return MessageDigest.isEqual(secret, ZEROS) ? null : secret;
    }

    private PublicKey decode(byte[] key) throws GeneralSecurityException {
        byte[] encoded = Arrays.copyOf(PREFIX, PREFIX.length + LENGTH);
        System.arraycopy(key, 0, encoded, PREFIX.length, LENGTH);
        return KeyFactory.getInstance(ALGORITHM, provider).generatePublic(new X509EncodedKeySpec(encoded));
    }
}
