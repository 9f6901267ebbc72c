package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;

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

    /** Checks the syntax of a NewSessionTicket (RFC 8446 4.6.1), whose content is not used. */
    static void checkNewSessionTicket(byte[] bytes, int bodyAt, int bodyLength) throws TlsProtocolException {
        int end = bodyAt + bodyLength;
        int at = skipVector(bytes, bodyAt + 8, end, 1, 0);
        at = skipVector(bytes, at, end, 2, 1);
        at = skipVector(bytes, at, end, 2, 0);
        if (at != end) {
            throw malformedTicket();
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
