package io.parktls.record;

import io.parktls.TlsAlert;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;

/** Protects the records of one direction under one key. Not thread-safe. */
public final class RecordSealer extends RecordProtection {
    private final byte[] contentType = new byte[1];

    public RecordSealer(TrafficKey key) {
        super(key, Cipher.ENCRYPT_MODE);
    }

    /** Writes a record with a fatal alert. */
    public void sealAlert(TlsAlert alert, ByteBuffer out) {
        sealAlert(TlsAlert.LEVEL_FATAL, alert.code(), out);
    }

    void sealAlert(int level, int code, ByteBuffer out) {
        seal(ContentType.ALERT, ByteBuffer.wrap(new byte[] {(byte) level, (byte) code}), 2, out);
    }

    /**
     * Writes one record.
     *
     * @param type the content type
     * @param content the content is its next {@code length} bytes, which are consumed
     * @param length at most {@link RecordFormat#MAX_CONTENT}
     * @param out takes the record; has an array and room for {@code length} and {@link #overhead()} bytes
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
            // RFC 5288 3: unique for the key is all that is asked for, and the sequence number is.
            out.putLong(out.position() + RecordFormat.HEADER, sequence());
            body += trafficKey.explicitNonce();
        }
        try {
            begin(record, start, length);
            byte[] from;
            int at;
            if (content.hasArray()) {
                from = content.array();
                at = content.arrayOffset() + content.position();
                content.position(content.position() + length);
            } else {
                content.get(record, body, length);
                from = record;
                at = body;
            }
            if (is13) {
                contentType[0] = (byte) type;
                int done = cipher.update(from, at, length, record, body);
                cipher.doFinal(contentType, 0, 1, record, body + done);
            } else {
                cipher.doFinal(from, at, length, record, body);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal a record of " + length + " bytes with " + trafficKey, e);
        }
        out.position(out.position() + recordLength);
    }
}
