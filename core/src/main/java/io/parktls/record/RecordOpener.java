package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;

/**
 * Verifies and decrypts the records of one direction under one key. Not thread-safe. {@link #open} stores its results
 * in fields instead of allocating an object for each record.
 */
public final class RecordOpener extends RecordProtection {
    private int type;
    private int contentLength;

    /** Creates an opener with sequence number 0. */
    public RecordOpener(TrafficKey key) {
        super(key, Cipher.DECRYPT_MODE);
    }

    /** The content type of the last opened record. */
    public int type() {
        return type;
    }

    /** The length of the content of the last opened record in bytes. */
    public int contentLength() {
        return contentLength;
    }

    /** The index of the content if {@link #open} decrypts a record that starts at {@code start} in place. */
    public int contentStart(int start) {
        return start + RecordFormat.HEADER + trafficKey.explicitNonce();
    }

    /** The maximum length of a fragment in bytes; a longer one is a record_overflow (RFC 8446 5.2, RFC 5246 6.2.3). */
    public int fragmentLimit() {
        return RecordFormat.MAX_CONTENT
                + (trafficKey.is13() ? RecordFormat.MAX_EXPANSION_13 : RecordFormat.MAX_EXPANSION_12);
    }

    /** The number of bytes that {@link #open} writes for a fragment of this length, including padding. */
    int plaintextRoom(int fragmentLength) {
        return fragmentLength - trafficKey.explicitNonce() - AeadAlgorithm.TAG;
    }

    /**
     * Opens one complete record.
     *
     * @param record contains the record
     * @param start the index of the record in {@code record}
     * @param plaintext receives the content, followed by content type and padding in TLS 1.3. May be {@code record}
     *     with {@link #contentStart} as {@code at}, which takes 50% more time, because the JDK's AES-GCM has no fast
     *     path for it
     * @param at the index of the content in {@code plaintext}
     * @throws TlsProtocolException bad_record_mac if the record does not verify, in which case the state of this object
     *     does not change; record_overflow if the content is too long; unexpected_message if it has no content type
     * @throws IllegalStateException if the key is destroyed
     */
    public void open(byte[] record, int start, byte[] plaintext, int at) throws TlsProtocolException {
        int fragmentLength = RecordFormat.fragmentLength(record, start);
        int innerLength = plaintextRoom(fragmentLength);
        if (innerLength < (trafficKey.is13() ? 1 : 0)) {
            throw new TlsProtocolException(
                    "record with a fragment of " + fragmentLength + " bytes is too short for " + trafficKey,
                    TlsAlert.BAD_RECORD_MAC,
                    null);
        }
        try {
            Cipher cipher = begin(record, start, innerLength);
            cipher.doFinal(record, contentStart(start), innerLength + AeadAlgorithm.TAG, plaintext, at);
            end(cipher);
        } catch (AEADBadTagException e) {
            undoBegin();
            // RFC 8446 5.2. Without the cause, so that all kinds of corruption are reported in the same way.
            throw new TlsProtocolException(
                    "record does not verify: it was changed in transit, or protected with other keys",
                    TlsAlert.BAD_RECORD_MAC,
                    null);
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
                    "record with " + contentLength + " bytes of content exceeds the limit of "
                            + RecordFormat.MAX_CONTENT,
                    TlsAlert.RECORD_OVERFLOW,
                    null);
        }
    }

    /** Finds the content type in a {@code TLSInnerPlaintext}, which is followed by zeros as padding (RFC 8446 5.4). */
    private void unwrap(byte[] plaintext, int at, int innerLength) throws TlsProtocolException {
        // The limit applies to the whole TLSInnerPlaintext, including padding (RFC 8446 5.4).
        if (innerLength > RecordFormat.MAX_CONTENT + 1) {
            throw new TlsProtocolException(
                    "record with " + innerLength + " bytes of plaintext exceeds the limit of "
                            + (RecordFormat.MAX_CONTENT + 1),
                    TlsAlert.RECORD_OVERFLOW,
                    null);
        }
        int last = at + innerLength - 1;
        while (last >= at && plaintext[last] == 0) {
            last--;
        }
        if (last < at) {
            throw new TlsProtocolException(
                    "record consists of padding only, without a content type", TlsAlert.UNEXPECTED_MESSAGE, null);
        }
        type = plaintext[last] & 0xFF;
        contentLength = last - at;
    }
}
