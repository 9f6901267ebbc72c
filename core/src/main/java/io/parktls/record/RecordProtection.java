package io.parktls.record;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/** What sealing and opening share: the key, the sequence number and the nonce made of it. Not thread-safe. */
abstract sealed class RecordProtection permits RecordSealer, RecordOpener {
    final TrafficKey trafficKey;
    final Cipher cipher;

    private final int mode;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[AeadAlgorithm.NONCE];

    /** TLS 1.2: the sequence number and the header with the length of the content (RFC 5246 6.2.3.3). */
    private final byte[] additionalData12;

    private long sequence;

    RecordProtection(TrafficKey trafficKey, int mode) {
        this.trafficKey = trafficKey;
        this.mode = mode;
        this.key = trafficKey.algorithm().key(trafficKey.key());
        this.cipher = trafficKey.algorithm().cipher();
        this.additionalData12 = new byte[trafficKey.is13() ? 0 : 13];
    }

    /** What a record is longer than its content. */
    public final int overhead() {
        return trafficKey.overhead();
    }

    /** How many records went through under this key. */
    public final long sequence() {
        return sequence;
    }

    /** Drops the key. */
    public final void destroy() {
        trafficKey.destroy();
    }

    /**
     * Makes the cipher ready for the record whose header stands in {@code record}.
     *
     * @param contentLength bytes that TLS 1.2 authenticates as the length
     */
    final void begin(byte[] record, int offset, int contentLength) throws GeneralSecurityException {
        nonce(record, offset + RecordFormat.HEADER);
        initCipher();
        if (trafficKey.is13()) {
            cipher.updateAAD(record, offset, RecordFormat.HEADER);
        } else {
            ByteBuffer.wrap(additionalData12)
                    .putLong(sequence)
                    .put(record, offset, 3)
                    .putShort((short) contentLength);
            cipher.updateAAD(additionalData12);
        }
        sequence++;
    }

    private void initCipher() throws InvalidKeyException, InvalidAlgorithmParameterException {
        cipher.init(mode, key, trafficKey.algorithm().parameters(nonce));
    }

    /** RFC 8446 5.3; for GCM in TLS 1.2, RFC 5288 3: the salt, then what the record carries. */
    private void nonce(byte[] record, int explicitAt) {
        byte[] iv = trafficKey.iv();
        System.arraycopy(iv, 0, nonce, 0, iv.length);
        if (trafficKey.explicitNonce() > 0) {
            System.arraycopy(record, explicitAt, nonce, iv.length, trafficKey.explicitNonce());
        } else {
            for (int i = 0; i < 8; i++) {
                nonce[nonce.length - 1 - i] ^= (byte) (sequence >>> (8 * i));
            }
        }
    }
}
