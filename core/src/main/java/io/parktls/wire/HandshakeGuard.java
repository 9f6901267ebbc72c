package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsLimits;
import io.parktls.TlsVersion;
import io.parktls.record.HandshakeMessage;
import io.parktls.record.HandshakeRecords;
import io.parktls.record.RecordFormat;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Judges the records of a peer's handshake before the engine's TLS implementation processes them: what may come in the clear
 * and what only under keys, where handshake messages begin and end, and in which order they come.
 *
 * <h2>Use</h2>
 *
 * For each record, in this order:
 *
 * <ol>
 *   <li>{@link #admit} judges the header.
 *   <li>If {@link #isProtected}, the engine opens the record and passes the content to {@link #acceptContent}; if the record
 *       does not verify, {@link #isSkippable} says whether that ends the handshake. Any other record goes to {@link
 *       #acceptPlaintext}.
 *   <li>The TLS implementation gets the record if the guard accepts it for that. Alerts, the change_cipher_spec records of
 *       TLS 1.3 and skipped early data it never gets.
 *   <li>A server says what it answered when the guard {@link #isAwaitingAnswer awaits an answer}.
 * </ol>
 *
 * Every method that throws does so for the first violation; the guard is of no use afterwards. Not thread-safe. It allocates
 * nothing for a record unless a handshake message continues in another one.
 */
public final class HandshakeGuard {
    /**
     * How the records of the peer are protected.
     *
     * <pre>
     *   TLS 1.3   PLAINTEXT --ServerHello, of either end--&gt; HANDSHAKE_KEYS --Finished--&gt; APPLICATION_KEYS
     *   TLS 1.2   PLAINTEXT --change_cipher_spec--&gt; APPLICATION_KEYS: Finished is the first message under them
     * </pre>
     *
     * A handshake message that precedes such a change, or ends a flight, ends its record too (RFC 8446 5.1).
     */
    private enum Epoch {
        PLAINTEXT,
        HANDSHAKE_KEYS,
        APPLICATION_KEYS
    }

    /** RFC 5246 7.4.1.1: how many HelloRequests a client ignores. */
    private static final int MAX_HELLO_REQUESTS = 32;

    /** RFC 5246 7.4.2: bytes of a Certificate message without certificates. */
    private static final int NO_CERTIFICATES_12 = 3;

    /** RFC 8446 4.4.2: the same, with the context, which is empty in a handshake. */
    private static final int NO_CERTIFICATES_13 = 1 + 3;

    private static final byte[] NO_BYTES = {};

    private final boolean server;
    private final boolean offersTls13;
    private final TlsLimits limits;
    private final HandshakeMessages messages;
    private final HandshakeRecords recordsSeen;
    private final HandshakeAlerts alerts = new HandshakeAlerts();

    /** Null for a client. */
    private final @Nullable SkippedEarlyData earlyData;

    private Epoch epoch = Epoch.PLAINTEXT;

    /** Null until a ServerHello or a HelloRetryRequest has come or gone. */
    private @Nullable TlsVersion version;

    /** The messages that may come next; a set of {@link MessageOrder}. */
    private int expected;

    /** The message after which the record has to end; -1 if none was complete in this record. */
    private int lastInRecord = -1;

    /** The bytes of a message that continues in the next record, {@link #begun} of them. */
    private byte[] message = NO_BYTES;

    private int begun;

    private boolean firstRecordSeen;
    private boolean awaitingAnswer;
    private boolean retryRequested;
    private boolean contentSeen;
    private boolean certified;
    private boolean changeCipherSpecBeforeHello;

    private int helloRequests;

    /**
     * @param server whether this end is the server, so that the records are a client's
     * @param offersTls13 whether this end may negotiate TLS 1.3
     * @param messages receives each whole handshake message, except HelloRequests
     */
    public HandshakeGuard(boolean server, boolean offersTls13, TlsLimits limits, HandshakeMessages messages) {
        this.server = server;
        this.offersTls13 = offersTls13;
        this.limits = limits;
        this.messages = messages;
        this.recordsSeen = new HandshakeRecords(limits);
        this.earlyData = server ? new SkippedEarlyData() : null;
        this.expected = MessageOrder.first(server);
    }

    // ---- what the engine asks

    /** Whether no record has come as a whole. */
    public boolean isAtFirstRecord() {
        return !firstRecordSeen;
    }

    public boolean isCloseNotifyReceived() {
        return alerts.isCloseNotifyReceived();
    }

    /** Whether a ClientHello was accepted of which the guard does not know how this server answered it. */
    public boolean isAwaitingAnswer() {
        return awaitingAnswer;
    }

    /** This server has sent a HelloRetryRequest (RFC 8446 4.1.4). */
    public void retryRequested() {
        awaitingAnswer = false;
        retryRequested = true;
        if (earlyData != null) {
            earlyData.retryRequested();
        }
        version = TlsVersion.TLS_1_3;
        expected = MessageOrder.first(true);
    }

    /** This server has sent a ServerHello of that version, and the flight that belongs to it. */
    public void serverHelloSent(TlsVersion negotiated) {
        awaitingAnswer = false;
        version = negotiated;
        expected = MessageOrder.afterClientHello(negotiated);
        if (negotiated == TlsVersion.TLS_1_3) {
            epoch = Epoch.HANDSHAKE_KEYS;
        }
    }

    // ---- records

    /**
     * Judges the header of a record as soon as it is there (RFC 8446 5.1).
     *
     * @return the length of the record with its header; 0 if less than that is available
     */
    public int admit(byte[] bytes, int at, int available) throws TlsHandshakeException {
        if (available < RecordFormat.HEADER) {
            return 0;
        }
        int type = bytes[at] & 0xFF;
        boolean known = type >= RecordFormat.CHANGE_CIPHER_SPEC && type <= RecordFormat.APPLICATION_DATA;
        if (!known || (server && !firstRecordSeen && type != RecordFormat.HANDSHAKE)) {
            throw unexpected(
                    "a record of type " + type + (server && !firstRecordSeen ? " in place of a ClientHello" : ""));
        }
        // RFC 8446 5.1: the rest of the version means nothing.
        if (bytes[at + 1] != RecordFormat.VERSION >>> 8) {
            throw new TlsHandshakeException(
                    "a record of version 0x" + Integer.toHexString(HelloScanner.uint16(bytes, at + 1)),
                    TlsAlert.PROTOCOL_VERSION,
                    null);
        }
        int fragment = RecordFormat.fragmentLength(bytes, at);
        if (fragment > fragmentLimit(type)) {
            throw new TlsHandshakeException("a record of " + fragment + " bytes", TlsAlert.RECORD_OVERFLOW, null);
        }
        int length = RecordFormat.HEADER + fragment;
        if (available < length) {
            return 0;
        }
        firstRecordSeen = true;
        String tooMany = recordsSeen.refuse(type);
        if (tooMany != null) {
            throw unexpected(tooMany);
        }
        return length;
    }

    private int fragmentLimit(int type) {
        if (type == RecordFormat.APPLICATION_DATA && version != TlsVersion.TLS_1_2) {
            return RecordFormat.MAX_CONTENT + RecordFormat.MAX_EXPANSION_13;
        }
        return RecordFormat.MAX_CONTENT + (epoch == Epoch.PLAINTEXT ? 0 : RecordFormat.MAX_EXPANSION_12);
    }

    /** Whether the next record is under keys if it is of that type. */
    public boolean isProtected(int type) {
        // RFC 8446 5.2: all that TLS 1.3 protects looks like application data.
        return epoch != Epoch.PLAINTEXT && (version != TlsVersion.TLS_1_3 || type == RecordFormat.APPLICATION_DATA);
    }

    /**
     * Judges a record that is not under keys.
     *
     * @param at where the fragment starts, behind the header
     * @param length of the fragment
     * @return whether the TLS implementation is to get the record
     */
    public boolean acceptPlaintext(int type, byte[] bytes, int at, int length) throws TlsHandshakeException {
        if (type != RecordFormat.ALERT) {
            alerts.otherRecord();
        }
        return switch (type) {
            case RecordFormat.CHANGE_CIPHER_SPEC -> acceptChangeCipherSpec(bytes, at, length);
            case RecordFormat.ALERT -> {
                // RFC 8446 5. A client that rejects the ServerHello has no keys to send its alert under.
                // The first record under keys shows that this client has them, as in libssl.
                if (epoch != Epoch.PLAINTEXT && (!server || contentSeen)) {
                    throw unexpected("an alert in the clear from a peer that has keys");
                }
                alert(bytes, at, length);
                yield false;
            }
            case RecordFormat.HANDSHAKE -> {
                if (epoch != Epoch.PLAINTEXT) {
                    throw unexpected("a handshake record in the clear from a peer that has keys");
                }
                handshake(bytes, at, length);
                yield true;
            }
            default -> {
                skipEarlyDataBeforeSecondHello(length);
                yield false;
            }
        };
    }

    /**
     * Judges what was in a record under keys.
     *
     * @param type the content type, which in TLS 1.3 was protected too
     * @return whether the TLS implementation is to get the record
     */
    public boolean acceptContent(int type, byte[] bytes, int at, int length) throws TlsHandshakeException {
        contentSeen = true;
        return switch (type) {
            case RecordFormat.ALERT -> {
                alert(bytes, at, length);
                yield false;
            }
            case RecordFormat.HANDSHAKE -> {
                alerts.otherRecord();
                handshake(bytes, at, length);
                yield true;
            }
            // RFC 8446 5: a change_cipher_spec record is never protected.
            default -> throw unexpected("a record with content type " + type + " under the keys of the handshake");
        };
    }

    // ---- early data, which no server here takes: RFC 8446 4.2.10

    /**
     * Whether a record that does not verify is early data that the server skips: only before the first record that does, and
     * no more than a limit. Asked once for each such record.
     *
     * @param fragmentLength of the record, without its header
     */
    public boolean isSkippable(int fragmentLength) {
        return earlyData != null
                && epoch == Epoch.HANDSHAKE_KEYS
                && !contentSeen
                && earlyData.isDueUnderKeys()
                && earlyData.skip(fragmentLength);
    }

    /** Before the second ClientHello, early data is what looks like application data: there are no keys to try. */
    private void skipEarlyDataBeforeSecondHello(int fragmentLength) throws TlsHandshakeException {
        requireMessageBoundary("application data");
        if (earlyData == null || !earlyData.isDueBeforeSecondHello() || epoch != Epoch.PLAINTEXT) {
            throw unexpected("application data before the handshake is done");
        }
        if (!earlyData.skip(fragmentLength)) {
            throw unexpected("more than " + SkippedEarlyData.LIMIT + " bytes of early data");
        }
    }

    // ---- change_cipher_spec

    private boolean acceptChangeCipherSpec(byte[] bytes, int at, int length) throws TlsHandshakeException {
        requireMessageBoundary("change_cipher_spec");
        boolean wellFormed = length == 1 && bytes[at] == 1;
        if (version == TlsVersion.TLS_1_2) {
            // RFC 5246 7.1. One that came earlier would put keys to use that are not agreed yet.
            if ((expected & MessageOrder.only(MessageOrder.CHANGE_CIPHER_SPEC)) == 0 || length == 0) {
                throw unexpected("change_cipher_spec where the handshake expects " + MessageOrder.names(expected));
            }
            if (!wellFormed) {
                throw new TlsHandshakeException("a malformed change_cipher_spec", TlsAlert.DECODE_ERROR, null);
            }
            epoch = Epoch.APPLICATION_KEYS;
            expected = MessageOrder.only(HandshakeType.FINISHED);
            return true;
        }
        // RFC 8446 5: one byte 0x01, between the first ClientHello and the peer's Finished; it is dropped.
        if (!wellFormed || (version == null && !offersTls13)) {
            throw unexpected(wellFormed ? "change_cipher_spec before ServerHello" : "a malformed change_cipher_spec");
        }
        changeCipherSpecBeforeHello |= version == null;
        return false;
    }

    private void alert(byte[] bytes, int at, int length) throws TlsHandshakeException {
        requireMessageBoundary("an alert");
        alerts.accept(bytes, at, length, version);
    }

    // ---- handshake messages

    /** RFC 8446 5.1: no record of another type comes between the parts of a message. */
    private void requireMessageBoundary(String what) throws TlsHandshakeException {
        if (begun > 0) {
            throw unexpected(what + " between the parts of a handshake message");
        }
    }

    private void handshake(byte[] bytes, int at, int length) throws TlsHandshakeException {
        if (length == 0) {
            throw unexpected("an empty handshake record"); // RFC 8446 5.1
        }
        lastInRecord = -1;
        int next = at;
        int end = at + length;
        while (next < end) {
            if (lastInRecord >= 0) {
                throw unexpected("handshake bytes behind " + HandshakeType.name(lastInRecord) + " in its record");
            }
            int total = begun == 0 && end - next >= HandshakeMessage.HEADER ? judgeHeader(bytes, next) : 0;
            if (total > 0 && total <= end - next) {
                process(bytes, next, total);
                next += total;
            } else {
                next += keep(bytes, next, end);
            }
        }
    }

    /** Keeps a part of a message, and processes the message if this was the last part. Returns how many bytes it took. */
    private int keep(byte[] bytes, int from, int end) throws TlsHandshakeException {
        int at = from;
        while (begun < HandshakeMessage.HEADER && at < end) {
            reserve(HandshakeMessage.HEADER);
            message[begun++] = bytes[at++];
        }
        if (begun < HandshakeMessage.HEADER) {
            return at - from;
        }
        int total = judgeHeader(message, 0);
        int more = Math.min(total - begun, end - at);
        // The buffer grows with what has come, not with what the header promises.
        reserve(begun + more);
        System.arraycopy(bytes, at, message, begun, more);
        begun += more;
        if (begun == total) {
            process(message, 0, total);
            begun = 0;
            message = NO_BYTES;
        }
        return at - from + more;
    }

    private void reserve(int length) {
        if (message.length < length) {
            message = Arrays.copyOf(message, Math.max(length, 2 * message.length));
        }
    }

    /** Judges a message by its header, before the rest of it is kept; returns its length with the header. */
    private int judgeHeader(byte[] bytes, int at) throws TlsHandshakeException {
        int type = bytes[at] & 0xFF;
        int bodyLength = HandshakeMessage.bodyLength(bytes, at);
        if (!MessageOrder.contains(expected, type) && !isIgnoredHelloRequest(type)) {
            throw unexpected(HandshakeType.name(type) + " where the handshake expects " + MessageOrder.names(expected));
        }
        int limit = type == HandshakeType.CLIENT_HELLO ? limits.clientHelloSize() : limits.handshakeMessageSize();
        if (bodyLength > limit) {
            throw new TlsHandshakeException(
                    HandshakeType.name(type) + " of " + bodyLength + " bytes; the limit is " + limit,
                    TlsAlert.ILLEGAL_PARAMETER,
                    null);
        }
        return HandshakeMessage.HEADER + bodyLength;
    }

    /** RFC 5246 7.4.1.1: a client in mid-handshake ignores a HelloRequest. */
    private boolean isIgnoredHelloRequest(int type) {
        return type == HandshakeType.HELLO_REQUEST
                && !server
                && version != TlsVersion.TLS_1_3
                && epoch == Epoch.PLAINTEXT;
    }

    private void process(byte[] bytes, int at, int total) throws TlsHandshakeException {
        int type = bytes[at] & 0xFF;
        int body = at + HandshakeMessage.HEADER;
        int bodyLength = total - HandshakeMessage.HEADER;
        if (type == HandshakeType.HELLO_REQUEST) {
            ignoreHelloRequest(bodyLength);
            return;
        }
        messages.message(type, bytes, body, bodyLength);
        switch (type) {
            case HandshakeType.CLIENT_HELLO -> processClientHello(bytes, body, bodyLength);
            case HandshakeType.SERVER_HELLO -> processServerHello(bytes, body, bodyLength);
            default -> {
                TlsVersion negotiated = version == null ? TlsVersion.TLS_1_2 : version;
                if (type == HandshakeType.CERTIFICATE) {
                    certified =
                            bodyLength > (negotiated == TlsVersion.TLS_1_3 ? NO_CERTIFICATES_13 : NO_CERTIFICATES_12);
                }
                expected = server
                        ? MessageOrder.afterClients(negotiated, type, certified)
                        : MessageOrder.afterServers(negotiated, type);
            }
        }
        if (type == HandshakeType.FINISHED) {
            epoch = Epoch.APPLICATION_KEYS;
            lastInRecord = type;
        } else if (type == HandshakeType.SERVER_HELLO_DONE) {
            lastInRecord = type;
        }
    }

    private void ignoreHelloRequest(int bodyLength) throws TlsHandshakeException {
        if (bodyLength != 0) {
            throw new TlsHandshakeException("HelloRequest of " + bodyLength + " bytes", TlsAlert.DECODE_ERROR, null);
        }
        if (++helloRequests > MAX_HELLO_REQUESTS) {
            throw unexpected("more than " + MAX_HELLO_REQUESTS + " HelloRequests");
        }
    }

    private void processClientHello(byte[] bytes, int body, int bodyLength) {
        if (earlyData != null) {
            earlyData.clientHello(bytes, body, bodyLength);
        }
        awaitingAnswer = true;
        expected = MessageOrder.NOTHING;
        lastInRecord = HandshakeType.CLIENT_HELLO;
    }

    private void processServerHello(byte[] bytes, int body, int bodyLength) throws TlsHandshakeException {
        boolean retry = !retryRequested && HelloScanner.isRetryRequest(bytes, body, bodyLength);
        if (retry || HelloScanner.selectsTls13(bytes, body, bodyLength)) {
            version = TlsVersion.TLS_1_3;
            lastInRecord = HandshakeType.SERVER_HELLO;
        } else if (changeCipherSpecBeforeHello) {
            // RFC 5246 7.1: it was no relic of TLS 1.3 then.
            throw unexpected("change_cipher_spec before the ServerHello of TLS 1.2");
        } else {
            version = TlsVersion.TLS_1_2;
        }
        if (retry) {
            retryRequested = true;
            expected = MessageOrder.first(false);
        } else {
            epoch = version == TlsVersion.TLS_1_3 ? Epoch.HANDSHAKE_KEYS : Epoch.PLAINTEXT;
            expected = MessageOrder.afterServers(version, HandshakeType.SERVER_HELLO);
        }
    }

    private static TlsHandshakeException unexpected(String what) {
        return new TlsHandshakeException(what, TlsAlert.UNEXPECTED_MESSAGE, null);
    }
}
