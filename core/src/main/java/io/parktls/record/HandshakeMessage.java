package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and checks handshake messages after the handshake: those of TLS 1.3 (RFC 8446 4.6), and the two that request
 * a renegotiation in TLS 1.2 (RFC 5246 7.4).
 */
public final class HandshakeMessage {
    static final int HELLO_REQUEST = 0;
    static final int CLIENT_HELLO = 1;
    static final int NEW_SESSION_TICKET = 4;
    static final int KEY_UPDATE = 24;

    /** The length of the header, which consists of type and length, in bytes. */
    public static final int HEADER = 4;

    /** The length of the body of a KeyUpdate in bytes. */
    static final int KEY_UPDATE_BODY = 1;

    /** The length of a whole KeyUpdate in bytes. */
    static final int KEY_UPDATE_LENGTH = HEADER + KEY_UPDATE_BODY;

    private static final int UPDATE_NOT_REQUESTED = 0;
    private static final int UPDATE_REQUESTED = 1;

    private HandshakeMessage() {}

    /**
     * Encodes a KeyUpdate (RFC 8446 4.6.3).
     *
     * @param request whether it requests a KeyUpdate from the peer
     */
    static byte[] keyUpdate(boolean request) {
        int requestUpdate = request ? UPDATE_REQUESTED : UPDATE_NOT_REQUESTED;
        return new byte[] {KEY_UPDATE, 0, 0, KEY_UPDATE_BODY, (byte) requestUpdate};
    }

    /** Returns the length field of the message that starts at {@code at}. */
    public static int bodyLength(byte[] bytes, int at) {
        return (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
    }

    /**
     * Whether a message of a type may have a body of this length; only types with bodies of fixed length are checked.
     */
    static boolean isLengthPossible(int type, int bodyLength) {
        return switch (type) {
            case HELLO_REQUEST -> bodyLength == 0;
            case KEY_UPDATE -> bodyLength == KEY_UPDATE_BODY;
            default -> true;
        };
    }

    /** Whether a KeyUpdate requests one from this side (RFC 8446 4.6.3). */
    static boolean isUpdateRequested(byte[] bytes, int bodyAt) throws TlsProtocolException {
        return switch (bytes[bodyAt]) {
            case UPDATE_NOT_REQUESTED -> false;
            case UPDATE_REQUESTED -> true;
            default ->
                throw new TlsProtocolException(
                        "KeyUpdate with the invalid request_update " + (bytes[bodyAt] & 0xFF) + ", expected 0 or 1",
                        TlsAlert.ILLEGAL_PARAMETER,
                        null);
        };
    }

    /**
     * Encodes a NewSessionTicket of TLS 1.3 without extensions (RFC 8446 4.6.1).
     *
     * @param lifetimeSeconds the ticket_lifetime, at most seven days
     * @param ageAdd the ticket_age_add
     * @param nonce the ticket_nonce, 0 to 255 bytes
     * @param ticket the ticket, 1 to 65,535 bytes
     */
    public static byte[] newSessionTicket(long lifetimeSeconds, int ageAdd, byte[] nonce, byte[] ticket) {
        int body = 4 + 4 + 1 + nonce.length + 2 + ticket.length + 2;
        return ByteBuffer.allocate(HEADER + body)
                .putInt(NEW_SESSION_TICKET << 24 | body)
                .putInt((int) lifetimeSeconds)
                .putInt(ageAdd)
                .put((byte) nonce.length)
                .put(nonce)
                .putShort((short) ticket.length)
                .put(ticket)
                .putShort((short) 0)
                .array();
    }

    /**
     * Checks a NewSessionTicket of TLS 1.3 (RFC 8446 4.6.1), and passes it on.
     *
     * @param consumer receives its fields; null if tickets are not used
     */
    static void readNewSessionTicket(byte[] bytes, int bodyAt, int bodyLength, @Nullable TicketConsumer consumer)
            throws TlsProtocolException {
        int end = bodyAt + bodyLength;
        int nonceAt = bodyAt + 8;
        int ticketAt = skipVector(bytes, nonceAt, end, 1, 0);
        int extensionsAt = skipVector(bytes, ticketAt, end, 2, 1);
        if (skipVector(bytes, extensionsAt, end, 2, 0) != end) {
            throw malformedTicket();
        }
        if (consumer != null) {
            ByteBuffer fields = ByteBuffer.wrap(bytes, bodyAt, bodyLength);
            consumer.ticket(
                    fields.getInt() & 0xFFFF_FFFFL,
                    fields.getInt(),
                    Arrays.copyOfRange(bytes, nonceAt + 1, ticketAt),
                    Arrays.copyOfRange(bytes, ticketAt + 2, extensionsAt));
        }
    }

    private static int skipVector(byte[] bytes, int at, int end, int lengthBytes, int minimum)
            throws TlsProtocolException {
        if (at + lengthBytes > end) {
            throw malformedTicket();
        }
        int length = bytes[at] & 0xFF;
        if (lengthBytes == 2) {
            length = length << 8 | (bytes[at + 1] & 0xFF);
        }
        int next = at + lengthBytes + length;
        if (length < minimum || next > end) {
            throw malformedTicket();
        }
        return next;
    }

    private static TlsProtocolException malformedTicket() {
        return new TlsProtocolException("malformed NewSessionTicket", TlsAlert.DECODE_ERROR, null);
    }
}
