package io.parktls.engine.bouncycastle;

import io.parktls.ClientAuth;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsProtocolException;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngine;
import io.parktls.record.RecordFormat;
import io.parktls.record.RecordLayer;
import io.parktls.record.RecordOpener;
import io.parktls.wire.FirstBytes;
import io.parktls.wire.HandshakeGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.TlsProtocol;
import org.jspecify.annotations.Nullable;

/**
 * An engine that runs Bouncy Castle's handshake and then the record layer of {@link io.parktls.record}.
 *
 * <pre>
 *   NEW --first call--&gt; NEGOTIATING --complete--&gt; FINISHING --out drained--&gt; ESTABLISHED
 *                            |                                                  |
 *                            | close_notify: CLOSED from then on                | Bouncy Castle's objects are garbage
 *                            v failure                                          v
 * </pre>
 *
 * <p>Bouncy Castle is given one record at a time, so that it never sees data that follows the handshake.
 */
final class BouncyCastleEngine implements TlsEngine {
    private final TlsContext context;

    /** Null once the handshake is done. Guarded by both locks of the connection, like all state of the handshake. */
    private @Nullable Handshake handshake;

    private boolean inputEnded;

    /**
     * The record layer that the read half and the write half use once the handshake is done. Written once, before that.
     */
    private @Nullable RecordLayer records;

    private @Nullable Negotiated negotiated;

    /** Receives the server's session tickets; null if they are not used. Written like {@link #records}. */
    private @Nullable ClientTickets tickets;

    /** The objects of a handshake: those of Bouncy Castle, and the guard that checks each record first. */
    private record Handshake(
            TlsProtocol protocol,
            HandshakeProgress progress,
            HandshakeCallbacks callbacks,
            ConnectionCrypto crypto,
            HandshakeGuard guard,
            Start start) {}

    /** Begins the handshake by calling {@code connect} or {@code accept}. */
    private interface Start {
        void begin() throws IOException;
    }

    private boolean started;

    private final boolean server;

    private BouncyCastleEngine(TlsContext context, Handshake handshake, boolean server) {
        this.context = context;
        this.handshake = handshake;
        this.server = server;
    }

    static BouncyCastleEngine client(
            PreparedContext prepared, @Nullable String host, int port, HandshakeOverrides overrides) {
        ConnectionCrypto crypto = prepared.crypto();
        ClientCallbacks callbacks = new ClientCallbacks(prepared, crypto, host, port, overrides);
        ClientHandshake protocol = new ClientHandshake();
        Handshake handshake = new Handshake(
                protocol, protocol, callbacks, crypto, guard(prepared, false), () -> protocol.connect(callbacks));
        return new BouncyCastleEngine(prepared.context, handshake, false);
    }

    static BouncyCastleEngine server(PreparedContext prepared, HandshakeOverrides overrides) {
        ConnectionCrypto crypto = prepared.crypto();
        ServerHandshake protocol = new ServerHandshake(prepared.context.protocols(), prepared.resumes());
        ServerCallbacks callbacks = new ServerCallbacks(prepared, crypto, overrides, protocol::clientHello);
        Handshake handshake = new Handshake(
                protocol, protocol, callbacks, crypto, guard(prepared, true), () -> protocol.accept(callbacks));
        return new BouncyCastleEngine(prepared.context, handshake, true);
    }

    private static HandshakeGuard guard(PreparedContext prepared, boolean server) {
        TlsContext context = prepared.context;
        boolean offersTls13 = context.protocols().contains(TlsVersion.TLS_1_3);
        return new HandshakeGuard(server, offersTls13, context.limits(), (type, bytes, body, bodyLength) -> {});
    }

    // ---- handshake

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException {
        return handshake(in, out, ForeignCodeBoundary.NONE);
    }

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        Handshake current = handshake;
        if (current == null) {
            return TlsStatus.OK;
        }
        current.crypto().foreignCalls().boundary(boundary);
        try {
            return negotiate(current, in, out);
        } catch (RuntimeException e) {
            // Bouncy Castle has queued the alert internal_error.
            moveOutput(current.protocol(), out);
            throw e;
        } catch (IOException e) {
            throw failed(current, e, out);
        }
    }

    /**
     * Moves the remaining output into {@code out}, followed by the alert unless Bouncy Castle has already queued one.
     */
    private static SSLException failed(Handshake current, IOException e, ByteBuffer out) {
        TlsProtocol protocol = current.protocol();
        RaisedAlert raisedAlert = current.callbacks().raisedAlert();
        SSLException failure =
                HandshakeFailures.of(raisedAlert, e, current.progress().lastStep());
        // Bouncy Castle sends nothing before it receives a ClientHello, and is not aware of records that the guard
        // refuses.
        boolean alerted = raisedAlert.isRaised() && protocol.getAvailableOutputBytes() > 0;
        if (moveOutput(protocol, out) && !alerted && failure instanceof TlsFailure typed && !typed.isAlertReceived()) {
            typed.alert().ifPresent(alert -> sendAlert(current, alert, out));
        }
        if (!raisedAlert.isRaised()) {
            abandon(current, failure);
        }
        current.callbacks().failed();
        return failure;
    }

    private static void abandon(Handshake current, @Nullable Exception reason) {
        try {
            current.progress().abandon();
        } catch (IOException e) {
            if (reason != null) {
                reason.addSuppressed(e);
            }
        }
    }

    /**
     * Returns whether only the peer's Finished is missing. That is the case for a server that requested no certificate
     * and whose ticket keys do not wait, once it has keys; and for a TLS 1.2 client once it has sent its own Finished.
     */
    @Override
    public boolean isHandshakeLight() {
        Handshake current = handshake;
        if (current == null) {
            return true;
        }
        HandshakeCipher cipher = current.crypto().lastCipher();
        if (cipher == null) {
            return false;
        }
        boolean waitsForTicketKeys =
                context.ticketCount() > 0 && context.ticketKeys().mayWait();
        return server
                ? context.clientAuth() == ClientAuth.NONE && !waitsForTicketKeys
                : cipher.writeSecret() == null && cipher.isWriting();
    }

    /** Sends an alert under the current keys if {@code out} has room. Otherwise the peer does without it. */
    private static void sendAlert(Handshake current, TlsAlert alert, ByteBuffer out) {
        HandshakeCipher cipher = current.crypto().lastCipher();
        if (cipher != null && cipher.isWriting()) {
            if (out.remaining() >= 2 + cipher.sealer().overhead()) {
                cipher.sealer().sealAlert(alert, out);
            }
        } else if (out.remaining() >= RecordFormat.PLAINTEXT_ALERT) {
            RecordFormat.putPlaintextAlert(alert, out);
        }
    }

    private TlsStatus negotiate(Handshake current, ByteBuffer in, ByteBuffer out) throws IOException {
        if (current.guard().isCloseNotifyReceived()) {
            return TlsStatus.CLOSED;
        }
        if (!started) {
            started = true;
            current.start().begin();
            current.guard().sessionOffered(current.progress().offeredSession());
        }
        TlsProtocol protocol = current.protocol();
        while (current.callbacks().negotiated() == null && offerRecord(current, in)) {
            // Each iteration consumes one record.
        }
        if (current.guard().isCloseNotifyReceived()) {
            return answerCloseNotify(current, out);
        }
        String logFailure = current.crypto().keyLogFailure();
        if (logFailure != null) {
            // The alert follows the output that is already queued.
            moveOutput(protocol, out);
            throw new TlsHandshakeException(logFailure, TlsAlert.INTERNAL_ERROR, null);
        }
        boolean complete = current.callbacks().negotiated() != null;
        if ((complete || !isOnlyChangeCipherSpec(protocol)) && !moveOutput(protocol, out)) {
            return TlsStatus.WANT_WRITE;
        }
        if (complete) {
            if (out.position() > 0) {
                return TlsStatus.WANT_WRITE;
            }
            establish(current);
            return TlsStatus.OK;
        }
        if (inputEnded && context.truncationIgnored()) {
            return TlsStatus.CLOSED;
        }
        if (inputEnded) {
            throw new TlsTruncatedException(
                    "the stream ended in mid-handshake (" + state() + ")", TlsAlert.DECODE_ERROR, null);
        }
        return TlsStatus.WANT_READ;
    }

    /**
     * Passes the next record to Bouncy Castle if it is complete and the guard accepts it. Returns whether to continue
     * with the following record.
     */
    private boolean offerRecord(Handshake current, ByteBuffer in) throws IOException {
        HandshakeGuard guard = current.guard();
        if (guard.isAtFirstRecord()) {
            FirstBytes.check(in);
        }
        byte[] bytes = in.array();
        int start = in.arrayOffset() + in.position();
        int length = guard.admit(bytes, start, in.remaining());
        if (length == 0) {
            return false;
        }
        in.position(in.position() + length);
        if (accepts(current, bytes, start, length)) {
            current.protocol().offerInput(bytes, start, length);
            if (guard.isAwaitingAnswer()) {
                notifyGuard(current);
            }
        }
        return !guard.isCloseNotifyReceived();
    }

    /**
     * Returns whether the record is to be passed to Bouncy Castle. An encrypted record is opened here, so that the
     * guard can check its content.
     */
    private static boolean accepts(Handshake current, byte[] bytes, int start, int length)
            throws TlsHandshakeException {
        HandshakeGuard guard = current.guard();
        int type = bytes[start];
        int fragment = length - RecordFormat.HEADER;
        if (!guard.isProtected(type)) {
            return guard.acceptPlaintext(type, bytes, start + RecordFormat.HEADER, fragment);
        }
        HandshakeCipher cipher = current.crypto().readCipher();
        if (cipher == null) {
            throw new IllegalStateException("an encrypted record was admitted before there are keys");
        }
        RecordOpener opener;
        try {
            opener = cipher.open(bytes, start);
        } catch (TlsProtocolException e) {
            TlsAlert alert = e.alert().orElse(TlsAlert.INTERNAL_ERROR);
            if (alert == TlsAlert.BAD_RECORD_MAC && guard.isSkippable(fragment)) {
                return false;
            }
            throw new TlsHandshakeException(String.valueOf(e.getMessage()), alert, null);
        }
        return guard.acceptContent(opener.type(), bytes, opener.contentStart(start), opener.contentLength());
    }

    /** Notifies the guard of this server's ServerHello or HelloRetryRequest, which the guard does not see itself. */
    private static void notifyGuard(Handshake current) {
        if (current.progress().isRetryRequested()) {
            current.guard().retryRequested();
        } else {
            current.guard()
                    .serverHelloSent(
                            current.progress().isTls13() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                            current.progress().isResumed());
        }
    }

    /**
     * Answers close_notify with close_notify (RFC 5246 7.2.1, RFC 8446 6.1). The answer is omitted if {@code out} has
     * no room, because the peer has abandoned the handshake.
     */
    private static TlsStatus answerCloseNotify(Handshake current, ByteBuffer out) {
        if (moveOutput(current.protocol(), out)) {
            sendAlert(current, TlsAlert.CLOSE_NOTIFY, out);
        } else {
            discardOutput(current.protocol());
        }
        abandon(current, null);
        return TlsStatus.CLOSED;
    }

    /**
     * Returns whether the pending output consists only of the change_cipher_spec that a TLS 1.3 client sends for
     * middlebox compatibility (RFC 8446 D.4). Bouncy Castle emits it while it processes the server's flight. Sent
     * immediately, it would be a separate write, and over a blocking pipe with little capacity both ends would wait for
     * room; so it is sent with the rest of the client's flight.
     */
    private boolean isOnlyChangeCipherSpec(TlsProtocol protocol) {
        return !server && protocol.getAvailableOutputBytes() == RecordFormat.HEADER + 1;
    }

    /** Cancels the handshake with user_canceled and close_notify, after the output that is pending (RFC 8446 6.1). */
    private TlsStatus cancel(Handshake current, ByteBuffer out) {
        HandshakeCipher cipher = current.crypto().lastCipher();
        int alert =
                cipher == null ? RecordFormat.PLAINTEXT_ALERT : cipher.sealer().overhead() + 2;
        if (!moveOutput(current.protocol(), out) || out.remaining() < 2 * alert) {
            return TlsStatus.WANT_WRITE;
        }
        sendAlert(current, TlsAlert.USER_CANCELED, out);
        sendAlert(current, TlsAlert.CLOSE_NOTIFY, out);
        if (started) {
            abandon(current, null);
        }
        return TlsStatus.OK;
    }

    /** Moves complete records into {@code out}. Returns whether all of them fit. */
    private static boolean moveOutput(TlsProtocol protocol, ByteBuffer out) {
        int length = protocol.previewOutputRecord();
        while (length > 0 && length <= out.remaining()) {
            protocol.readOutput(out.array(), out.arrayOffset() + out.position(), length);
            out.position(out.position() + length);
            length = protocol.previewOutputRecord();
        }
        return length == 0;
    }

    private static void discardOutput(TlsProtocol protocol) {
        byte[] unwanted = new byte[protocol.getAvailableOutputBytes()];
        protocol.readOutput(unwanted, 0, unwanted.length);
    }

    private void establish(Handshake done) {
        HandshakeCipher cipher = done.crypto().lastCipher();
        negotiated = done.callbacks().negotiated();
        if (cipher == null || negotiated == null) {
            throw new IllegalStateException("the handshake is complete, but there is no cipher or session");
        }
        records = new RecordLayer(
                cipher.opener(),
                cipher.sealer(),
                cipher.readSecret(),
                cipher.writeSecret(),
                context.limits(),
                server,
                context.truncationIgnored(),
                context.clock());
        if (inputEnded) {
            records.endOfInput();
        }
        tickets = done.callbacks().startTickets(records, negotiated.session());
        done.callbacks().destroy();
        done.crypto().retireHandshakeKeys();
        handshake = null;
    }

    // ---- records

    @Override
    public TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException {
        try {
            return established().read(in, dst);
        } catch (TlsProtocolException e) {
            if (tickets != null) {
                tickets.connectionFailed();
            }
            throw e;
        }
    }

    @Override
    public TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException {
        return established().write(src, out);
    }

    @Override
    public TlsStatus closeNotify(ByteBuffer out) {
        Handshake current = handshake;
        if (current == null) {
            return established().closeNotify(out);
        }
        // A client that has sent nothing has nothing to close.
        return started || server ? cancel(current, out) : TlsStatus.OK;
    }

    @Override
    public boolean hasReply() {
        RecordLayer current = records;
        return current != null && current.hasReply();
    }

    @Override
    public TlsStatus reply(ByteBuffer out) {
        RecordLayer current = records;
        return current == null ? TlsStatus.OK : current.reply(out);
    }

    @Override
    public void endOfInput() {
        inputEnded = true;
        if (records != null) {
            records.endOfInput();
        }
    }

    @Override
    @SuppressWarnings("exports")
    public io.parktls.wire.@Nullable ClientHello clientHello() {
        Handshake current = handshake;
        return current != null && current.protocol() instanceof ServerHandshake protocol
                ? protocol.clientHello()
                : null;
    }

    @Override
    public void updateKeys(boolean requestPeer) {
        established().updateKeys(requestPeer);
    }

    @Override
    public int pending() {
        return established().pending();
    }

    private RecordLayer established() {
        RecordLayer current = records;
        if (current == null) {
            throw new IllegalStateException("the handshake is not done: call doHandshake() first");
        }
        return current;
    }

    // ---- results

    @Override
    public TlsSession session() {
        return negotiatedOrThrow().session();
    }

    @Override
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        try {
            return negotiatedOrThrow().exporter().export(label, exporterContext, length);
        } catch (IOException e) {
            throw new SSLException("cannot export keying material: " + e.getMessage(), e);
        }
    }

    private Negotiated negotiatedOrThrow() {
        Negotiated current = negotiated;
        if (current == null) {
            throw new IllegalStateException("the handshake is not done: call doHandshake() first");
        }
        return current;
    }

    @Override
    public String state() {
        if (records != null) {
            return "established";
        }
        if (!started) {
            return "not started";
        }
        Handshake current = handshake;
        return (server ? "server" : "client") + " at "
                + (current == null ? "the end" : current.progress().lastStep());
    }

    @Override
    public void destroy() {
        if (records != null) {
            records.destroy();
        }
        if (negotiated != null) {
            negotiated.exporter().destroy();
        }
        if (tickets != null) {
            tickets.destroy();
        }
        if (handshake != null) {
            handshake.callbacks().destroy();
        }
        handshake = null;
    }
}
