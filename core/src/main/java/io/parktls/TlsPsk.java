package io.parktls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An external pre-shared key of TLS 1.3 (RFC 8446 2.2, 4.2.11): a secret that both peers know, and that authenticates
 * them in place of certificates. The key exchange remains ephemeral, so connections have forward secrecy.
 *
 * {@snippet :
 * TlsPsk key = TlsPsk.of("sensor 17".getBytes(StandardCharsets.UTF_8), secret);
 * TlsContext client = TlsContext.builder().psk(key).requirePsk(true).build();
 * TlsContext server = TlsContext.builder().pskLookup(id -> keys.find(id)).requirePsk(true).build();
 * }
 *
 * <p>A key must be random. A password is not suitable: whoever answers one connection attempt can try all passwords
 * offline (RFC 9257 4.1). A key belongs to one hash and must not be used with another (RFC 8446 4.2.11). If more than
 * two peers share a key, each of them can impersonate the others (RFC 9257 4.1).
 *
 * <p>Immutable until it is destroyed, and thread-safe.
 */
public final class TlsPsk {
    /** The hash that a key is used with, which determines the possible cipher suites. */
    public enum Hash {
        /** SHA-256, for TLS_AES_128_GCM_SHA256 and TLS_CHACHA20_POLY1305_SHA256. */
        SHA256,
        /** SHA-384, for TLS_AES_256_GCM_SHA384. */
        SHA384
    }

    /** The shortest key in bytes: 128 bits (RFC 9257 6). */
    public static final int MIN_KEY = 16;

    /** The longest identity in bytes, so that the ClientHello has room for it. OpenSSL supports 256. */
    public static final int MAX_IDENTITY = 16_384;

    private static final int MAX_KEY = 255;

    private final byte[] identity;
    private final byte[] key;
    private final Hash hash;

    private TlsPsk(byte[] identity, byte[] key, Hash hash) {
        this.identity = identity.clone();
        this.key = key.clone();
        this.hash = hash;
    }

    /**
     * Creates a key for SHA-256, the default of RFC 8446 4.2.11.
     *
     * @param identity names the key; the client sends it in the clear. 1 to {@value #MAX_IDENTITY} bytes
     * @param key the secret, {@value #MIN_KEY} to 255 bytes
     * @return the key, which holds copies of the arrays
     * @throws IllegalArgumentException if a length is out of its range
     */
    public static TlsPsk of(byte[] identity, byte[] key) {
        return of(identity, key, Hash.SHA256);
    }

    /**
     * Creates a key.
     *
     * @param identity names the key; the client sends it in the clear. 1 to {@value #MAX_IDENTITY} bytes
     * @param key the secret, {@value #MIN_KEY} to 255 bytes
     * @param hash the hash that the key is used with
     * @return the key, which holds copies of the arrays
     * @throws IllegalArgumentException if a length is out of its range
     */
    public static TlsPsk of(byte[] identity, byte[] key, Hash hash) {
        if (identity.length < 1 || identity.length > MAX_IDENTITY) {
            throw new IllegalArgumentException("the identity of a pre-shared key has " + identity.length
                    + " bytes; it must have 1 to " + MAX_IDENTITY);
        }
        if (key.length < MIN_KEY || key.length > MAX_KEY) {
            throw new IllegalArgumentException("a pre-shared key has " + key.length + " bytes; it must have " + MIN_KEY
                    + " to " + MAX_KEY + " random bytes (RFC 9257 6)");
        }
        return new TlsPsk(identity, key, hash);
    }

    /** {@return a copy of the identity} */
    public byte[] identity() {
        return identity.clone();
    }

    /** {@return the identity as text, each character standing for one byte, as {@link TlsSession#pskIdentity()}} */
    public String identityText() {
        return new String(identity, StandardCharsets.ISO_8859_1);
    }

    /** {@return the hash that the key is used with} */
    public Hash hash() {
        return hash;
    }

    /**
     * {@return a copy of the secret} For engines; the caller overwrites the copy.
     *
     * @throws IllegalStateException if the key is destroyed
     */
    public byte[] key() {
        byte[] copy = key.clone();
        int bits = 0;
        for (byte b : copy) {
            bits |= b;
        }
        if (bits == 0) {
            throw new IllegalStateException("the pre-shared key has been destroyed");
        }
        return copy;
    }

    /** Overwrites the secret. Later handshakes that need it fail. */
    public void destroy() {
        Arrays.fill(key, (byte) 0);
    }

    /** Returns the hash and the length of the identity, but neither the secret nor the identity. */
    @Override
    public String toString() {
        return "TlsPsk[" + hash + ", identity of " + identity.length + " bytes]";
    }
}
