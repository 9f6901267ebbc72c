package io.parktls.record;

import io.parktls.TlsLimits;
import org.jspecify.annotations.Nullable;

/**
 * Counts the records that a peer sends in one handshake, so that the handshake ends at some point. Unlike {@link FloodBudget},
 * nothing refills these counts: a handshake is short.
 */
public final class HandshakeRecords {
    /** How many change_cipher_spec records a TLS 1.3 peer may send for the sake of old middleboxes (RFC 8446 D.4). */
    private static final int MOST_CHANGE_CIPHER_SPEC = 32;

    /** Enough for any usual ClientHello in records of one byte each: some peers send it so to get past filters. */
    private static final int LEAST_LIMIT = 4_096;

    /** The shortest records that a peer can insist on, in bytes of content (RFC 8449 4). */
    private static final int SMALLEST_RECORD = 64;

    private final int limit;
    private int records;
    private int changeCipherSpecs;

    /** How many bytes of the first message's header have been seen, and what they say of its length. */
    private int firstHeaderSeen;

    private int firstLength;

    /** Allows for each message that the limits allow, in records of 64 bytes. */
    public HandshakeRecords(TlsLimits limits) {
        this.limit = Math.max(LEAST_LIMIT, limits.handshakeMessageSize() / SMALLEST_RECORD);
    }

    /**
     * Counts a record.
     *
     * @param type its content type, as in its header
     * @return why it is one too many; null if it is not
     */
    public @Nullable String refuse(int type) {
        if (++records > limit) {
            return "too many records in the handshake: more than " + limit;
        }
        if (type == RecordFormat.CHANGE_CIPHER_SPEC && ++changeCipherSpecs > MOST_CHANGE_CIPHER_SPEC) {
            return "too many change_cipher_spec records: more than " + MOST_CHANGE_CIPHER_SPEC;
        }
        return null;
    }

    /**
     * Reads the length of the peer's first message from handshake records, whose first may hold less than its header
     * (RFC 8446 5.1).
     *
     * @param record holds a handshake record
     * @param at where its header begins
     * @param length of the record, header included
     * @return the length of the first message's body in bytes; 0 as long as that is not known
     */
    public int firstMessageLength(byte[] record, int at, int length) {
        for (int i = at + RecordFormat.HEADER; i < at + length && firstHeaderSeen < HandshakeMessage.HEADER; i++) {
            // The first byte is the message's type.
            firstLength = firstHeaderSeen++ == 0 ? 0 : firstLength << 8 | (record[i] & 0xFF);
        }
        return firstHeaderSeen == HandshakeMessage.HEADER ? firstLength : 0;
    }
}
