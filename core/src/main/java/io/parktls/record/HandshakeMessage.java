package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;

/** The handshake messages that may follow a handshake (RFC 8446 4.6), and the two that ask for another (RFC 5246 7.4). */
public final class HandshakeMessage {
    static final int HELLO_REQUEST = 0;
    static final int CLIENT_HELLO = 1;
    static final int NEW_SESSION_TICKET = 4;
    static final int KEY_UPDATE = 24;

    /** Bytes of type and length. */
    public static final int HEADER = 4;

    /** Bytes of the body of a KeyUpdate. */
    static final int KEY_UPDATE_BODY = 1;

    /** Bytes of a whole KeyUpdate. */
    static final int KEY_UPDATE_LENGTH = HEADER + KEY_UPDATE_BODY;

    private static final int UPDATE_NOT_REQUESTED = 0;
    private static final int UPDATE_REQUESTED = 1;

    private HandshakeMessage() {}

    static byte[] keyUpdate(boolean request) {
        int requestUpdate = request ? UPDATE_REQUESTED : UPDATE_NOT_REQUESTED;
        return new byte[] {KEY_UPDATE, 0, 0, KEY_UPDATE_BODY, (byte) requestUpdate};
    }

    /** The length field of a message that starts at {@code at}. */
    public static int bodyLength(byte[] bytes, int at) {
        return (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | (bytes[at + 3] & 0xFF);
    }

    /** Whether a message of that type may have that length; false only if its header alone shows that it is malformed. */
    static boolean isLengthPossible(int type, int bodyLength) {
        return switch (type) {
            case HELLO_REQUEST -> bodyLength == 0;
            case KEY_UPDATE -> bodyLength == KEY_UPDATE_BODY;
            default -> true;
        };
    }

    /** Whether a KeyUpdate asks for one in return (RFC 8446 4.6.3). */
    static boolean isUpdateRequested(byte[] bytes, int bodyAt) throws TlsProtocolException {
        return switch (bytes[bodyAt]) {
            case UPDATE_NOT_REQUESTED -> false;
            case UPDATE_REQUESTED -> true;
            default ->
                throw new TlsProtocolException(
                        "a KeyUpdate with request_update " + (bytes[bodyAt] & 0xFF), TlsAlert.ILLEGAL_PARAMETER, null);
        };
    }

    /** Checks the form of a NewSessionTicket (RFC 8446 4.6.1); what is in it is not used. */
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
        return new TlsProtocolException("a malformed NewSessionTicket", TlsAlert.DECODE_ERROR, null);
    }
}
