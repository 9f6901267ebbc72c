package io.parktls.engine.bouncycastle;

import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import org.bouncycastle.tls.crypto.TlsHMAC;

/** An HMAC (RFC 2104) computed by the JDK. The caller sets the key. */
final class JdkHmac implements TlsHMAC {
    private final JdkHashAlgorithm algorithm;
    private final Mac mac;

    JdkHmac(JdkHashAlgorithm algorithm) {
        this.algorithm = algorithm;
        this.mac = algorithm.newMac();
    }

    @Override
    public void setKey(byte[] key, int offset, int length) {
        algorithm.initialize(mac, key, offset, length);
    }

    @Override
    public void update(byte[] input, int offset, int length) {
        mac.update(input, offset, length);
    }

    @Override
    public byte[] calculateMAC() {
        return mac.doFinal();
    }

    @Override
    public void calculateMAC(byte[] output, int offset) {
        try {
            mac.doFinal(output, offset);
        } catch (ShortBufferException e) {
            throw new IllegalArgumentException("the output has no room for the MAC", e);
        }
    }

    @Override
    public int getInternalBlockSize() {
        return algorithm.blockLength();
    }

    @Override
    public int getMacLength() {
        return algorithm.outputLength();
    }

    @Override
    public void reset() {
        mac.reset();
    }
}
