package io.parktls.engine.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsProtocolException;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.TlsEngine;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.record.FloodBudget;
import io.parktls.record.RecordFormat;
import io.parktls.wire.ClientHello;
import io.parktls.wire.HandshakeReader;
import java.nio.ByteBuffer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TlsEngine} around any provider's {@link SSLEngine}.
 *
 * <h2>Additions to the SSLEngine</h2>
 *
 * {@link RecordAdmission} checks records before the SSLEngine receives them. An SSLEngine has no method to send a fatal
 * alert; {@link SslEngineOutput#provokeAlert} causes it to send one.
 *
 * <h2>Half-close</h2>
 *
 * After {@link #closeNotify} reading continues to work in TLS 1.2 and 1.3. After the peer's close_notify writing
 * continues to work in TLS 1.3 only: in TLS 1.2 SunJSSE then closes its own direction too, as RFC 5246 7.2.1 requires.
 *
 * <h2>Threads</h2>
 *
 * The reader and the writer share the SSLEngine, which locks its own state while it processes a record, and the flag
 * that a reply is due ({@link SslEngineOutput}).
 */
final class JsseEngine implements TlsEngine {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    /**
     * The most replies that may accumulate in the SSLEngine while the writer cannot send. A peer that sends bulk data
     * may request a KeyUpdate every 64 KB, and may not read for a while. A reply takes some 30 bytes.
     */
    private static final int MAX_PENDING_REPLIES = 512;

    private final SSLEngine ssl;
    private final TlsContext context;
    private final boolean server;
    private final String name;
    private final @Nullable IdentityAdapter identities;
    private final @Nullable DisabledAlgorithms disabled;
    private final ForeignCalls foreignCalls;
    private final RecordAdmission admission;
    private final SslEngineOutput outgoing;
    private final FloodBudget budget;

    // ---- used by the handshake, then by the reader

    /** The unencrypted messages of the handshake; null once the handshake is done. */
    private @Nullable PlaintextHandshake messages;

    private boolean started;
    private boolean inputEnded;
    private boolean closeNotifyReceived;

    /** Decrypted data that did not fit into the reader's buffer; null if there is none. */
    private @Nullable ByteBuffer plaintext;

    /**
     * Limits the records received since the writer last sent the replies, because each of them may have added one.
     * Application data does not replenish this budget, which limits the memory of the replies.
     */
    private final FloodBudget replyBudget;

    // ---- used by the handshake

    /** Whether the last flight must be drained before the handshake may end. */
    private boolean lastFlightPending;

    // ---- shared

    /** The negotiated parameters. Written once, read by any thread. */
    private volatile @Nullable TlsSession session;

    /** The SSLEngine's last status during the handshake, for messages. Read by any thread. */
    private volatile HandshakeStatus lastStatus = HandshakeStatus.NOT_HANDSHAKING;

    /** The first failure. Written by either half, read by any thread. */
    private volatile @Nullable SSLException failure;

    /**
     * Creates an engine.
     *
     * @param ssl the SSLEngine, configured but not begun
     * @param name the name of the provider, for {@link TlsSession#engine()}
     * @param identities the key manager; null if the SSLContext has its own
     * @param disabled the algorithms to check the peer's certificates for, if the SSLContext has its own trust
     *     managers; null if ParkTLS's trust manager checks them
     * @param foreignCalls those of the context
     */
    JsseEngine(
            SSLEngine ssl,
            TlsContext context,
            String name,
            @Nullable IdentityAdapter identities,
            @Nullable DisabledAlgorithms disabled,
            ForeignCalls foreignCalls) {
        this.identities = identities;
        this.disabled = disabled;
        this.ssl = ssl;
        this.context = context;
        this.server = !ssl.getUseClientMode();
        this.name = name;
        HandshakeReader reader = server ? HandshakeReader.server(context.protocols()) : HandshakeReader.client();
        PlaintextHandshake seen =
                new PlaintextHandshake(reader, context.limits().handshakeMessageSize());
        this.messages = seen;
        this.foreignCalls = foreignCalls;
        this.outgoing = new SslEngineOutput(ssl, seen);
        this.budget = new FloodBudget(context.limits().recordsWithoutData(), context.clock());
        this.replyBudget = new FloodBudget(MAX_PENDING_REPLIES, context.clock());
        this.admission = new RecordAdmission(
                server, context.limits(), seen, ssl.getSession().getPacketBufferSize(), this::refused);
    }

    // ---- handshake

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException {
        return handshake(in, out, ForeignCodeBoundary.NONE);
    }

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        if (session != null) {
            // Only the last flight remains to be drained, which calls no foreign code.
            return takeStep(in, out, ForeignCodeBoundary.NONE);
        }
        return foreignCalls.run(server, boundary, inner -> takeStep(in, out, inner));
    }

    private TlsStatus takeStep(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        requireIntact();
        if (closeNotifyReceived) {
            return TlsStatus.CLOSED;
        }
        try {
            if (session == null) {
                TlsStatus status = negotiate(in, out, boundary);
                if (status != TlsStatus.OK) {
                    return status;
                }
                established();
                sendTickets(out);
            }
        } catch (SSLException | RuntimeException e) {
            if (session == null && JsseFailures.isCloseNotify(e)) {
                closeNotifyReceived = true;
                return TlsStatus.CLOSED;
            }
            throw failed(e, out);
        } catch (Error e) {
            throw failedByError(e);
        }
        if (lastFlightPending && out.position() > 0) {
            return TlsStatus.WANT_WRITE;
        }
        lastFlightPending = false;
        return TlsStatus.OK;
    }

    /** Negotiates while the managers, which the SSLEngine calls, have access to the messages and the boundary. */
    private TlsStatus negotiate(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        PlaintextHandshake seen = messages;
        return seen == null ? negotiate(in, out) : new HandshakeStep(seen, boundary).run(() -> negotiate(in, out));
    }

    private TlsStatus negotiate(ByteBuffer in, ByteBuffer out) throws SSLException {
        if (!started) {
            started = true;
            ssl.beginHandshake();
        }
        HandshakeStatus status = ssl.getHandshakeStatus();
        for (int idle = 0; idle < SslEngineOutput.IDLE_TURNS; ) {
            int before = in.position() - out.position();
            HandshakeStatus was = status;
            lastStatus = status;
            switch (status) {
                case NEED_TASK -> status = runTasks();
                case NEED_WRAP -> {
                    SSLEngineResult result = outgoing.wrap(NO_DATA, out);
                    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                        // Session tickets that do not fit need not delay the handshake's completion.
                        return isNegotiated() ? TlsStatus.OK : TlsStatus.WANT_WRITE;
                    }
                    status = result.getHandshakeStatus();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    int length = admission.admit(in);
                    if (admission.isCloseNotifyReceived()) {
                        return answerCloseNotify(out);
                    }
                    if (length == 0) {
                        return inputNeeded(in);
                    }
                    status = unwrap(in, NO_DATA, length).getHandshakeStatus();
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return TlsStatus.OK;
                }
            }
            idle = status == was && in.position() - out.position() == before ? idle + 1 : 0;
        }
        throw new TlsHandshakeException("no progress: the SSLEngine remains at " + status, null, null);
    }

    /**
     * Answers a close_notify during the handshake (RFC 5246 7.2.1, RFC 8446 6.1). Called only for an unencrypted
     * close_notify. For an encrypted one SunJSSE ends the handshake with unexpected_message, which is not sent.
     */
    private TlsStatus answerCloseNotify(ByteBuffer out) throws SSLException {
        closeNotifyReceived = true;
        if (isUnencrypted()) {
            outgoing.queueUnencryptedAlert(TlsAlert.CLOSE_NOTIFY);
        } else {
            ssl.closeOutbound();
        }
        // The answer is omitted if there is no room, because the peer has abandoned the handshake.
        reply(out);
        return TlsStatus.CLOSED;
    }

    /** Returns whether a TLS 1.3 server has completed the handshake and at most session tickets remain to be sent. */
    private boolean isNegotiated() {
        return server
                && ssl.getHandshakeSession() == null
                && ssl.getSession().getProtocol().equals(TlsVersion.TLS_1_3.standardName());
    }

    private void established() throws SSLException {
        SSLSession negotiated = ssl.getSession();
        TlsVersion protocol = TlsVersion.of(negotiated.getProtocol());
        TlsSession described =
                SessionDescription.of(ssl, name, messages == null ? HandshakeReader.client() : messages.reader());
        if (disabled != null) {
            requireEnabled(disabled, described);
        }
        session = described;
        messages = null;
        admission.established(protocol, negotiated.getPacketBufferSize());
        outgoing.established();
        // A TLS 1.3 server has received the client's Finished, so only session tickets may remain to be sent.
        lastFlightPending = !(server && protocol == TlsVersion.TLS_1_3);
    }

    private void requireEnabled(DisabledAlgorithms rules, TlsSession described) throws SSLException {
        try {
            rules.check(described.peerCertificates(), !server);
        } catch (TlsPeerUnverifiedException e) {
            throw new TlsPeerUnverifiedException(String.valueOf(e.getMessage()), alert(TlsAlert.BAD_CERTIFICATE), e);
        }
    }

    private void sendTickets(ByteBuffer out) throws SSLException {
        if (outgoing.wantsToWrap()) {
            reply(out);
        }
    }

    private HandshakeStatus runTasks() {
        for (Runnable task = ssl.getDelegatedTask(); task != null; task = ssl.getDelegatedTask()) {
            task.run();
        }
        return ssl.getHandshakeStatus();
    }

    // ---- records in

    @Override
    public TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException {
        if (plaintext != null) {
            deliver(plaintext, dst);
            return TlsStatus.OK;
        }
        if (closeNotifyReceived) {
            return TlsStatus.CLOSED;
        }
        requireIntact();
        try {
            for (; ; ) {
                int length = admission.admit(in);
                if (length == 0) {
                    return inputNeeded(in);
                }
                SSLEngineResult result = decrypt(in, dst, length);
                handleEffects(result);
                if (result.bytesProduced() > 0) {
                    budget.replenish();
                    return TlsStatus.OK;
                }
                if (closeNotifyReceived) {
                    return TlsStatus.CLOSED;
                }
                if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                    return inputNeeded(in);
                }
                charge(length - RecordFormat.HEADER);
            }
        } catch (SSLException | RuntimeException e) {
            throw failed(e, null);
        }
    }

    /** Decrypts one record into {@code dst}, or into {@link #plaintext} if {@code dst} has too little room. */
    private SSLEngineResult decrypt(ByteBuffer in, ByteBuffer dst, int length) throws SSLException {
        SSLEngineResult result = unwrap(in, dst, length);
        if (result.getStatus() != Status.BUFFER_OVERFLOW) {
            return result;
        }
        ByteBuffer temporary = ByteBuffer.allocate(length);
        result = unwrap(in, temporary, length);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            temporary = ByteBuffer.allocate(Math.max(length, ssl.getSession().getApplicationBufferSize()));
            result = unwrap(in, temporary, length);
        }
        if (result.bytesProduced() > 0) {
            deliver(temporary.flip(), dst);
        }
        return result;
    }

    private void deliver(ByteBuffer from, ByteBuffer dst) {
        int n = Math.min(from.remaining(), dst.remaining());
        dst.put(dst.position(), from, from.position(), n).position(dst.position() + n);
        from.position(from.position() + n);
        plaintext = from.hasRemaining() ? from : null;
    }

    private SSLEngineResult unwrap(ByteBuffer in, ByteBuffer dst, int length) throws SSLException {
        if (messages != null) {
            check(messages, in);
            requireIdentity(messages);
        }
        SSLEngineResult result = ssl.unwrap(in, dst);
        if (result.getStatus() == Status.CLOSED) {
            // If the SSLEngine consumed this record, it is close_notify. Otherwise the other half has failed and closed
            // the SSLEngine.
            if (result.bytesConsumed() < length) {
                throw new TlsProtocolException("the connection has failed", null, failure);
            }
            closeNotifyReceived = true;
        }
        return result;
    }

    /** Passes an unencrypted record to ParkTLS's own reader before the SSLEngine processes it. */
    private void check(PlaintextHandshake plaintextHandshake, ByteBuffer in) throws SSLException {
        try {
            plaintextHandshake.received(in);
        } catch (TlsHandshakeException e) {
            throw refused(e.alert().orElse(TlsAlert.INTERNAL_ERROR), String.valueOf(e.getMessage()));
        }
    }

    /**
     * TLS 1.3: a client that can verify none of the server's certificates receives an alert instead of a ServerHello
     * (RFC 8446 4.1.1). The SSLEngine would look for a certificate only after the ServerHello.
     */
    private void requireIdentity(PlaintextHandshake seen) throws SSLException {
        if (!server || identities == null || !seen.isWriteUnencrypted()) {
            return;
        }
        PeerRequest request = seen.clientRequest();
        if (request == null) {
            return;
        }
        boolean is13 = request.offersTls13() && context.protocols().contains(TlsVersion.TLS_1_3);
        String obstacle =
                is13 && !request.resumes() && request.signatureSchemes() != null ? identities.obstacle(seen) : null;
        if (obstacle != null) {
            throw refused(TlsAlert.HANDSHAKE_FAILURE, obstacle);
        }
    }

    /** Handles the effects of a record: the SSLEngine may have to run a task or send a reply. */
    private void handleEffects(SSLEngineResult result) throws SSLException {
        HandshakeStatus status = result.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            status = runTasks();
        }
        if (!outgoing.isReplyDue()) {
            replyBudget.replenish();
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            outgoing.replyDue();
            if (result.bytesProduced() > 0) {
                // Application data requires no reply. Either the SSLEngine has reached its limit for the peer's key and
                // requests a new one, or an earlier reply is still pending; the two cannot be distinguished.
                budget.updateRequested();
            } else if (!replyBudget.spend(FloodBudget.RECORD)) {
                throw refused(
                        TlsAlert.UNEXPECTED_MESSAGE,
                        "too many records that require a reply while none can be sent: more than "
                                + MAX_PENDING_REPLIES);
            }
        }
    }

    /**
     * Charges the peer for a record without application data. Only the SSLEngine can identify its content. A long
     * record received by a client is assumed to contain session tickets. It is also unknown whether a KeyUpdate is an
     * answer or a request, so a record is credited as the answer to one of the SSLEngine's own requests only once the
     * budget is used up: while the peer sends bulk data, these requests are made one at a time.
     */
    private void charge(int fragment) throws SSLException {
        boolean tls13 = session().protocol() == TlsVersion.TLS_1_3;
        int cost = tls13 && !server ? FloodBudget.costOfTickets(0, fragment) : FloodBudget.RECORD;
        if (!budget.spend(cost) && !(tls13 && budget.takeAnswerDue())) {
            throw refused(
                    TlsAlert.UNEXPECTED_MESSAGE,
                    "too many records without application data: more than "
                            + context.limits().recordsWithoutData()
                            + " in a row, beyond what the data sent to the peer and the time passed allow");
        }
    }

    private TlsStatus inputNeeded(ByteBuffer in) throws SSLException {
        if (!inputEnded) {
            return TlsStatus.WANT_READ;
        }
        if (context.truncationIgnored()) {
            return TlsStatus.CLOSED;
        }
        String where = session == null
                ? "in mid-handshake"
                : in.hasRemaining() ? "in the middle of a record" : "without close_notify";
        TlsAlert alert = alert(TlsAlert.DECODE_ERROR);
        throw new TlsTruncatedException("the stream ended " + where, alert, null);
    }

    @Override
    public void endOfInput() {
        inputEnded = true;
    }

    @Override
    public int pending() {
        return plaintext == null ? 0 : plaintext.remaining();
    }

    // ---- records out

    @Override
    public TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException {
        requireIntact();
        try {
            for (int idle = 0; idle < SslEngineOutput.IDLE_TURNS; idle++) {
                if (outgoing.isReplyDue() && reply(out) != TlsStatus.OK) {
                    return TlsStatus.WANT_WRITE;
                }
                if (!src.hasRemaining()) {
                    return TlsStatus.OK;
                }
                SSLEngineResult result = outgoing.wrap(src, out);
                switch (result.getStatus()) {
                    case BUFFER_OVERFLOW -> {
                        return TlsStatus.WANT_WRITE;
                    }
                    case CLOSED ->
                        throw new TlsProtocolException(
                                "cannot write: the peer closed the connection, which in TLS 1.2 closes both directions",
                                null,
                                null);
                    default -> {}
                }
                if (result.bytesConsumed() > 0) {
                    budget.sentData();
                    replyBudget.sentData();
                }
                // This record made a KeyUpdate due. It may be sent with the next data, but need not wait for it.
                if (result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                    outgoing.replyDue();
                    budget.updateRequested();
                }
                if (result.bytesConsumed() + result.bytesProduced() > 0) {
                    idle = 0;
                }
            }
            throw new TlsProtocolException("no progress: the SSLEngine neither consumes nor produces data", null, null);
        } catch (SSLException | RuntimeException e) {
            throw failed(e, out);
        }
    }

    @Override
    public TlsStatus closeNotify(ByteBuffer out) throws SSLException {
        try {
            ssl.closeOutbound();
            return reply(out);
        } catch (SSLException | RuntimeException e) {
            throw failed(e, out);
        }
    }

    @Override
    public boolean hasReply() {
        return outgoing.isReplyDue();
    }

    @Override
    public TlsStatus reply(ByteBuffer out) throws SSLException {
        try {
            return outgoing.reply(out);
        } catch (SSLException | RuntimeException e) {
            if (failure != null) {
                // The first failure is the one that is reported, and only its alert could be sent.
                return TlsStatus.OK;
            }
            throw failed(e, out);
        }
    }

    // ---- failures

    private void requireIntact() throws SSLException {
        SSLException first = failure;
        if (first != null) {
            throw first;
        }
    }

    /**
     * Returns the exception for a message that the SSLEngine would accept but that must end the connection, and queues
     * the alert.
     */
    private SSLException refused(TlsAlert wanted, String what) {
        TlsAlert alert = alert(wanted);
        return session == null
                ? new TlsHandshakeException(what, alert, null)
                : new TlsProtocolException(what, alert, null);
    }

    /**
     * Queues a fatal alert. An unencrypted alert is written here; once the SSLEngine encrypts, only the SSLEngine can
     * send one.
     *
     * @return the alert that will be sent; null if none will be
     */
    private @Nullable TlsAlert alert(TlsAlert wanted) {
        if (!isUnencrypted()) {
            return outgoing.provokeAlert();
        }
        outgoing.queueUnencryptedAlert(wanted);
        return wanted;
    }

    /** Returns whether this end does not encrypt yet, as far as the messages show. */
    private boolean isUnencrypted() {
        return messages != null && messages.isWriteUnencrypted();
    }

    /**
     * Keeps an Error of a manager, a key or the provider as the failure of this handshake, which ends only this
     * connection. The SSLEngine propagates it without an alert and may contain a part of a flight, which is not sent if
     * nothing was sent before.
     */
    private SSLException failedByError(Error e) {
        TlsAlert alert = alert(TlsAlert.INTERNAL_ERROR);
        SSLException first = failure;
        if (first == null) {
            first = new TlsHandshakeException("the SSLEngine failed: " + e, alert, e);
            failure = first;
        }
        return first;
    }

    /**
     * Keeps the first failure.
     *
     * @param out receives the alert, if the SSLEngine has queued one
     */
    private SSLException failed(Exception e, @Nullable ByteBuffer out) {
        SSLException first = failure;
        if (first != null) {
            return first;
        }
        boolean sends = outgoing.wantsToWrap();
        TlsAlert sent = null;
        if (sends && out != null && out.remaining() >= admission.longestRecord()) {
            sent = outgoing.wrapAlert(out);
        } else if (sends) {
            outgoing.replyDue();
        }
        SSLException typed = withReason(JsseFailures.of(e, session != null, sent, sends));
        failure = typed;
        return typed;
    }

    /** Adds the reason that the provider leaves out: that no certificate suits the client. */
    private SSLException withReason(SSLException e) {
        PlaintextHandshake seen = messages;
        if (!server || seen == null || identities == null || !(e instanceof TlsHandshakeException typed)) {
            return e;
        }
        boolean unexplained = !typed.isAlertReceived()
                && typed.alert().filter(TlsAlert.HANDSHAKE_FAILURE::equals).isPresent();
        String obstacle = unexplained ? identities.obstacle(seen) : null;
        String message = String.valueOf(e.getMessage());
        return obstacle == null || message.contains(obstacle)
                ? e
                : new TlsHandshakeException(message + ": " + obstacle, TlsAlert.HANDSHAKE_FAILURE, e.getCause());
    }

    // ---- state

    @Override
    @SuppressWarnings("exports")
    public @Nullable ClientHello clientHello() {
        PlaintextHandshake seen = messages;
        return seen == null ? null : seen.clientHello();
    }

    @Override
    public void updateKeys(boolean requestPeer) {
        if (session().protocol() != TlsVersion.TLS_1_3) {
            throw new IllegalStateException("KeyUpdate needs TLS 1.3");
        }
        throw new UnsupportedOperationException(
                "an SSLEngine updates keys by its own judgement (security property jdk.tls.keyLimits), not on request");
    }

    @Override
    public TlsSession session() {
        TlsSession negotiated = session;
        if (negotiated == null) {
            throw new IllegalStateException("the handshake is not done: call doHandshake() first");
        }
        return negotiated;
    }

    @Override
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        session();
        if (!(ssl.getSession() instanceof ExtendedSSLSession extended)) {
            throw new SSLException("the sessions of this JSSE provider do not export keying material");
        }
        try {
            return extended.exportKeyingMaterialData(label, exporterContext, length);
        } catch (UnsupportedOperationException e) {
            throw new SSLException("the sessions of this JSSE provider do not export keying material", e);
        } catch (IllegalArgumentException e) {
            // SunJSSE limits the context to 255 bytes in TLS 1.3, although only its hash is used (RFC 8446 7.5).
            int contextLength = exporterContext == null ? 0 : exporterContext.length;
            throw new IllegalArgumentException(
                    "this JSSE provider does not export " + length + " bytes for an exporter context of "
                            + contextLength + " bytes: " + e.getMessage(),
                    e);
        }
    }

    /** The state is not read from the SSLEngine, because that would block while one of its tasks waits. */
    @Override
    public String state() {
        return lastStatus.name();
    }

    /**
     * JSSE cannot erase keys. They are discarded with the SSLEngine, which is closed so that it releases its ciphers.
     */
    @Override
    public void destroy() {
        plaintext = null;
        ssl.closeOutbound();
        try {
            ssl.closeInbound();
        } catch (SSLException e) {
            // The peer has not sent close_notify. The reader has already reported that, if it matters.
        }
    }
}
