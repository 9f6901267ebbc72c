package io.parktls.engine.bouncycastle;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.RawKey;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;

/**
 * The hash algorithms of TLS 1.2 and 1.3, implemented by the JDK.
 *
 * <p>Each constant keeps one digest and one HMAC as prototypes, which are cloned but never used themselves.
 * {@code getInstance} searches the providers each time, and HMAC's constructor does so again for its digest. Together
 * the searches cost more than hashing a record header.
 */
@SuppressWarnings("ImmutableEnumChecker") // The prototypes are only cloned
enum JdkHashAlgorithm {
    SHA256("SHA-256", "HmacSHA256", 32, 64),
    SHA384("SHA-384", "HmacSHA384", 48, 128),
    SHA512("SHA-512", "HmacSHA512", 64, 128);

    private final String macName;
    private final int outputLength;
    private final int blockLength;
    private final MessageDigest digestPrototype;
    private final Mac macPrototype;

    /**
     * Whether the HMAC can be cloned. The JDK's can; those of other providers, which a JVM without SunJCE uses, may not
     * be cloneable.
     */
    private final boolean macCloneable;

    private final RawKey noKey;
    private final MacPool macPool = new MacPool(this);

    JdkHashAlgorithm(String digestName, String macName, int outputLength, int blockLength) {
        this.macName = macName;
        this.outputLength = outputLength;
        this.blockLength = blockLength;
        this.digestPrototype = digestOf(digestName);
        this.macPrototype = macOf(macName);
        this.macCloneable = isCloneable(macPrototype);
        this.noKey = new RawKey(new byte[0], 0, 0, macName);
    }

    /**
     * Returns the algorithm for one of Bouncy Castle's constants.
     *
     * @param cryptoHashAlgorithm one of {@link CryptoHashAlgorithm}
     * @throws IllegalArgumentException if ParkTLS does not support it
     */
    static JdkHashAlgorithm of(int cryptoHashAlgorithm) {
        return switch (cryptoHashAlgorithm) {
            case CryptoHashAlgorithm.sha256 -> SHA256;
            case CryptoHashAlgorithm.sha384 -> SHA384;
            case CryptoHashAlgorithm.sha512 -> SHA512;
            default -> throw new IllegalArgumentException("hash algorithm not supported: " + cryptoHashAlgorithm);
        };
    }

    /**
     * Loads the algorithms if that has not been done.
     *
     * @throws IllegalArgumentException if no provider of this JVM has them
     */
    static void requireAvailable() {
        try {
            SHA256.newMac();
        } catch (ExceptionInInitializerError | NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    "no provider of this JVM has SHA-2 and HMAC, which TLS needs: " + JcaProviders.asInstalled(), e);
        }
    }

    /** Returns whether {@link #of} supports a constant. */
    static boolean supports(int cryptoHashAlgorithm) {
        return switch (cryptoHashAlgorithm) {
            case CryptoHashAlgorithm.sha256, CryptoHashAlgorithm.sha384, CryptoHashAlgorithm.sha512 -> true;
            default -> false;
        };
    }

    /** Returns the length of a hash value in bytes. */
    int outputLength() {
        return outputLength;
    }

    /** Returns the block length of the compression function in bytes. */
    int blockLength() {
        return blockLength;
    }

    MessageDigest newDigest() {
        try {
            return (MessageDigest) digestPrototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a new HMAC without a key. */
    Mac newMac() {
        try {
            return macCloneable ? (Mac) macPrototype.clone() : Mac.getInstance(macName, macPrototype.getProvider());
        } catch (CloneNotSupportedException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the pool of HMACs of this algorithm. */
    MacPool macPool() {
        return macPool;
    }

    /** Overwrites the key of an HMAC. */
    void clear(Mac mac) {
        initialize(mac, noKey);
    }

    void initialize(Mac mac, byte[] key, int offset, int length) {
        initialize(mac, new RawKey(key, offset, length, macName));
    }

    private static void initialize(Mac mac, RawKey key) {
        try {
            mac.init(key);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static MessageDigest digestOf(String name) {
        try {
            return JcaProviders.first(name, provider -> {
                MessageDigest digest = MessageDigest.getInstance(name, provider);
                // Cloning must work, because the transcript's digest is cloned for each value taken from it.
                clone(digest).digest();
                return digest;
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no provider of this JVM has " + name, e);
        }
    }

    private static Mac macOf(String name) {
        try {
            return JcaProviders.first(name, provider -> {
                Mac.getInstance(name, provider).init(new SecretKeySpec(new byte[1], name));
                return Mac.getInstance(name, provider);
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no provider of this JVM has " + name, e);
        }
    }

    private static MessageDigest clone(MessageDigest digest) throws GeneralSecurityException {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new GeneralSecurityException("the digest cannot be cloned", e);
        }
    }

    private static boolean isCloneable(Mac mac) {
        try {
            return mac.clone() != null;
        } catch (CloneNotSupportedException e) {
            return false;
        }
    }
}
