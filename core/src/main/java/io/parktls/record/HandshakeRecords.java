package io.parktls.record;

import io.parktls.TlsLimits;
import org.jspecify.annotations.Nullable;

/**
 * Limits the number of records that a peer may send in a handshake. Unlike {@link FloodBudget}, nothing refills these
 * limits, because a handshake is short. Not thread-safe.
 */
public final class HandshakeRecords {
    /**
     * The maximum number of change_cipher_spec records, which TLS 1.3 peers send for old middleboxes (RFC 8446 D.4).
     */
    private static final int MAX_CHANGE_CIPHER_SPEC = 32;

    /** Allows a usual ClientHello in records of one byte each, which some peers send to bypass filters. */
    private static final int MIN_LIMIT = 4_096;

    /** The smallest record size limit that a peer can request, in bytes of content (RFC 8449 4). */
    private static final int SMALLEST_RECORD = 64;

    private final int limit;
    private int records;
    private int changeCipherSpecs;

    /** The number of bytes of the first message's header that have been read. */
    private int firstHeaderSeen;

    /** The length field of the first message, as far as it has been read. */
    private int firstLength;

    /** Creates limits that allow each handshake message that {@code limits} allows, in records of 64 bytes. */
    public HandshakeRecords(TlsLimits limits) {
        this.limit = Math.max(MIN_LIMIT, limits.handshakeMessageSize() / SMALLEST_RECORD);
    }

    /**
     * Counts a record.
     *
     * @param type the content type in the record's header
     * @return the reason if the record exceeds a limit; otherwise null
     */
    public @Nullable String refuse(int type) {
        if (++records > limit) {
            return "too many records in the handshake: more than " + limit;
        }
        if (type == RecordFormat.CHANGE_CIPHER_SPEC && ++changeCipherSpecs > MAX_CHANGE_CIPHER_SPEC) {
            return "too many change_cipher_spec records: more than " + MAX_CHANGE_CIPHER_SPEC;
        }
        return null;
    }

    /**
     * Reads the length of the peer's first message from the handshake records. The first record may contain less than
     * the header of the message (RFC 8446 5.1).
     *
     * @param record an array that contains a handshake record
     * @param at the index of the record's header
     * @param length the length of the record in bytes, header included
     * @return the length of the first message's body in bytes; 0 until it is known
     */
    public int firstMessageLength(byte[] record, int at, int length) {
        for (int i = at + RecordFormat.HEADER; i < at + length && firstHeaderSeen < HandshakeMessage.HEADER; i++) {
            // The first byte of the header is the type of the message; the other three are its length.
            firstLength = firstHeaderSeen++ == 0 ? 0 : firstLength << 8 | (record[i] & 0xFF);
        }
        return firstHeaderSeen == HandshakeMessage.HEADER ? firstLength : 0;
    }
}
