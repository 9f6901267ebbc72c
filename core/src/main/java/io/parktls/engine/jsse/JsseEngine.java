package io.parktls.engine.jsse;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsProtocolException;
import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import io.parktls.engine.FirstBytes;
import io.parktls.engine.TlsEngine;
import io.parktls.record.RecordFormat;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A {@link TlsEngine} around any provider's {@link SSLEngine}.
 *
 * <h2>What the SSLEngine does not do itself</h2>
 *
 * Records are looked at before it sees them ({@link #admit}): another protocol, records too long, floods of records
 * without data and renegotiation are refused here. It has no call to send a fatal alert; see {@link #refuse} for how it is
 * brought to send one nevertheless.
 *
 * <h2>Half-close</h2>
 *
 * After {@link #closeNotify} reading goes on to work in TLS 1.2 and 1.3. After the peer's close_notify writing goes on to
 * work in TLS 1.3 only: in TLS 1.2 SunJSSE then closes its own direction too, as RFC 5246 7.2.1 asks for.
 *
 * <h2>Threads</h2>
 *
 * Reader and writer share the SSLEngine, which locks its own state for the time of a record, and {@link #reply}. A thread
 * that wraps clears that flag <em>before</em> it wraps, and a thread that unwraps sets it <em>after</em>; so it may be set
 * without need, but is never lost.
 */
final class JsseEngine implements TlsEngine {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private static final int HEADER = RecordFormat.HEADER;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;

    /** As many warnings in a row as libssl lets pass in a handshake. */
    private static final int MAX_WARNINGS = 4;

    /** Turns without a byte moved or a state changed, before the SSLEngine is taken for broken. */
    private static final int IDLE_TURNS = 8;

    /** A header that announces more than any record may hold (RFC 8446 5.2). */
    private static final byte[] IMPOSSIBLE = {HANDSHAKE, 3, 3, (byte) 0xFF, (byte) 0xFF};

    private final SSLEngine ssl;
    private final TlsContext context;
    private final boolean server;
    private final String name;

    // ---- the reader's; the handshake's before that

    /** Null once the handshake is done. */
    private @Nullable HelloReader hello = new HelloReader();

    /** The longest record, header included, that the SSLEngine takes without asking for larger buffers. */
    private int longestRecord;

    private boolean started;
    private boolean firstRecordSeen;
    private boolean ended;
    private boolean closeNotifyReceived;

    /** Decrypted data that did not fit where it was wanted; null if there is none. */
    private @Nullable ByteBuffer plaintext;

    private int recordsWithoutData;

    /** Warnings in a row, before the handshake is done. */
    private int warnings;

    /** Records taken in since the writer last sent the replies, each of which may have added one. */
    private int unanswered;

    // ---- the handshake's

    /** Whether anything was put out: a server writes in the clear until then. */
    private boolean spoken;

    /** A client's change_cipher_spec that waits for the flight it belongs to. */
    private byte @Nullable [] heldBack;

    /** Whether the last flight has to be drained before the handshake may end. */
    private boolean lastFlightPending;

    // ---- shared

    /** What was negotiated; written once. */
    private volatile @Nullable TlsSession session;

    /** The first failure, of either half. */
    private volatile @Nullable SSLException failure;

    /** Whether there is something to put out that the writer does not know of. */
    private volatile boolean reply;

    /** An alert that is ours to send, in the clear; written before {@link #reply} is set. */
    private @Nullable TlsAlert ownAlert;

    /**
     * @param ssl set up, not begun
     * @param name of the provider, for {@link TlsSession#engine()}
     */
    JsseEngine(SSLEngine ssl, TlsContext context, String name) {
        this.ssl = ssl;
        this.context = context;
        this.server = !ssl.getUseClientMode();
        this.name = name;
        this.longestRecord = ssl.getSession().getPacketBufferSize();
    }

    // ---- handshake

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException {
        requireIntact();
        if (closeNotifyReceived) {
            return TlsStatus.CLOSED;
        }
        try {
            if (session == null) {
                TlsStatus status = negotiate(in, out);
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
        }
        if (lastFlightPending && out.position() > 0) {
            return TlsStatus.WANT_WRITE;
        }
        lastFlightPending = false;
        return TlsStatus.OK;
    }

    private TlsStatus negotiate(ByteBuffer in, ByteBuffer out) throws SSLException {
        if (!started) {
            started = true;
            ssl.beginHandshake();
        }
        HandshakeStatus status = ssl.getHandshakeStatus();
        for (int idle = 0; idle < IDLE_TURNS; ) {
            int before = in.position() - out.position();
            HandshakeStatus was = status;
            switch (status) {
                case NEED_TASK -> status = runTasks();
                case NEED_WRAP -> {
                    SSLEngineResult result = wrap(NO_DATA, out);
                    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                        // Session tickets that do not fit any more are no reason to keep the caller.
                        return isNegotiated() ? TlsStatus.OK : TlsStatus.WANT_WRITE;
                    }
                    status = result.getHandshakeStatus();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    int length = admit(in);
                    if (length == 0) {
                        return starved(in);
                    }
                    status = unwrap(in, NO_DATA, length).getHandshakeStatus();
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return TlsStatus.OK;
                }
            }
            idle = status == was && in.position() - out.position() == before ? idle + 1 : 0;
        }
        throw new TlsHandshakeException("no progress: the SSLEngine stays at " + status, null, null);
    }

    /** Whether the SSLEngine has left the handshake behind, whatever it may still want to send. */
    private boolean isNegotiated() {
        return server
                && ssl.getHandshakeSession() == null
                && ssl.getSession().getProtocol().equals(TlsVersion.TLS_1_3.standardName());
    }

    private void established() throws SSLException {
        SSLSession negotiated = ssl.getSession();
        TlsVersion protocol = TlsVersion.of(negotiated.getProtocol());
        session = describe(negotiated, protocol);
        hello = null;
        longestRecord = negotiated.getPacketBufferSize();
        recordsWithoutData = 0;
        // A TLS 1.3 server has heard the client's Finished: all that it may still have to send is session tickets.
        lastFlightPending = !(server && protocol == TlsVersion.TLS_1_3);
    }

    private void sendTickets(ByteBuffer out) throws SSLException {
        if (ssl.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
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
                int length = admit(in);
                if (length == 0) {
                    return starved(in);
                }
                SSLEngineResult result = decrypt(in, dst, length);
                note(result);
                if (result.bytesProduced() > 0) {
                    recordsWithoutData = 0;
                    return TlsStatus.OK;
                }
                if (closeNotifyReceived) {
                    return TlsStatus.CLOSED;
                }
                if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
                    return starved(in);
                }
            }
        } catch (SSLException | RuntimeException e) {
            throw failed(e, null);
        }
    }

    /** Decrypts one record straight into {@code dst}, or by way of {@link #plaintext} if that has too little room. */
    private SSLEngineResult decrypt(ByteBuffer in, ByteBuffer dst, int length) throws SSLException {
        SSLEngineResult result = unwrap(in, dst, length);
        if (result.getStatus() != Status.BUFFER_OVERFLOW) {
            return result;
        }
        ByteBuffer aside = ByteBuffer.allocate(length);
        result = unwrap(in, aside, length);
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            aside = ByteBuffer.allocate(Math.max(length, ssl.getSession().getApplicationBufferSize()));
            result = unwrap(in, aside, length);
        }
        if (result.bytesProduced() > 0) {
            deliver(aside.flip(), dst);
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
        if (hello != null) {
            hello.see(in, in.position());
        }
        SSLEngineResult result = ssl.unwrap(in, dst);
        if (result.getStatus() == Status.CLOSED) {
            // Consumed now: it is close_notify. Otherwise the other half has failed and shut the SSLEngine.
            if (result.bytesConsumed() < length) {
                throw new TlsProtocolException("the connection has failed", null, failure);
            }
            closeNotifyReceived = true;
        }
        return result;
    }

    /** Takes notice of a record that may call for a reply or a task, and of floods. */
    private void note(SSLEngineResult result) throws SSLException {
        HandshakeStatus status = result.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            status = runTasks();
        }
        if (!reply) {
            unanswered = 0;
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            reply = true;
            // Replies queue up in the SSLEngine while the writer is stuck.
            if (result.bytesProduced() == 0 && ++unanswered > context.limits().recordsWithoutData()) {
                refuse(TlsAlert.UNEXPECTED_MESSAGE, unanswered + " records ask for replies while none can be sent");
            }
        }
    }

    /**
     * Judges the next record by its header.
     *
     * @return its length, header included; 0 if it is not here as a whole
     */
    private int admit(ByteBuffer in) throws SSLException {
        for (; ; ) {
            if (in.remaining() < HEADER) {
                return 0;
            }
            int at = in.position();
            int type = in.get(at);
            int fragment = in.getShort(at + 3) & 0xFFFF;
            if (!firstRecordSeen) {
                admitFirst(in, type);
            }
            if (HEADER + fragment > longestRecord) {
                refuse(TlsAlert.RECORD_OVERFLOW, "a record of " + fragment + " bytes");
            }
            if (in.remaining() < HEADER + fragment) {
                return 0;
            }
            TlsSession negotiated = session;
            if (negotiated != null) {
                if (type == HANDSHAKE && negotiated.protocol() == TlsVersion.TLS_1_2) {
                    refuse(TlsAlert.NO_RENEGOTIATION, "the peer wants to renegotiate, which is not done here");
                }
                count();
                return HEADER + fragment;
            }
            firstRecordSeen = true;
            if (type != ALERT) {
                recordsWithoutData = 0;
                warnings = 0;
                return HEADER + fragment;
            }
            count();
            if (!isIgnorable(in, at, fragment)) {
                return HEADER + fragment;
            }
            if (++warnings > MAX_WARNINGS) {
                refuse(TlsAlert.UNEXPECTED_MESSAGE, "too many warning alerts");
            }
            in.position(at + HEADER + fragment);
        }
    }

    private void count() throws SSLException {
        if (++recordsWithoutData > context.limits().recordsWithoutData()) {
            refuse(TlsAlert.UNEXPECTED_MESSAGE, (recordsWithoutData - 1) + " records in a row without data");
        }
    }

    /** The very first record: of what may be no TLS at all, or a ClientHello without end. */
    private void admitFirst(ByteBuffer in, int type) throws SSLException {
        FirstBytes.check(in);
        if (type != HANDSHAKE && (server || type != ALERT)) {
            refuse(TlsAlert.UNEXPECTED_MESSAGE, "a handshake cannot start with a record of type " + type);
        }
        int at = in.position() + HEADER;
        if (server && in.limit() >= at + 4 && in.get(at) == CLIENT_HELLO) {
            int length = in.getInt(at) & 0xFFFFFF;
            if (length > context.limits().clientHelloSize()) {
                refuse(TlsAlert.ILLEGAL_PARAMETER, "a ClientHello of " + length + " bytes");
            }
        }
    }

    /**
     * Warnings in the clear mean nothing (RFC 8446 6, libssl passes over them), but SunJSSE would end the handshake at an
     * unrecognized_name.
     */
    private static boolean isIgnorable(ByteBuffer in, int at, int fragment) {
        if (fragment != 2 || in.get(at + HEADER) != TlsAlert.LEVEL_WARNING) {
            return false;
        }
        int code = in.get(at + HEADER + 1);
        return code != TlsAlert.CLOSE_NOTIFY.code() && code != TlsAlert.NO_RENEGOTIATION.code();
    }

    private TlsStatus starved(ByteBuffer in) throws SSLException {
        if (!ended) {
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
        ended = true;
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
            for (int idle = 0; idle < IDLE_TURNS; idle++) {
                if (reply && reply(out) != TlsStatus.OK) {
                    return TlsStatus.WANT_WRITE;
                }
                if (!src.hasRemaining()) {
                    return TlsStatus.OK;
                }
                SSLEngineResult result = wrap(src, out);
                switch (result.getStatus()) {
                    case BUFFER_OVERFLOW -> {
                        return TlsStatus.WANT_WRITE;
                    }
                    case CLOSED ->
                        throw new TlsProtocolException(
                                "nothing more can be written: the peer closed the connection, in TLS 1.2 for both directions",
                                null,
                                null);
                    default -> {}
                }
                // A KeyUpdate that fell due by this record: it may go out with the next data, but need not wait for it.
                reply |= result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
                if (result.bytesConsumed() + result.bytesProduced() > 0) {
                    idle = 0;
                }
            }
            throw new TlsProtocolException("no progress: the SSLEngine does not wrap", null, null);
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
        return reply;
    }

    @Override
    public TlsStatus reply(ByteBuffer out) throws SSLException {
        reply = false;
        if (ownAlert != null) {
            if (out.remaining() < HEADER + 2) {
                reply = true;
                return TlsStatus.WANT_WRITE;
            }
            RecordFormat.putPlaintextAlert(ownAlert, out);
            ownAlert = null;
            return TlsStatus.OK;
        }
        try {
            SSLEngineResult result;
            do {
                result = wrap(NO_DATA, out);
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    reply = true;
                    return TlsStatus.WANT_WRITE;
                }
            } while (result.bytesProduced() > 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
            return TlsStatus.OK;
        } catch (SSLException | RuntimeException e) {
            if (failure != null) {
                // The first failure is the one that matters, and its alert is all that could go out.
                return TlsStatus.OK;
            }
            throw failed(e, out);
        }
    }

    private SSLEngineResult wrap(ByteBuffer src, ByteBuffer out) throws SSLException {
        int from = out.position();
        if (heldBack != null && out.remaining() >= heldBack.length) {
            out.put(heldBack);
        }
        int at = out.position();
        SSLEngineResult result = ssl.wrap(src, out);
        if (result.bytesProduced() == 0) {
            out.position(from);
            return result;
        }
        heldBack = null;
        spoken = true;
        if (hello != null) {
            hello.see(out, at);
            holdBack(result, out, at);
        }
        return result;
    }

    /**
     * In the middle of the server's flight SunJSSE's client puts out the change_cipher_spec that TLS 1.3 keeps for the look
     * of it (RFC 8446 D.4). Sent at once, it would be a write of its own; and over narrow pipes it would have both ends
     * wait for room. So it goes out with the rest of the client's flight.
     */
    private void holdBack(SSLEngineResult result, ByteBuffer out, int at) {
        boolean more = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        if (!server && !more && out.get(at) == RecordFormat.CHANGE_CIPHER_SPEC) {
            byte[] record = new byte[out.position() - at];
            out.get(at, record).position(at);
            heldBack = record;
        }
    }

    // ---- failures

    private void requireIntact() throws SSLException {
        SSLException first = failure;
        if (first != null) {
            throw first;
        }
    }

    /** Ends the connection for what the peer sent, though the SSLEngine would accept it. */
    private void refuse(TlsAlert wanted, String what) throws SSLException {
        TlsAlert alert = alert(wanted);
        throw session == null
                ? new TlsHandshakeException(what, alert, null)
                : new TlsProtocolException(what, alert, null);
    }

    /**
     * Queues a fatal alert. What goes out in the clear is written here. Once the SSLEngine has keys, only it can send one,
     * and it has no call for that: it is shown a record that nobody can send, and sends what it deems right, which is
     * unexpected_message in SunJSSE.
     *
     * @return the alert that will go out, null if none
     */
    private @Nullable TlsAlert alert(TlsAlert wanted) {
        if (session == null && !(server ? spoken : firstRecordSeen)) {
            ownAlert = wanted;
            reply = true;
            return wanted;
        }
        try {
            ssl.unwrap(ByteBuffer.wrap(IMPOSSIBLE.clone()), NO_DATA);
            return null;
        } catch (SSLException | RuntimeException e) {
            reply = ssl.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
            return reply ? JsseFailures.alertSentFor(e) : null;
        }
    }

    /**
     * Keeps the first failure.
     *
     * @param out takes the alert, if it is known already
     */
    private SSLException failed(Exception e, @Nullable ByteBuffer out) {
        SSLException first = failure;
        if (first != null) {
            return first;
        }
        boolean sends = ssl.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        TlsAlert sent = null;
        if (sends && out != null && out.remaining() >= longestRecord) {
            sent = wrapAlert(out);
        } else if (sends) {
            reply = true;
        }
        SSLException typed = JsseFailures.of(e, session != null, sent, sends);
        failure = typed;
        return typed;
    }

    /** Puts the SSLEngine's last words into {@code out}. The alert among them is returned if it can be read. */
    private @Nullable TlsAlert wrapAlert(ByteBuffer out) {
        int from = out.position();
        try {
            for (int i = 0; i < IDLE_TURNS && ssl.getHandshakeStatus() == HandshakeStatus.NEED_WRAP; i++) {
                ssl.wrap(NO_DATA, out);
            }
        } catch (SSLException | RuntimeException e) {
            // It is broken already: nothing more goes out.
        }
        for (int at = from; at < out.position(); at += HEADER + (out.getShort(at + 3) & 0xFFFF)) {
            boolean plain = out.get(at) == ALERT && out.getShort(at + 3) == 2;
            if (plain && out.get(at + HEADER) == TlsAlert.LEVEL_FATAL) {
                return TlsAlert.of(out.get(at + HEADER + 1) & 0xFF).orElse(null);
            }
        }
        return null;
    }

    // ---- state

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
            throw new IllegalStateException("the handshake is not done");
        }
        return negotiated;
    }

    private TlsSession describe(SSLSession negotiated, TlsVersion protocol) {
        String chosen = ssl.getApplicationProtocol();
        HelloReader seen = hello == null ? new HelloReader() : hello;
        return new TlsSession(
                name,
                server,
                protocol,
                CipherSuite.of(negotiated.getCipherSuite()),
                seen.group(),
                seen.scheme(),
                chosen == null || chosen.isEmpty() ? null : AlpnNames.fromJsse(chosen),
                negotiated instanceof ExtendedSSLSession extended ? IdentityAdapter.serverName(extended) : null,
                peerCertificates(negotiated),
                x509(negotiated.getLocalCertificates()),
                seen.isResumed());
    }

    private static List<X509Certificate> peerCertificates(SSLSession negotiated) {
        try {
            return x509(negotiated.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private static List<X509Certificate> x509(Certificate @Nullable [] chain) {
        return chain == null
                ? List.of()
                : Arrays.stream(chain).map(X509Certificate.class::cast).toList();
    }

    @Override
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        session();
        if (!(ssl.getSession() instanceof ExtendedSSLSession extended)) {
            throw new SSLException("this provider's sessions export no keying material");
        }
        try {
            return extended.exportKeyingMaterialData(label, exporterContext, length);
        } catch (UnsupportedOperationException e) {
            throw new SSLException("this provider's sessions export no keying material", e);
        }
    }

    @Override
    public String state() {
        return ssl.getHandshakeStatus().name();
    }

    /** JSSE cannot wipe keys: they go with the SSLEngine, which is closed here so that it drops its ciphers. */
    @Override
    public void destroy() {
        plaintext = null;
        ssl.closeOutbound();
        try {
            ssl.closeInbound();
        } catch (SSLException e) {
            // No close_notify has come: whoever wanted to know that was told by read.
        }
    }
}
