package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.Mac;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.crypto.CryptoHashAlgorithm;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;
import org.bouncycastle.tls.crypto.impl.AbstractTlsSecret;

/**
 * A secret of the key schedule, and the functions that derive other secrets from it: HKDF for TLS 1.3 (RFC 5869, RFC
 * 8446 7.1) and the PRF of TLS 1.2 (RFC 5246 5). Both use the JDK's HMAC.
 */
class JdkSecret extends AbstractTlsSecret {
    private final AbstractTlsCrypto crypto;

    /** Creates a secret that owns {@code data} and wipes it when the secret is destroyed. */
    JdkSecret(AbstractTlsCrypto crypto, byte[] data) {
        super(data);
        this.crypto = crypto;
    }

    /**
     * Returns the concatenation of two secrets, as hybrid key exchange combines them (draft-ietf-tls-hybrid-design
     * 3.3).
     */
    static JdkSecret concatenation(AbstractTlsCrypto crypto, TlsSecret first, TlsSecret second) {
        byte[] head = first.extract();
        byte[] tail = second.extract();
        byte[] both = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, both, head.length, tail.length);
        Arrays.fill(head, (byte) 0);
        Arrays.fill(tail, (byte) 0);
        return new JdkSecret(crypto, both);
    }

    @Override
    protected AbstractTlsCrypto getCrypto() {
        return crypto;
    }

    @Override
    public synchronized byte[] calculateHMAC(int cryptoHashAlgorithm, byte[] buf, int off, int len) {
        JdkHashAlgorithm algorithm = JdkHashAlgorithm.of(cryptoHashAlgorithm);
        Mac mac = takeMac(algorithm);
        mac.update(buf, off, len);
        byte[] value = mac.doFinal();
        algorithm.macPool().give(mac);
        return value;
    }

    @Override
    public synchronized TlsSecret hkdfExtract(int cryptoHashAlgorithm, TlsSecret ikm) {
        if (!(ikm instanceof JdkSecret input)) {
            throw new IllegalArgumentException("the input keying material is of another class: " + ikm.getClass());
        }
        JdkHashAlgorithm algorithm = JdkHashAlgorithm.of(cryptoHashAlgorithm);
        Mac mac = takeMac(algorithm);
        input.updateMac(mac);
        destroy();
        byte[] prk = mac.doFinal();
        algorithm.macPool().give(mac);
        return input.extracted(prk);
    }

    /**
     * Returns the secret that was extracted with this secret as the input keying material.
     *
     * @param prk the result of HKDF-Extract, which the returned secret owns
     */
    JdkSecret extracted(byte[] prk) {
        return new JdkSecret(crypto, prk);
    }

    @Override
    public synchronized TlsSecret hkdfExpand(int cryptoHashAlgorithm, byte[] info, int length) {
        JdkHashAlgorithm algorithm = JdkHashAlgorithm.of(cryptoHashAlgorithm);
        int hashLength = algorithm.outputLength();
        if (length > 255 * hashLength) {
            throw new IllegalArgumentException("HKDF-Expand cannot produce " + length + " bytes");
        }
        Mac mac = takeMac(algorithm);
        byte[] output = new byte[length];
        for (int position = 0, counter = 1; position < length; position += hashLength, counter++) {
            if (position > 0) {
                mac.update(output, position - hashLength, hashLength);
            }
            mac.update(info);
            mac.update((byte) counter);
            byte[] block = mac.doFinal();
            System.arraycopy(block, 0, output, position, Math.min(hashLength, length - position));
            Arrays.fill(block, (byte) 0);
        }
        algorithm.macPool().give(mac);
        return new JdkSecret(crypto, output);
    }

    @Override
    public synchronized TlsSecret deriveUsingPRF(int prfAlgorithm, String label, byte[] seed, int length) {
        return switch (prfAlgorithm) {
            case PRFAlgorithm.tls13_hkdf_sha256 -> expandLabel(CryptoHashAlgorithm.sha256, label, seed, length);
            case PRFAlgorithm.tls13_hkdf_sha384 -> expandLabel(CryptoHashAlgorithm.sha384, label, seed, length);
            case PRFAlgorithm.tls_prf_sha256 -> prf(JdkHashAlgorithm.SHA256, label, seed, length);
            case PRFAlgorithm.tls_prf_sha384 -> prf(JdkHashAlgorithm.SHA384, label, seed, length);
            default -> throw new IllegalArgumentException("PRF not supported: " + prfAlgorithm);
        };
    }

    private TlsSecret expandLabel(int cryptoHashAlgorithm, String label, byte[] context, int length) {
        try {
            return TlsCryptoUtils.hkdfExpandLabel(this, cryptoHashAlgorithm, label, context, length);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The PRF of TLS 1.2, which is P_hash with one hash (RFC 5246 5). */
    private TlsSecret prf(JdkHashAlgorithm algorithm, String label, byte[] seed, int length) {
        byte[] labelBytes = label.getBytes(StandardCharsets.US_ASCII);
        Mac mac = takeMac(algorithm);
        int hashLength = algorithm.outputLength();
        byte[] output = new byte[length];
        mac.update(labelBytes);
        for (int position = 0; position < length; position += hashLength) {
            // A(1) is the HMAC of the label and the seed, A(i) the HMAC of A(i-1).
            byte[] a = position == 0 ? mac.doFinal(seed) : mac.doFinal();
            mac.update(a);
            mac.update(labelBytes);
            byte[] block = mac.doFinal(seed);
            System.arraycopy(block, 0, output, position, Math.min(hashLength, length - position));
            Arrays.fill(block, (byte) 0);
            mac.update(a);
        }
        mac.reset();
        algorithm.macPool().give(mac);
        return new JdkSecret(crypto, output);
    }

    private Mac takeMac(JdkHashAlgorithm algorithm) {
        checkAlive();
        return algorithm.macPool().take(data);
    }

    private synchronized void updateMac(Mac mac) {
        checkAlive();
        mac.update(data);
    }
}
