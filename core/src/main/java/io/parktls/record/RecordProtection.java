package io.parktls.record;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/** The key, the sequence number and the computation of nonces, which sealing and opening share. Not thread-safe. */
abstract sealed class RecordProtection permits RecordSealer, RecordOpener {
    /** The length of TLS 1.2's additional data: sequence number and header with content length (RFC 5246 6.2.3.3). */
    private static final int ADDITIONAL_DATA_12 = Long.BYTES + RecordFormat.HEADER;

    final TrafficKey trafficKey;
    private final int mode;

    /**
     * Null before the first record, and between records if {@linkplain AeadAlgorithm#sharesCiphers ciphers are shared}.
     */
    private @Nullable Cipher cipher;

    private long sequence;

    RecordProtection(TrafficKey trafficKey, int mode) {
        this.trafficKey = trafficKey;
        this.mode = mode;
    }

    /** The number of bytes by which a record is longer than its content, without padding. */
    public final int overhead() {
        return trafficKey.overhead();
    }

    /** The number of records processed under this key. It cannot overflow in practice: 2^63 records take too long. */
    public final long sequence() {
        return sequence;
    }

    /**
     * Destroys the key, and returns the cipher to the pool without making it forget the key: the connection's next keys
     * take it from there. Otherwise as {@link #retire}.
     */
    public final void handOver() {
        Cipher last = release();
        if (last != null) {
            trafficKey.ciphers().give(last);
        }
    }

    /**
     * Destroys the key, and returns the cipher to the pool for other connections when it has forgotten the key. Later calls
     * to seal or open a record fail. Only a thread that uses this object alone may call this method, so that two
     * connections never use the same cipher.
     */
    public final void retire() {
        Cipher last = release();
        if (last != null) {
            trafficKey.ciphers().retire(last);
        }
    }

    /** Destroys the key. Returns the cipher, which this object does not use any more; null if it has none. */
    private @Nullable Cipher release() {
        Cipher last = cipher;
        cipher = null;
        trafficKey.destroy();
        return last;
    }

    /**
     * Returns a cipher that is initialized for a record, and increments the sequence number. The caller passes the
     * cipher to {@link #end} afterwards, unless the cipher failed.
     *
     * @param record contains the record's header and, if the algorithm has one, its explicit nonce
     * @param offset the index of the header
     * @param contentLength the length that TLS 1.2 authenticates, in bytes
     */
    final Cipher begin(byte[] record, int offset, int contentLength) throws GeneralSecurityException {
        if (trafficKey.isDestroyed()) {
            // Ciphers of native libraries may still hold the key.
            throw new IllegalStateException("the traffic key is destroyed");
        }
        Cipher ready = cipher(trafficKey.ciphers().source(mode, contentLength));
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
        if (sequence % AeadCiphers.COUNTED == 0) {
            trafficKey.ciphers().count();
        }
        return ready;
    }

    /** Returns the cipher of the last record if it is of that source, or another one. */
    private Cipher cipher(CipherSource source) {
        Cipher last = cipher;
        if (last == null) {
            return source.take();
        }
        if (source.made(last)) {
            return last;
        }
        trafficKey.ciphers().give(last);
        cipher = null;
        return source.take();
    }

    /** Undoes {@link #begin}, because a record that does not verify does not count (RFC 8446 4.2.10, 5.3). */
    final void undoBegin() {
        sequence--;
        // The JDK's ChaCha20-Poly1305 does not accept the same nonce twice in a row.
        cipher = null;
    }

    /** Keeps a cipher for the next record, or returns it to the pool if ciphers are shared. */
    final void end(Cipher used) {
        if (trafficKey.algorithm().sharesCiphers()) {
            trafficKey.ciphers().give(used);
        } else {
            cipher = used;
        }
    }

    /**
     * Computes the nonce (RFC 8446 5.3). For GCM in TLS 1.2, it is the salt and the record's explicit nonce
     * (RFC 5288 3).
     */
    private AlgorithmParameterSpec parameters(byte[] record, int explicitAt) {
        byte[] nonce = trafficKey.iv();
        int explicit = trafficKey.explicitNonce();
        if (explicit > 0) {
            System.arraycopy(record, explicitAt, nonce, nonce.length - explicit, explicit);
            return trafficKey.algorithm().parameters(nonce);
        }
        xorSequence(nonce);
        AlgorithmParameterSpec parameters = trafficKey.algorithm().parameters(nonce);
        // Restores the IV; the parameters have a copy of the nonce.
        xorSequence(nonce);
        return parameters;
    }

    private void xorSequence(byte[] nonce) {
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[nonce.length - 1 - i] ^= (byte) (sequence >>> (8 * i));
        }
    }
}
