package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Verifies and decrypts the records of one direction under one key. Not thread-safe. After {@link #open} its fields tell
 * where the content is: an object for each record would be garbage at the rate of the line.
 */
public final class RecordOpener extends RecordProtection {
    private int type;
    private int contentLength;

    public RecordOpener(TrafficKey key) {
        super(key, Cipher.DECRYPT_MODE);
    }

    /** The content type of the record opened last. */
    public int type() {
        return type;
    }

    /** Bytes of content in the record opened last. */
    public int contentLength() {
        return contentLength;
    }

    /** Where the content of a record that starts at {@code start} is put by {@link #open} in place. */
    public int contentStart(int start) {
        return start + RecordFormat.HEADER + trafficKey.explicitNonce();
    }

    /** The fragment length above which a record is too long to look at. */
    public int fragmentLimit() {
        return RecordFormat.MAX_CONTENT
                + (trafficKey.is13() ? RecordFormat.MAX_EXPANSION_13 : RecordFormat.MAX_EXPANSION_12);
    }

    /** Room that {@link #open} needs for the plaintext of a fragment of that length, before padding is stripped. */
    int plaintextRoom(int fragmentLength) {
        return fragmentLength - trafficKey.explicitNonce() - AeadAlgorithm.TAG;
    }

    /**
     * Opens one whole record.
     *
     * @param record has the record, from {@code start}
     * @param plaintext takes the content, from {@code at}, and behind it content type and padding; may be {@code record}
     *     with {@link #contentStart}, which costs half as much again: the JDK's AES-GCM has no fast path for that
     * @throws TlsProtocolException bad_record_mac if it does not verify, which leaves this object as it was;
     *     record_overflow if there is too much in it, unexpected_message if it has no type
     * @throws IllegalStateException if the key is destroyed
     */
    public void open(byte[] record, int start, byte[] plaintext, int at) throws TlsProtocolException {
        int fragmentLength = RecordFormat.fragmentLength(record, start);
        int innerLength = plaintextRoom(fragmentLength);
        if (innerLength < (trafficKey.is13() ? 1 : 0)) {
            throw new TlsProtocolException(
                    "a record of " + fragmentLength + " bytes is too short for " + trafficKey,
                    TlsAlert.BAD_RECORD_MAC,
                    null);
        }
        try {
            Cipher cipher = begin(record, start, innerLength);
            cipher.doFinal(record, contentStart(start), innerLength + AeadAlgorithm.TAG, plaintext, at);
            end(cipher);
        } catch (AEADBadTagException e) {
            takeBack();
            // RFC 8446 5.2. Not the cause, and nothing that tells one corruption from another.
            throw new TlsProtocolException("a record does not verify", TlsAlert.BAD_RECORD_MAC, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot open a record with " + trafficKey, e);
        }
        if (trafficKey.is13()) {
            unwrap(plaintext, at, innerLength);
        } else {
            type = record[start] & 0xFF;
            contentLength = innerLength;
        }
        if (contentLength > RecordFormat.MAX_CONTENT) {
            throw new TlsProtocolException(
                    "a record with " + contentLength + " bytes of content", TlsAlert.RECORD_OVERFLOW, null);
        }
    }

    /** {@code TLSInnerPlaintext}: content, type, zeros (RFC 8446 5.4). */
    private void unwrap(byte[] plaintext, int at, int innerLength) throws TlsProtocolException {
        // The limit is on the whole TLSInnerPlaintext, padding included (RFC 8446 5.4).
        if (innerLength > RecordFormat.MAX_CONTENT + 1) {
            throw new TlsProtocolException(
                    "a record with " + innerLength + " bytes of plaintext", TlsAlert.RECORD_OVERFLOW, null);
        }
        int last = at + innerLength - 1;
        while (last >= at && plaintext[last] == 0) {
            last--;
        }
        if (last < at) {
            throw new TlsProtocolException("a record of nothing but padding", TlsAlert.UNEXPECTED_MESSAGE, null);
        }
        type = plaintext[last] & 0xFF;
        contentLength = last - at;
    }
}
