package io.parktls.record;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.jca.JcaProviders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A TLS 1.3 traffic secret, which derives the traffic key and the next secret (RFC 8446 7.2, 7.3).
 *
 * <pre>
 *   secret --"key"--&gt; key
 *     |  \--"iv"---&gt; iv
 *     v "traffic upd"
 *   the next secret, after a KeyUpdate
 * </pre>
 */
public final class TrafficSecret {
    private final CipherSuite suite;
    private final AeadCiphers ciphers;
    private final byte[] secret;

    /**
     * Takes ownership of the array, which is overwritten when the secret is destroyed.
     *
     * @param ciphers the ciphers of the suite's algorithm
     */
    public TrafficSecret(CipherSuite suite, AeadCiphers ciphers, byte[] secret) {
        this.suite = suite;
        this.ciphers = ciphers;
        this.secret = secret;
    }

    /** Derives the key and IV of this generation. */
    public TrafficKey key() {
        return new TrafficKey(
                ciphers,
                TlsVersion.TLS_1_3,
                expandLabel("key", ciphers.algorithm().keyLength()),
                expandLabel("iv", AeadAlgorithm.NONCE));
    }

    /** Derives the secret of the next generation. */
    public TrafficSecret next() {
        return new TrafficSecret(suite, ciphers, expandLabel("traffic upd", secret.length));
    }

    /** {@code HKDF-Expand-Label} with an empty context (RFC 8446 7.1). */
    private byte[] expandLabel(String label, int length) {
        byte[] name = ("tls13 " + label).getBytes(StandardCharsets.US_ASCII);
        byte[] info = ByteBuffer.allocate(4 + name.length)
                .putShort((short) length)
                .put((byte) name.length)
                .put(name)
                .put((byte) 0)
                .array();
        String hash = suite == CipherSuite.TLS_AES_256_GCM_SHA384 ? "HKDF-SHA384" : "HKDF-SHA256";
        try {
            return KDF.getInstance(hash, Kdf.PROVIDER)
                    .deriveData(HKDFParameterSpec.expandOnly(new SecretKeySpec(secret, "Generic"), info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "security provider " + Kdf.PROVIDER.getName() + " does not support " + hash, e);
        }
    }

    /** The provider of HKDF, looked up once because searching the providers takes longer than deriving a key. */
    private static final class Kdf {
        static final Provider PROVIDER = provider();

        private static Provider provider() {
            try {
                return JcaProviders.first("HKDF-SHA256", provider -> {
                    KDF.getInstance("HKDF-SHA384", provider);
                    KDF.getInstance("HKDF-SHA256", provider)
                            .deriveData(HKDFParameterSpec.expandOnly(
                                    new SecretKeySpec(new byte[32], "Generic"), new byte[1], 1));
                    return provider;
                });
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(
                        "no security provider of this JVM supports HKDF with SHA-256 and SHA-384", e);
            }
        }
    }

    /** Overwrites the secret. */
    public void destroy() {
        Arrays.fill(secret, (byte) 0);
    }

    /** Returns the suite, but not the secret. */
    @Override
    public String toString() {
        return "TrafficSecret[" + suite + "]";
    }
}
