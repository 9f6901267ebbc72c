package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.jca.ObjectPool;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The read half of the record layer: opens records, returns application data, and processes alerts and post-handshake
 * messages. Only the thread that holds the connection's read lock uses it.
 *
 * <p>If a record fits, it is opened directly into the caller's buffer. Otherwise, it is opened into a scratch buffer,
 * and the data that does not fit into the caller's buffer replaces the end of the record in {@code in}; see
 * {@link io.parktls.engine.TlsEngine} for the handling of this data. Opening the record in place would avoid the copy,
 * but takes the JDK's AES-GCM 50% more time.
 */
final class RecordReader {
    /** Scratch buffers for records that do not fit, with room for the longest fragment of TLS 1.2. */
    private static final ObjectPool<byte[]> SCRATCH =
            new ObjectPool<>(() -> new byte[RecordFormat.MAX_CONTENT + RecordFormat.MAX_EXPANSION_12]);

    private final PendingReplies replies;
    private final FloodBudget budget;
    private final TlsLimits limits;
    private final boolean server;
    private final boolean truncationIgnored;

    private RecordOpener opener;

    /** Null for TLS 1.2, which has no KeyUpdate. */
    private @Nullable TrafficSecret secret;

    /** The number of bytes of opened content at the position of {@code in}. */
    private int content;

    /** The beginning of a handshake message that continues in the next record; null if there is none. */
    private byte @Nullable [] fragment;

    private boolean closeNotify;
    private boolean inputEnded;

    /** Null if session tickets are not used. Set before the first read. */
    private @Nullable TicketConsumer ticketConsumer;

    RecordReader(
            RecordOpener opener,
            @Nullable TrafficSecret secret,
            PendingReplies replies,
            FloodBudget budget,
            TlsLimits limits,
            boolean server,
            boolean truncationIgnored) {
        this.opener = opener;
        this.secret = secret;
        this.replies = replies;
        this.budget = budget;
        this.limits = limits;
        this.server = server;
        this.truncationIgnored = truncationIgnored;
    }

    void ticketConsumer(TicketConsumer consumer) {
        ticketConsumer = consumer;
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
            int room = opener.plaintextRoom(fragmentLength(in));
            boolean fits = dst.hasArray() && dst.remaining() >= room;
            if (fits ? openDirectly(dst, room, in) : openWithCopy(dst, in)) {
                return TlsStatus.OK;
            }
        }
    }

    /** Opens the next record into {@code dst}; returns whether it contained application data. */
    private boolean openDirectly(ByteBuffer dst, int room, ByteBuffer in) throws TlsProtocolException {
        int at = dst.arrayOffset() + dst.position();
        opener.open(in.array(), in.arrayOffset() + in.position(), dst.array(), at);
        in.position(in.position() + RecordFormat.HEADER + fragmentLength(in));
        if (isApplicationData()) {
            dst.position(dst.position() + opener.contentLength());
            return true;
        }
        process(dst.array(), at);
        Arrays.fill(dst.array(), at, at + room, (byte) 0);
        return false;
    }

    /**
     * Opens the next record into a scratch buffer, and copies as much application data as fits to {@code dst}; returns
     * whether the record contained application data.
     */
    private boolean openWithCopy(ByteBuffer dst, ByteBuffer in) throws TlsProtocolException {
        byte[] plaintext = SCRATCH.take();
        opener.open(in.array(), in.arrayOffset() + in.position(), plaintext, 0);
        in.position(in.position() + RecordFormat.HEADER + fragmentLength(in));
        boolean data = isApplicationData();
        if (data) {
            int n = Math.min(opener.contentLength(), dst.remaining());
            dst.put(plaintext, 0, n);
            content = opener.contentLength() - n;
            in.position(in.position() - content).put(in.position(), plaintext, n, content);
        } else {
            process(plaintext, 0);
        }
        SCRATCH.give(plaintext);
        return data;
    }

    private TlsStatus deliver(ByteBuffer in, ByteBuffer dst) {
        int n = Math.min(content, dst.remaining());
        dst.put(dst.position(), in, in.position(), n).position(dst.position() + n);
        in.position(in.position() + n);
        content -= n;
        return TlsStatus.OK;
    }

    private static int fragmentLength(ByteBuffer in) {
        return RecordFormat.fragmentLength(in.array(), in.arrayOffset() + in.position());
    }

    /** Whether {@code in} contains a complete record. Checks the header before the rest arrives (RFC 8446 5.1, 5.2). */
    private boolean hasRecord(ByteBuffer in) throws TlsProtocolException {
        if (in.remaining() < RecordFormat.HEADER) {
            return false;
        }
        int type = in.get(in.position()) & 0xFF;
        int length = fragmentLength(in);
        boolean expected = secret != null
                ? type == ContentType.APPLICATION_DATA
                : type >= ContentType.CHANGE_CIPHER_SPEC && type <= ContentType.APPLICATION_DATA;
        if (!expected) {
            throw unexpected("unexpected record of content type " + type);
        }
        int version = in.getShort(in.position() + 1) & 0xFFFF;
        if (version >>> 8 != RecordFormat.VERSION >>> 8) {
            throw new TlsProtocolException(
                    "record of unknown version 0x" + Integer.toHexString(version), TlsAlert.PROTOCOL_VERSION, null);
        }
        if (length > opener.fragmentLimit()) {
            throw new TlsProtocolException(
                    "record with a fragment of " + length + " bytes exceeds the limit of " + opener.fragmentLimit(),
                    TlsAlert.RECORD_OVERFLOW,
                    null);
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
                        + (in.hasRemaining() ? ", after " + in.remaining() + " bytes of an incomplete record" : ""),
                TlsAlert.DECODE_ERROR,
                null);
    }

    /** Whether the last opened record contains application data. */
    private boolean isApplicationData() throws TlsProtocolException {
        if (opener.type() != ContentType.APPLICATION_DATA) {
            return false;
        }
        if (fragment != null) {
            throw unexpected("application data in the middle of a handshake message");
        }
        if (opener.contentLength() == 0) {
            return false;
        }
        budget.replenish();
        return true;
    }

    /** Processes a record without application data, and charges it to the {@link FloodBudget}. */
    private void process(byte[] bytes, int at) throws TlsProtocolException {
        int length = opener.contentLength();
        int type = opener.type();
        if (length == 0 && type != ContentType.APPLICATION_DATA) {
            // RFC 8446 5.4: only records with application data may be empty.
            throw unexpected("empty record of content type " + type);
        }
        int cost = FloodBudget.RECORD;
        switch (type) {
            case ContentType.APPLICATION_DATA -> {}
            case ContentType.ALERT -> processAlert(bytes, at, length);
            case ContentType.HANDSHAKE -> cost = processHandshake(bytes, at, length);
            default -> throw unexpected("unexpected record of content type " + type);
        }
        if (!closeNotify && !budget.spend(cost)) {
            throw unexpected("too many records without application data: more than " + limits.recordsWithoutData()
                    + " in a row, plus those allowed for sent data and elapsed time");
        }
    }

    /** RFC 8446 6, RFC 5246 7.2. */
    private void processAlert(byte[] bytes, int at, int length) throws TlsProtocolException {
        if (fragment != null) {
            throw unexpected("alert in the middle of a handshake message");
        }
        if (length != 2) {
            throw new TlsProtocolException(
                    "alert record with " + length + " bytes, expected 2", TlsAlert.DECODE_ERROR, null);
        }
        int level = bytes[at] & 0xFF;
        int code = bytes[at + 1] & 0xFF;
        if (level != TlsAlert.LEVEL_WARNING && level != TlsAlert.LEVEL_FATAL) {
            throw new TlsProtocolException(
                    "alert of unknown level " + level + ", expected 1 or 2", TlsAlert.ILLEGAL_PARAMETER, null);
        }
        // RFC 8446 6: in TLS 1.3, all alerts except closure alerts are fatal, regardless of their level.
        boolean fatal = secret == null ? level == TlsAlert.LEVEL_FATAL : code != TlsAlert.USER_CANCELED.code();
        if (code == TlsAlert.CLOSE_NOTIFY.code()) {
            closeNotify = true;
        } else if (fatal) {
            throw TlsAlert.of(code)
                    .map(TlsProtocolException::received)
                    .orElseGet(() -> TlsProtocolException.received(code));
        }
    }

    /** Processes the messages that end in this record; returns its cost for the {@link FloodBudget}. */
    private int processHandshake(byte[] bytes, int at, int length) throws TlsProtocolException {
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
        int tickets = 0;
        int requests = 0;
        int cost = 0;
        while (end - next >= HandshakeMessage.HEADER) {
            int type = messages[next] & 0xFF;
            int bodyLength = HandshakeMessage.bodyLength(messages, next);
            int body = next + HandshakeMessage.HEADER;
            requireAllowed(type, bodyLength);
            if (end - body < bodyLength) {
                break;
            }
            next = body + bodyLength;
            if (type == HandshakeMessage.NEW_SESSION_TICKET) {
                HandshakeMessage.readNewSessionTicket(messages, body, bodyLength, ticketConsumer);
                tickets++;
            } else {
                requests++;
                cost += processRequest(type, messages, body, next == end);
            }
        }
        if (next < end) {
            fragment = Arrays.copyOfRange(messages, next, end);
        }
        return requests > 0 && tickets == 0 ? cost : cost + FloodBudget.costOfTickets(tickets, length);
    }

    /** Checks the header of a message before its body is buffered. */
    private void requireAllowed(int type, int bodyLength) throws TlsProtocolException {
        boolean allowed = secret != null
                ? type == HandshakeMessage.KEY_UPDATE || (type == HandshakeMessage.NEW_SESSION_TICKET && !server)
                : type == (server ? HandshakeMessage.CLIENT_HELLO : HandshakeMessage.HELLO_REQUEST);
        if (!allowed) {
            throw unexpected("unexpected handshake message of type " + type + " after the handshake");
        }
        if (!HandshakeMessage.isLengthPossible(type, bodyLength)) {
            throw new TlsProtocolException(
                    "handshake message of type " + type + " has an invalid length of " + bodyLength + " bytes",
                    TlsAlert.DECODE_ERROR,
                    null);
        }
        int limit = type == HandshakeMessage.CLIENT_HELLO ? limits.clientHelloSize() : limits.handshakeMessageSize();
        if (bodyLength > limit) {
            throw new TlsProtocolException(
                    "handshake message of " + bodyLength + " bytes exceeds the limit of " + limit
                            + " bytes (set by TlsLimits)",
                    TlsAlert.ILLEGAL_PARAMETER,
                    null);
        }
    }

    /** Processes a request for a KeyUpdate or a renegotiation; returns its cost for the {@link FloodBudget}. */
    private int processRequest(int type, byte[] messages, int body, boolean last) throws TlsProtocolException {
        if (type != HandshakeMessage.KEY_UPDATE) {
            // RFC 5246 7.2.2: a warning alert declines the renegotiation, and the connection continues.
            replies.add(PendingReplies.NO_RENEGOTIATION);
            return FloodBudget.RECORD;
        }
        updateKey(messages, body, last);
        return budget.takeAnswerDue() ? 0 : FloodBudget.RECORD;
    }

    /** RFC 8446 4.6.3, 7.2. */
    private void updateKey(byte[] messages, int body, boolean last) throws TlsProtocolException {
        boolean requested = HandshakeMessage.isUpdateRequested(messages, body);
        TrafficSecret current = secret;
        if (current == null || !last) {
            // RFC 8446 5.1: handshake messages must not span key changes.
            throw unexpected("handshake data after a KeyUpdate in the same record");
        }
        TrafficSecret next = current.next();
        current.destroy();
        opener.retire();
        secret = next;
        opener = new RecordOpener(next.key());
        if (requested) {
            replies.addAnswer();
        }
    }

    private static TlsProtocolException unexpected(String message) {
        return new TlsProtocolException(message, TlsAlert.UNEXPECTED_MESSAGE, null);
    }

    void destroy() {
        opener.retire();
        if (secret != null) {
            secret.destroy();
        }
    }
}
