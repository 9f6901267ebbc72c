package io.parktls.jca;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes private keys of ML-DSA. RFC 9881 6 has three formats of such a key: the seed, the expanded key, and both.
 * OpenSSL writes both, Bouncy Castle the seed, and the JDK 25 reads and writes only the expanded key. This class expands
 * a seed by letting the JDK generate the key pair with the seed as its random bytes, as FIPS 204 defines (algorithm 1).
 */
final class MlDsaPrivateKey {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;

    /** The seed is tagged implicitly with the context-specific tag 0. */
    private static final int SEED = 0x80;

    private static final int SEED_LENGTH = 32;

    private MlDsaPrivateKey() {}

    /**
     * Returns the private key in a PKCS #8 encoding.
     *
     * @param parameterSet the name of the parameter set, for instance ML-DSA-65
     * @throws GeneralSecurityException if the provider does not support the algorithm, or the encoding is not a key
     */
    static PrivateKey decode(String parameterSet, byte[] pkcs8, Provider provider) throws GeneralSecurityException {
        byte[] seed = null;
        try {
            ByteBuffer content = content(pkcs8);
            int form = content.get(content.position()) & 0xFF;
            if (form == OCTET_STRING) {
                return KeyFactory.getInstance(parameterSet, provider).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            }
            byte[] expanded = null;
            if (form == SEED) {
                seed = next(content, SEED);
            } else {
                ByteBuffer both = DerReader.content(content, SEQUENCE);
                seed = next(both, OCTET_STRING);
                expanded = next(both, OCTET_STRING);
            }
            return expand(parameterSet, provider, seed, expanded);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            // Without a cause, because the messages of parsers may quote their input.
            throw new InvalidKeyException("not a private key in one of the formats of RFC 9881");
        } finally {
            if (seed != null) {
                Arrays.fill(seed, (byte) 0);
            }
        }
    }

    /** RFC 5958 2: PrivateKeyInfo consists of a version, the algorithm, and the private key. */
    private static ByteBuffer content(byte[] pkcs8) {
        ByteBuffer info = DerReader.content(ByteBuffer.wrap(pkcs8), SEQUENCE);
        DerReader.content(info, INTEGER);
        DerReader.content(info, SEQUENCE);
        return DerReader.content(info, OCTET_STRING);
    }

    private static byte[] next(ByteBuffer der, int tag) {
        ByteBuffer value = DerReader.content(der, tag);
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }

    private static PrivateKey expand(String parameterSet, Provider provider, byte[] seed, byte @Nullable [] expanded)
            throws GeneralSecurityException {
        if (seed.length != SEED_LENGTH) {
            throw new InvalidKeyException("the seed of a key must have 32 bytes (RFC 9881 6), not " + seed.length);
        }
        KeyPairGenerator generator = KeyPairGenerator.getInstance(parameterSet, provider);
        Seed random = new Seed(seed);
        generator.initialize(new NamedParameterSpec(parameterSet), random);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        if (!random.used) {
            throw new InvalidKeyException(provider.getName() + " does not expand the seed of a key");
        }
        if (expanded != null && !MessageDigest.isEqual(expanded, next(content(key.getEncoded()), OCTET_STRING))) {
            throw new InvalidKeyException("the seed and the expanded key are of different keys (RFC 9881 6)");
        }
        return key;
    }

    /** A source of randomness that returns the seed once. */
    private static final class Seed extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private final transient byte[] seed;
        private boolean used;

        Seed(byte[] seed) {
            this.seed = seed;
        }

        @Override
        public void nextBytes(byte[] bytes) {
            if (used || bytes.length != seed.length) {
                throw new IllegalStateException(
                        "a seed of " + seed.length + " bytes cannot be used for " + bytes.length + " bytes");
            }
            System.arraycopy(seed, 0, bytes, 0, seed.length);
            used = true;
        }
    }
}
