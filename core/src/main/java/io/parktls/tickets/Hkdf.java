package io.parktls.tickets;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.ObjectPool;
import io.parktls.jca.RawKey;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;

/**
 * HKDF with SHA-256 (RFC 5869) over the JDK's HMAC. The JDK's {@code KDF} would create HMAC objects that contain the
 * key for each call and leave them to the garbage collector. This class pools them and overwrites their key after each
 * use. Thread-safe.
 */
final class Hkdf {
    /** The length of a hash value, and of an extracted key, in bytes. */
    static final int HASH = 32;

    private static final String HMAC = "HmacSHA256";

    /** Looked up once, because searching the providers takes longer than deriving a key. */
    private static final Provider PROVIDER = provider();

    private static final ObjectPool<Mac> MACS = new ObjectPool<>(Hkdf::newMac);
    private static final RawKey NO_KEY = key(new byte[0]);

    private Hkdf() {}

    /** Returns a key of 32 bytes that contains the entropy of {@code material} (RFC 5869 2.2). */
    static byte[] extract(byte[] salt, byte[] material) {
        Mac mac = MACS.take();
        initialize(mac, key(salt));
        byte[] extracted = mac.doFinal(material);
        clear(mac);
        return extracted;
    }

    /** Returns {@code length} bytes, derived from a key of {@link #extract} and a context (RFC 5869 2.3). */
    static byte[] expand(byte[] key, byte[] info, int length) {
        Mac mac = MACS.take();
        initialize(mac, key(key));
        byte[] blocks = new byte[Math.ceilDiv(length, HASH) * HASH];
        try {
            for (int at = 0; at < blocks.length; at += HASH) {
                if (at > 0) {
                    mac.update(blocks, at - HASH, HASH);
                }
                mac.update(info);
                mac.update((byte) (at / HASH + 1));
                mac.doFinal(blocks, at);
            }
        } catch (ShortBufferException e) {
            throw new IllegalStateException(e);
        }
        clear(mac);
        byte[] derived = Arrays.copyOf(blocks, length);
        Arrays.fill(blocks, (byte) 0);
        return derived;
    }

    /** Overwrites the key of an HMAC and returns it to the pool. */
    private static void clear(Mac mac) {
        initialize(mac, NO_KEY);
        MACS.give(mac);
    }

    private static RawKey key(byte[] bytes) {
        return new RawKey(bytes, 0, bytes.length, HMAC);
    }

    private static void initialize(Mac mac, RawKey key) {
        try {
            mac.init(key);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Mac newMac() {
        try {
            return Mac.getInstance(HMAC, PROVIDER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("security provider " + PROVIDER.getName() + " does not support " + HMAC, e);
        }
    }

    private static Provider provider() {
        try {
            return JcaProviders.first(HMAC, provider -> {
                Mac mac = Mac.getInstance(HMAC, provider);
                mac.init(key(new byte[0]));
                mac.doFinal(new byte[1]);
                return provider;
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no security provider of this JVM supports " + HMAC, e);
        }
    }
}
