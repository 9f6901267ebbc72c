package io.parktls.record;

import io.parktls.TlsAlert;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** Encrypts and authenticates the records of one direction under one key. Not thread-safe. */
public final class RecordSealer extends RecordProtection {
    /** Each content type at its own index, because ciphers take their input from an array. */
    private static final byte[] CONTENT_TYPES = new byte[256];

    static {
        for (int type = 0; type < CONTENT_TYPES.length; type++) {
            CONTENT_TYPES[type] = (byte) type;
        }
    }

    /** Creates a sealer with sequence number 0. */
    public RecordSealer(TrafficKey key) {
        super(key, Cipher.ENCRYPT_MODE);
    }

    /**
     * Writes a record with an alert, at the level that {@link RecordFormat#putPlaintextAlert} describes.
     */
    public void sealAlert(TlsAlert alert, ByteBuffer out) {
        sealAlert(RecordFormat.level(alert), alert.code(), out);
    }

    void sealAlert(int level, int code, ByteBuffer out) {
        seal(ContentType.ALERT, ByteBuffer.wrap(new byte[] {(byte) level, (byte) code}), 2, out);
    }

    /**
     * Writes one record.
     *
     * @param type the content type
     * @param content its next {@code length} bytes are the content; its position advances by {@code length}
     * @param length the length of the content in bytes, at most {@link RecordFormat#MAX_CONTENT}
     * @param out receives the record; must have an array and room for {@code length} plus {@link #overhead()} bytes
     * @throws IllegalStateException if the key is destroyed
     */
    public void seal(int type, ByteBuffer content, int length, ByteBuffer out) {
        byte[] record = out.array();
        int start = out.arrayOffset() + out.position();
        int recordLength = length + overhead();
        boolean is13 = trafficKey.is13();
        RecordFormat.putHeader(
                record, start, is13 ? ContentType.APPLICATION_DATA : type, recordLength - RecordFormat.HEADER);
        int body = start + RecordFormat.HEADER;
        if (trafficKey.explicitNonce() > 0) {
            // RFC 5288 3: the explicit nonce must be unique for the key; the sequence number is.
            out.putLong(out.position() + RecordFormat.HEADER, sequence());
            body += trafficKey.explicitNonce();
        }
        byte[] from = record;
        int at = body;
        if (content.hasArray()) {
            from = content.array();
            at = content.arrayOffset() + content.position();
            content.position(content.position() + length);
        } else {
            content.get(record, body, length);
        }
        try {
            Cipher cipher = begin(record, start, length);
            if (is13) {
                // The content type follows the content, but the caller's array has no room for it. Two cipher calls
                // take as long as one; copying content and type into one array first takes 0.3 us more for a full
                // record.
                int done = cipher.update(from, at, length, record, body);
                cipher.doFinal(CONTENT_TYPES, type, 1, record, body + done);
            } else {
                cipher.doFinal(from, at, length, record, body);
            }
            end(cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal a record of " + length + " bytes with " + trafficKey, e);
        }
        out.position(out.position() + recordLength);
    }
}
