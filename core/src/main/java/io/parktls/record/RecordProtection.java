package io.parktls.record;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** What sealing and opening share: the key, the sequence number and the nonce made of it. Not thread-safe. */
abstract sealed class RecordProtection permits RecordSealer, RecordOpener {
    /** TLS 1.2: the sequence number and the header with the length of the content (RFC 5246 6.2.3.3). */
    private static final int ADDITIONAL_DATA_12 = Long.BYTES + RecordFormat.HEADER;

    final TrafficKey trafficKey;
    private final int mode;

    /** Null before the first record, and between records if the algorithm shares its ciphers. */
    private @Nullable Cipher cipher;

    private long sequence;

    RecordProtection(TrafficKey trafficKey, int mode) {
        this.trafficKey = trafficKey;
        this.mode = mode;
    }

    /** What a record is longer than its content. */
    public final int overhead() {
        return trafficKey.overhead();
    }

    /** How many records went through under this key. It does not wrap: 2^63 records take longer than anybody waits. */
    public final long sequence() {
        return sequence;
    }

    /**
     * Like {@link #destroy}, and the next who begins gets the cipher. For the one who uses this object, and nobody else does:
     * a cipher in two hands would be the end of both.
     */
    public final void retire() {
        if (cipher != null) {
            trafficKey.algorithm().giveCipher(cipher);
        }
        destroy();
    }

    /** Drops the key; what comes after that fails. */
    public final void destroy() {
        trafficKey.destroy();
        cipher = null;
    }

    /**
     * A cipher for the record whose header, and explicit nonce if there is one, stand in {@code record}. It is to be given
     * to {@link #end} afterwards, unless it failed.
     *
     * @param contentLength bytes that TLS 1.2 authenticates as the length
     */
    final Cipher begin(byte[] record, int offset, int contentLength) throws GeneralSecurityException {
        Cipher ready = cipher == null ? trafficKey.algorithm().takeCipher() : cipher;
        ready.init(mode, trafficKey, parameters(record, offset + RecordFormat.HEADER));
        if (trafficKey.is13()) {
            ready.updateAAD(record, offset, RecordFormat.HEADER);
        } else {
            ready.updateAAD(ByteBuffer.allocate(ADDITIONAL_DATA_12)
                    .putLong(sequence)
                    .put(record, offset, RecordFormat.HEADER - Short.BYTES)
                    .putShort((short) contentLength)
                    .flip());
        }
        sequence++;
        return ready;
    }

    /** Takes {@link #begin} back: a record that does not verify does not count (RFC 8446 4.2.10, 5.3). */
    final void takeBack() {
        sequence--;
        cipher = null; // The JDK's ChaCha20-Poly1305 takes no nonce twice in a row.
    }

    final void end(Cipher used) {
        if (trafficKey.algorithm().sharesCiphers()) {
            trafficKey.algorithm().giveCipher(used);
        } else {
            cipher = used;
        }
    }

    /** RFC 8446 5.3; for GCM in TLS 1.2, RFC 5288 3: the salt, then what the record carries. */
    private AlgorithmParameterSpec parameters(byte[] record, int explicitAt) {
        byte[] nonce = trafficKey.iv();
        int explicit = trafficKey.explicitNonce();
        if (explicit > 0) {
            System.arraycopy(record, explicitAt, nonce, nonce.length - explicit, explicit);
            return trafficKey.algorithm().parameters(nonce);
        }
        xorSequence(nonce);
        AlgorithmParameterSpec parameters = trafficKey.algorithm().parameters(nonce);
        xorSequence(nonce); // The parameters have a copy, and the IV is the IV again.
        return parameters;
    }

    private void xorSequence(byte[] nonce) {
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (sequence >>> (8 * i));
        }
    }
}
