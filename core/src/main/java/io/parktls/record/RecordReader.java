package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The read half: records become application data; alerts and post-handshake messages are acted upon. Used by one thread at
 * a time, the one that holds the connection's read lock.
 *
 * <p>A record that fits is opened straight into the caller's buffer. One that does not is opened where it lies, and what
 * the caller has not taken stays there: see {@link io.parktls.engine.TlsEngine} on what may happen to {@code in}.
 */
final class RecordReader {
    private final Replies replies;
    private final TlsLimits limits;
    private final boolean server;
    private final boolean truncationIgnored;

    private RecordOpener opener;

    /** Null for TLS 1.2, which cannot change keys. */
    private @Nullable TrafficSecret secret;

    /** Bytes of opened content at the position of {@code in}. */
    private int content;

    /** Bytes behind that content that belong to its record. */
    private int trailer;

    /** Records in a row without application data. */
    private int fruitless;

    /** The beginning of a handshake message that continues in the next record. */
    private byte @Nullable [] fragment;

    private boolean closeNotify;
    private boolean inputEnded;

    RecordReader(
            RecordOpener opener,
            @Nullable TrafficSecret secret,
            Replies replies,
            TlsLimits limits,
            boolean server,
            boolean truncationIgnored) {
        this.opener = opener;
        this.secret = secret;
        this.replies = replies;
        this.limits = limits;
        this.server = server;
        this.truncationIgnored = truncationIgnored;
    }

    int pending() {
        return content;
    }

    void endOfInput() {
        inputEnded = true;
    }

    TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException {
        try {
            return readRecords(in, dst);
        } catch (TlsProtocolException e) {
            if (!e.isAlertReceived()) {
                e.alert().ifPresent(replies::addAlert);
            }
            throw e;
        }
    }

    private TlsStatus readRecords(ByteBuffer in, ByteBuffer dst) throws SSLException {
        for (; ; ) {
            if (content > 0) {
                return deliver(in, dst);
            }
            if (closeNotify) {
                return TlsStatus.CLOSED;
            }
            if (!hasRecord(in)) {
                return inputEnded ? truncated(in) : TlsStatus.WANT_READ;
            }
            int start = in.arrayOffset() + in.position();
            int length = RecordFormat.HEADER + RecordFormat.fragmentLength(in.array(), start);
            int room = opener.plaintextRoom(length - RecordFormat.HEADER);
            if (dst.hasArray() && dst.remaining() >= room) {
                int at = dst.arrayOffset() + dst.position();
                opener.open(in.array(), start, dst.array(), at);
                in.position(in.position() + length);
                if (isApplicationData()) {
                    dst.position(dst.position() + opener.contentLength());
                    return TlsStatus.OK;
                }
                process(dst.array(), at);
                Arrays.fill(dst.array(), at, at + room, (byte) 0);
            } else {
                int at = opener.contentStart(start);
                opener.open(in.array(), start, in.array(), at);
                if (isApplicationData()) {
                    in.position(in.position() + at - start);
                    content = opener.contentLength();
                    trailer = start + length - at - content;
                } else {
                    process(in.array(), at);
                    in.position(in.position() + length);
                }
            }
        }
    }

    private TlsStatus deliver(ByteBuffer in, ByteBuffer dst) {
        int n = Math.min(content, dst.remaining());
        dst.put(dst.position(), in, in.position(), n).position(dst.position() + n);
        content -= n;
        in.position(in.position() + n + (content == 0 ? trailer : 0));
        return TlsStatus.OK;
    }

    /** Whether a whole record is there. A header is judged as soon as it is (RFC 8446 5.1, 5.2). */
    private boolean hasRecord(ByteBuffer in) throws TlsProtocolException {
        if (in.remaining() < RecordFormat.HEADER) {
            return false;
        }
        int start = in.arrayOffset() + in.position();
        int type = in.array()[start] & 0xFF;
        int length = RecordFormat.fragmentLength(in.array(), start);
        boolean expected = secret != null
                ? type == ContentType.APPLICATION_DATA
                : type >= ContentType.CHANGE_CIPHER_SPEC && type <= ContentType.APPLICATION_DATA;
        if (!expected) {
            throw unexpected("a record of type " + type);
        }
        if (in.array()[start + 1] != RecordFormat.VERSION >>> 8) {
            throw new TlsProtocolException(
                    "a record of version 0x" + Integer.toHexString(in.getShort(in.position() + 1) & 0xFFFF),
                    TlsAlert.PROTOCOL_VERSION,
                    null);
        }
        if (length > opener.fragmentLimit()) {
            throw new TlsProtocolException("a record of " + length + " bytes", TlsAlert.RECORD_OVERFLOW, null);
        }
        return in.remaining() >= RecordFormat.HEADER + length;
    }

    private TlsStatus truncated(ByteBuffer in) throws TlsTruncatedException {
        if (truncationIgnored) {
            return TlsStatus.CLOSED;
        }
        replies.addAlert(TlsAlert.DECODE_ERROR);
        throw new TlsTruncatedException(
                "the stream ended without close_notify"
                        + (in.hasRemaining() ? ", within a record of which " + in.remaining() + " bytes came" : ""),
                TlsAlert.DECODE_ERROR,
                null);
    }

    /** Whether the record just opened carries application data; caps those that carry nothing. */
    private boolean isApplicationData() throws TlsProtocolException {
        if (opener.type() == ContentType.APPLICATION_DATA) {
            if (fragment != null) {
                throw unexpected("application data within a handshake message");
            }
            if (opener.contentLength() > 0) {
                fruitless = 0;
                return true;
            }
        }
        if (++fruitless > limits.recordsWithoutData()) {
            throw unexpected(fruitless + " records in a row without application data");
        }
        return false;
    }

    /** Acts on a record without application data. */
    private void process(byte[] bytes, int at) throws TlsProtocolException {
        int length = opener.contentLength();
        switch (opener.type()) {
            case ContentType.APPLICATION_DATA -> {}
            case ContentType.ALERT -> processAlert(bytes, at, length);
            case ContentType.HANDSHAKE -> processHandshake(bytes, at, length);
            default -> throw unexpected("a record of content type " + opener.type());
        }
    }

    /** RFC 8446 6, RFC 5246 7.2. */
    private void processAlert(byte[] bytes, int at, int length) throws TlsProtocolException {
        if (fragment != null) {
            throw unexpected("an alert within a handshake message");
        }
        if (length != 2) {
            throw new TlsProtocolException("an alert of " + length + " bytes", TlsAlert.DECODE_ERROR, null);
        }
        int level = bytes[at] & 0xFF;
        int code = bytes[at + 1] & 0xFF;
        if (level != TlsAlert.LEVEL_WARNING && level != TlsAlert.LEVEL_FATAL) {
            throw new TlsProtocolException("an alert of level " + level, TlsAlert.ILLEGAL_PARAMETER, null);
        }
        if (code == TlsAlert.CLOSE_NOTIFY.code()) {
            closeNotify = true;
        } else if (code != TlsAlert.USER_CANCELED.code() && (secret != null || level == TlsAlert.LEVEL_FATAL)) {
            // RFC 8446 6: whatever its level, an alert of TLS 1.3 that is not a closure alert is an error.
            throw TlsAlert.of(code)
                    .map(TlsProtocolException::received)
                    .orElseGet(() -> TlsProtocolException.received(code));
        }
    }

    private void processHandshake(byte[] bytes, int at, int length) throws TlsProtocolException {
        if (length == 0) {
            // RFC 8446 5.1.
            throw unexpected("an empty handshake record");
        }
        byte[] messages = bytes;
        int next = at;
        int end = at + length;
        byte[] begun = fragment;
        if (begun != null) {
            messages = Arrays.copyOf(begun, begun.length + length);
            System.arraycopy(bytes, at, messages, begun.length, length);
            next = 0;
            end = messages.length;
            fragment = null;
        }
        while (end - next >= HandshakeMessage.HEADER) {
            int type = messages[next] & 0xFF;
            int bodyLength = HandshakeMessage.bodyLength(messages, next);
            int body = next + HandshakeMessage.HEADER;
            requireAllowed(type, bodyLength);
            if (end - body < bodyLength) {
                break;
            }
            next = body + bodyLength;
            processMessage(type, messages, body, bodyLength, next == end);
        }
        if (next < end) {
            fragment = Arrays.copyOfRange(messages, next, end);
        }
    }

    /** Judges a message by its header, before it is kept. */
    private void requireAllowed(int type, int bodyLength) throws TlsProtocolException {
        boolean allowed = secret != null
                ? type == HandshakeMessage.KEY_UPDATE || (type == HandshakeMessage.NEW_SESSION_TICKET && !server)
                : type == (server ? HandshakeMessage.CLIENT_HELLO : HandshakeMessage.HELLO_REQUEST);
        if (!allowed) {
            throw unexpected("a handshake message of type " + type + " after the handshake");
        }
        int limit = type == HandshakeMessage.CLIENT_HELLO ? limits.clientHelloSize() : limits.handshakeMessageSize();
        if (bodyLength > limit) {
            throw new TlsProtocolException(
                    "a handshake message of " + bodyLength + " bytes", TlsAlert.ILLEGAL_PARAMETER, null);
        }
    }

    private void processMessage(int type, byte[] messages, int body, int bodyLength, boolean last)
            throws TlsProtocolException {
        switch (type) {
            case HandshakeMessage.KEY_UPDATE -> updateKey(messages, body, bodyLength, last);
            case HandshakeMessage.NEW_SESSION_TICKET ->
                HandshakeMessage.checkNewSessionTicket(messages, body, bodyLength);
            // RFC 5246 7.2.2: a refusal is a warning, and the connection goes on.
            default -> replies.add(Replies.NO_RENEGOTIATION);
        }
    }

    /** RFC 8446 4.6.3, 7.2. */
    private void updateKey(byte[] messages, int body, int bodyLength, boolean last) throws TlsProtocolException {
        boolean requested = HandshakeMessage.isUpdateRequested(messages, body, bodyLength);
        TrafficSecret current = secret;
        if (current == null || !last) {
            // RFC 8446 5.1: handshake messages do not span key changes.
            throw unexpected("handshake bytes behind a KeyUpdate in its record");
        }
        TrafficSecret next = current.next();
        current.destroy();
        opener.destroy();
        secret = next;
        opener = new RecordOpener(next.key());
        if (requested) {
            replies.add(Replies.KEY_UPDATE);
        }
    }

    private static TlsProtocolException unexpected(String what) {
        return new TlsProtocolException(what, TlsAlert.UNEXPECTED_MESSAGE, null);
    }

    void destroy() {
        opener.destroy();
        if (secret != null) {
            secret.destroy();
        }
    }
}
