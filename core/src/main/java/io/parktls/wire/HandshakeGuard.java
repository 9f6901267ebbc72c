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
 * Checks the records of a peer's handshake before the engine's TLS implementation processes them: which records may be
 * unprotected, where handshake messages begin and end, and in which order messages come.
 *
 * <h2>Use</h2>
 *
 * The engine performs these steps for each record, in this order:
 *
 * <ol>
 *   <li>It calls {@link #admit}, which checks the header.
 *   <li>If {@link #isProtected}, it decrypts the record and passes the content to {@link #acceptContent}. If the record
 *       does not authenticate, {@link #isSkippable} decides whether the engine skips it or fails the handshake. Any
 *       other record goes to {@link #acceptPlaintext}.
 *   <li>It passes the record to the TLS implementation if the guard returned true. The TLS implementation never
 *       receives alerts, the change_cipher_spec records of TLS 1.3, or skipped early data.
 *   <li>On a server, if the guard {@linkplain #isAwaitingAnswer awaits an answer}, it reports the server's answer with
 *       {@link #retryRequested} or {@link #serverHelloSent}.
 * </ol>
 *
 * <p>A method throws for the first violation; the guard must not be used afterwards. Not thread-safe. The guard
 * allocates nothing for a record unless a handshake message continues in the next one.
 */
public final class HandshakeGuard {
    /**
     * The keys that protect the peer's records.
     *
     * <pre>
     *   TLS 1.3   PLAINTEXT --ServerHello sent or received--&gt; HANDSHAKE_KEYS --Finished--&gt; APPLICATION_KEYS
     *   TLS 1.2   PLAINTEXT --change_cipher_spec--&gt; APPLICATION_KEYS, with Finished as the first message under them
     * </pre>
     *
     * <p>A handshake message that precedes a change of keys, or that ends a flight, must be the last one in its record
     * (RFC 8446 5.1).
     */
    private enum Epoch {
        PLAINTEXT,
        HANDSHAKE_KEYS,
        APPLICATION_KEYS
    }

    /** How many HelloRequests a client ignores (RFC 5246 7.4.1.1). */
    private static final int MAX_HELLO_REQUESTS = 32;

    /** The length of a Certificate body without certificates (RFC 5246 7.4.2). */
    private static final int NO_CERTIFICATES_12 = 3;

    /** The same for TLS 1.3, with an empty certificate_request_context (RFC 8446 4.4.2). */
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

    /** Null until a ServerHello or a HelloRetryRequest has been sent or received. */
    private @Nullable TlsVersion version;

    /** The messages that may come next; a set of {@link MessageOrder}. */
    private int expected;

    /** The type of the message after which this record must end; -1 if it has contained no such message. */
    private int lastInRecord = -1;

    /** The first {@link #held} bytes of an incomplete message. */
    private byte[] partial = NO_BYTES;

    private int held;

    private boolean firstRecordSeen;
    private boolean awaitingAnswer;
    private boolean retryRequested;

    /** Whether a protected record has been decrypted. */
    private boolean contentSeen;

    /** Whether the peer has sent a certificate. */
    private boolean certified;

    private boolean changeCipherSpecBeforeHello;

    /** The id of the TLS 1.2 session that this client offers to resume; empty if there is none. */
    private byte[] offeredSession = NO_BYTES;

    /** Whether the ServerHello resumes a session or selects a pre-shared key. */
    private boolean resumed;

    private int helloRequests;

    /**
     * Creates a guard for one handshake.
     *
     * @param server whether this end is the server, so that the records come from a client
     * @param offersTls13 whether this end may negotiate TLS 1.3
     * @param messages receives each complete handshake message, except HelloRequests
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

    // ---- state

    /** Returns whether no complete record has been received. */
    public boolean isAtFirstRecord() {
        return !firstRecordSeen;
    }

    /** Returns whether close_notify has been received. */
    public boolean isCloseNotifyReceived() {
        return alerts.isCloseNotifyReceived();
    }

    /** Returns whether a ClientHello was accepted and the server's answer to it has not been reported. */
    public boolean isAwaitingAnswer() {
        return awaitingAnswer;
    }

    /** Reports that this server has sent a HelloRetryRequest (RFC 8446 4.1.4). */
    public void retryRequested() {
        awaitingAnswer = false;
        retryRequested = true;
        if (earlyData != null) {
            earlyData.retryRequested();
        }
        version = TlsVersion.TLS_1_3;
        expected = MessageOrder.first(true);
    }

    /** Reports that this client has sent a ClientHello that offers to resume the TLS 1.2 session with that id. */
    public void sessionOffered(byte[] id) {
        offeredSession = id;
    }

    /**
     * Reports that this server has sent a ServerHello of that version, with the rest of the flight.
     *
     * @param resumes whether it resumes a session or selects a pre-shared key
     */
    public void serverHelloSent(TlsVersion negotiated, boolean resumes) {
        awaitingAnswer = false;
        version = negotiated;
        resumed = resumes;
        expected = MessageOrder.afterClientHello(negotiated, resumes);
        if (negotiated == TlsVersion.TLS_1_3) {
            epoch = Epoch.HANDSHAKE_KEYS;
        }
    }

    // ---- records

    /**
     * Checks the header of a record as soon as it has arrived (RFC 8446 5.1).
     *
     * @return the length of the record including its header; 0 if fewer bytes are available
     */
    public int admit(byte[] bytes, int at, int available) throws TlsHandshakeException {
        if (available < RecordFormat.HEADER) {
            return 0;
        }
        int type = bytes[at] & 0xFF;
        boolean known = type >= RecordFormat.CHANGE_CIPHER_SPEC && type <= RecordFormat.APPLICATION_DATA;
        if (!known || (server && !firstRecordSeen && type != RecordFormat.HANDSHAKE)) {
            throw unexpected("the peer sent a record of type " + type
                    + (server && !firstRecordSeen ? " instead of a ClientHello" : ""));
        }
        // RFC 8446 5.1: the minor version is ignored.
        if (bytes[at + 1] != RecordFormat.VERSION >>> 8) {
            throw new TlsHandshakeException(
                    "the peer sent a record of version 0x" + Integer.toHexString(HelloScanner.uint16(bytes, at + 1)),
                    TlsAlert.PROTOCOL_VERSION,
                    null);
        }
        int fragment = RecordFormat.fragmentLength(bytes, at);
        int limit = fragmentLimit(type);
        if (fragment > limit) {
            throw new TlsHandshakeException(
                    "the peer sent a record of " + fragment + " bytes; the limit is " + limit,
                    TlsAlert.RECORD_OVERFLOW,
                    null);
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

    /** Returns whether the next record is protected if it is of that type. */
    public boolean isProtected(int type) {
        // RFC 8446 5.2: all protected records of TLS 1.3 have the type application_data.
        return epoch != Epoch.PLAINTEXT && (version != TlsVersion.TLS_1_3 || type == RecordFormat.APPLICATION_DATA);
    }

    /**
     * Checks a record that is not protected.
     *
     * @param at the index of the fragment, after the header
     * @param length the length of the fragment
     * @return whether to pass the record to the TLS implementation
     */
    public boolean acceptPlaintext(int type, byte[] bytes, int at, int length) throws TlsHandshakeException {
        if (type != RecordFormat.ALERT) {
            alerts.otherRecord();
        }
        return switch (type) {
            case RecordFormat.CHANGE_CIPHER_SPEC -> acceptChangeCipherSpec(bytes, at, length);
            case RecordFormat.ALERT -> {
                // RFC 8446 5. A client that rejects the ServerHello has no keys yet, so its alert is unprotected.
                // Once a client has sent a protected record, its alerts must be protected too, as in libssl.
                if (epoch != Epoch.PLAINTEXT && (!server || contentSeen)) {
                    throw unexpected("the peer sent an unprotected alert, although it has keys");
                }
                alert(bytes, at, length);
                yield false;
            }
            case RecordFormat.HANDSHAKE -> {
                if (epoch != Epoch.PLAINTEXT) {
                    throw unexpected("the peer sent an unprotected handshake record, although it has keys");
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
     * Checks the decrypted content of a protected record.
     *
     * @param type the content type, which TLS 1.3 protects too
     * @return whether to pass the record to the TLS implementation
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
            default -> throw unexpected("the peer sent a protected record of type " + type + " during the handshake");
        };
    }

    // ---- early data, which servers skip: RFC 8446 4.2.10

    /**
     * Returns whether to skip a record that does not authenticate, because it is early data. The server skips such
     * records only before the first record that authenticates, and only up to a limit. Call it once for each such
     * record.
     *
     * @param fragmentLength the length of the record without its header
     */
    public boolean isSkippable(int fragmentLength) {
        return earlyData != null
                && epoch == Epoch.HANDSHAKE_KEYS
                && !contentSeen
                && earlyData.isDueUnderKeys()
                && earlyData.skip(fragmentLength);
    }

    /**
     * Skips a record of application data. Before the second ClientHello there are no keys, so it must be early data.
     */
    private void skipEarlyDataBeforeSecondHello(int fragmentLength) throws TlsHandshakeException {
        requireMessageBoundary("application data");
        if (earlyData == null || !earlyData.isDueBeforeSecondHello() || epoch != Epoch.PLAINTEXT) {
            throw unexpected("the peer sent application data before the handshake is done");
        }
        if (!earlyData.skip(fragmentLength)) {
            throw unexpected("the peer sent more than " + SkippedEarlyData.LIMIT + " bytes of early data");
        }
    }

    // ---- change_cipher_spec

    private boolean acceptChangeCipherSpec(byte[] bytes, int at, int length) throws TlsHandshakeException {
        requireMessageBoundary("change_cipher_spec");
        boolean wellFormed = length == 1 && bytes[at] == 1;
        if (version == TlsVersion.TLS_1_2) {
            // RFC 5246 7.1. An early change_cipher_spec would activate keys that are not negotiated yet.
            if ((expected & MessageOrder.only(MessageOrder.CHANGE_CIPHER_SPEC)) == 0 || length == 0) {
                throw unexpected("the peer sent change_cipher_spec; expected " + MessageOrder.names(expected));
            }
            if (!wellFormed) {
                throw new TlsHandshakeException(
                        "the peer sent a malformed change_cipher_spec", TlsAlert.DECODE_ERROR, null);
            }
            epoch = Epoch.APPLICATION_KEYS;
            expected = MessageOrder.only(HandshakeType.FINISHED);
            return true;
        }
        // RFC 8446 5: a single byte 0x01 between the first ClientHello and the peer's Finished is ignored.
        if (!wellFormed || (version == null && !offersTls13)) {
            throw unexpected(
                    wellFormed
                            ? "the peer sent change_cipher_spec before the ServerHello"
                            : "the peer sent a malformed change_cipher_spec");
        }
        changeCipherSpecBeforeHello |= version == null;
        return false;
    }

    private void alert(byte[] bytes, int at, int length) throws TlsHandshakeException {
        requireMessageBoundary("an alert");
        alerts.accept(bytes, at, length, version);
    }

    // ---- handshake messages

    /** RFC 8446 5.1: a record of another type must not come between the fragments of a message. */
    private void requireMessageBoundary(String what) throws TlsHandshakeException {
        if (held > 0) {
            throw unexpected("the peer sent " + what + " between the fragments of a handshake message");
        }
    }

    private void handshake(byte[] bytes, int at, int length) throws TlsHandshakeException {
        if (length == 0) {
            throw unexpected("the peer sent an empty handshake record"); // RFC 8446 5.1
        }
        lastInRecord = -1;
        int next = at;
        int end = at + length;
        while (next < end) {
            if (lastInRecord >= 0) {
                throw unexpected("the peer sent handshake bytes after " + HandshakeType.name(lastInRecord)
                        + " in the same record");
            }
            int total = held == 0 && end - next >= HandshakeMessage.HEADER ? checkHeader(bytes, next) : 0;
            if (total > 0 && total <= end - next) {
                process(bytes, next, total);
                next += total;
            } else {
                next += hold(bytes, next, end);
            }
        }
    }

    /**
     * Copies bytes of the incomplete message, and processes the message once it is complete. Returns how many it
     * copied.
     */
    private int hold(byte[] bytes, int from, int end) throws TlsHandshakeException {
        int at = from;
        while (held < HandshakeMessage.HEADER && at < end) {
            reserve(HandshakeMessage.HEADER);
            partial[held++] = bytes[at++];
        }
        if (held < HandshakeMessage.HEADER) {
            return at - from;
        }
        int total = checkHeader(partial, 0);
        int more = Math.min(total - held, end - at);
        // The buffer grows with the bytes received, not with the announced length, which a peer can choose freely.
        reserve(held + more);
        System.arraycopy(bytes, at, partial, held, more);
        held += more;
        if (held == total) {
            process(partial, 0, total);
            held = 0;
            partial = NO_BYTES;
        }
        return at - from + more;
    }

    private void reserve(int length) {
        if (partial.length < length) {
            partial = Arrays.copyOf(partial, Math.max(length, 2 * partial.length));
        }
    }

    /**
     * Checks the header of a message before the rest is copied. Returns the length of the message including the header.
     */
    private int checkHeader(byte[] bytes, int at) throws TlsHandshakeException {
        int type = bytes[at] & 0xFF;
        int bodyLength = HandshakeMessage.bodyLength(bytes, at);
        if (!MessageOrder.contains(expected, type) && !isIgnoredHelloRequest(type)) {
            throw unexpected(
                    "the peer sent " + HandshakeType.name(type) + "; expected " + MessageOrder.names(expected));
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

    /** RFC 5246 7.4.1.1: a client ignores a HelloRequest during a handshake. */
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
                        : MessageOrder.afterServers(negotiated, type, resumed);
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
            throw new TlsHandshakeException(
                    "the HelloRequest has " + bodyLength + " bytes, not 0", TlsAlert.DECODE_ERROR, null);
        }
        if (++helloRequests > MAX_HELLO_REQUESTS) {
            throw unexpected("the peer sent more than " + MAX_HELLO_REQUESTS + " HelloRequests");
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
            // RFC 5246 7.1. Only TLS 1.3 ignores an early change_cipher_spec.
            throw unexpected("the peer sent change_cipher_spec before the ServerHello of TLS 1.2");
        } else {
            version = TlsVersion.TLS_1_2;
        }
        if (retry) {
            retryRequested = true;
            expected = MessageOrder.first(false);
        } else {
            boolean tls13 = version == TlsVersion.TLS_1_3;
            epoch = tls13 ? Epoch.HANDSHAKE_KEYS : Epoch.PLAINTEXT;
            resumed = tls13
                    ? HelloScanner.selectsPreSharedKey(bytes, body, bodyLength)
                    : offeredSession.length > 0 && HelloScanner.hasSessionId(bytes, body, bodyLength, offeredSession);
            expected = MessageOrder.afterServers(version, HandshakeType.SERVER_HELLO, resumed);
        }
    }

    private static TlsHandshakeException unexpected(String what) {
        return new TlsHandshakeException(what, TlsAlert.UNEXPECTED_MESSAGE, null);
    }
}
