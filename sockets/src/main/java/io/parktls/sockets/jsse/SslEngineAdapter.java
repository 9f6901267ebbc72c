package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.engine.ExporterArguments;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngine;
import io.parktls.pki.HostNames;
import io.parktls.sockets.jsse.EngineRecords.Transfer;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Adapts a {@link TlsEngine} to {@code SSLEngine}. The {@link EngineHandshake} comes first, then the
 * {@link EngineRecords}.
 *
 * <pre>
 *   created --begin--&gt; EngineHandshake --FINISHED--&gt; records --closeOutbound, wrap--&gt; outbound done
 *                            |                          |----close_notify received---&gt; inbound done
 *                            v                          v
 *                      failed or closed: wrap returns the alert, then both directions are done
 * </pre>
 *
 * <p><b>Threads.</b> One thread may wrap while another unwraps, and neither waits for the other. The two share the
 * handshake, whose lock is held briefly, and the engine's queue of replies. Tasks run without locks.
 */
final class SslEngineAdapter extends NegotiableEngine {
    /** As in SunJSSE: whether TLS 1.3 answers a close_notify with a close_notify, as TLS 1.2 does. */
    private static final boolean ACKNOWLEDGE_CLOSE = Boolean.getBoolean("jdk.tls.acknowledgeCloseNotify");

    private final ReentrantLock beginning = new ReentrantLock();

    /** Held by {@code wrap}. Taken before {@link #unwrapping}. */
    private final ReentrantLock wrapping = new ReentrantLock();

    /** Held by {@code unwrap}. */
    private final ReentrantLock unwrapping = new ReentrantLock();

    /** Null until the handshake begins. Written once, guarded by {@link #beginning}. */
    private volatile @Nullable EngineHandshake handshake;

    /** Null until the handshake begins. Written before {@link #handshake}. */
    private volatile @Nullable SslSessionAdapter session;

    /** The session without a suite, which applies until the handshake is done; null until it is asked for. */
    private final AtomicReference<@Nullable SslSessionAdapter> noSession = new AtomicReference<>();

    /** Null until the handshake is done. Written before it is established. */
    private volatile @Nullable EngineRecords records;

    /** Whether nothing more is received. Writes are guarded by {@link #unwrapping}. */
    private volatile boolean inboundDone;

    private volatile boolean closeNotifyReceived;

    /** Whether nothing more may be sent than an alert or close_notify. */
    private volatile boolean outboundClosed;

    /** Whether the last record was taken by {@code wrap}. */
    private volatile boolean outboundDone;

    /** Whether the keys are discarded. Guarded by both {@link #wrapping} and {@link #unwrapping}. */
    private boolean destroyed;

    SslEngineAdapter(NegotiationSettings negotiation, @Nullable String host, int port) {
        super(negotiation, host, port);
    }

    // ---- the handshake

    @Override
    boolean isNegotiationFixed() {
        return handshake != null;
    }

    /**
     * Begins the handshake. After the handshake, requests new keys in TLS 1.3 (RFC 8446 4.6.3).
     *
     * @throws IllegalStateException if the mode is not set
     * @throws SSLException if the engine is closed or its settings leave nothing to negotiate, and after a handshake of
     *     TLS 1.2, because ParkTLS does not renegotiate
     */
    @Override
    public void beginHandshake() throws SSLException {
        requireMode();
        if (outboundClosed || isInboundDone()) {
            throw new SSLException("the handshake cannot begin: the engine is closed");
        }
        EngineHandshake begun = begin();
        SslSessionAdapter negotiated = session;
        if (begun != null && begun.isComplete() && negotiated != null) {
            if (!isTls13(negotiated)) {
                throw new SSLException("ParkTLS does not renegotiate: TLS 1.2 connections keep their first handshake");
            }
            begun.engine().updateKeys(true);
        }
    }

    /** Begins the handshake, unless it has begun. Returns null if the engine was closed before. */
    private @Nullable EngineHandshake begin() throws SSLException {
        EngineHandshake begun = handshake;
        if (begun != null) {
            return begun;
        }
        requireMode();
        beginning.lock();
        try {
            if (handshake == null && !outboundDone) {
                handshake = create();
            }
            return handshake;
        } finally {
            beginning.unlock();
        }
    }

    private EngineHandshake create() throws SSLException {
        boolean client = getUseClientMode();
        TlsContext context = negotiation().context(client);
        SslSessionAdapter begun = new SslSessionAdapter(
                negotiation().shared().sessions(client), host(), getPeerPort(), context.signatureSchemes());
        EndpointSessions sessions = EndpointSessions.of(this, context, begun);
        HandshakeOverrides overrides = HandshakeDecisions.overrides(this, begun::progress, sessions, true);
        TlsEngine engine = client
                ? context.clientEngine(knownHost(), Math.max(0, getPeerPort()), overrides)
                : context.serverEngine(overrides);
        session = begun;
        EngineFlightRecord record = EngineFlightRecord.begin(client, host(), getPeerPort());
        return new EngineHandshake(engine, client, record, () -> established(engine, begun, sessions));
    }

    /** Returns the host if it is one that can be verified and sent; else null. */
    private @Nullable String knownHost() {
        String host = host();
        return host != null && (HostNames.isAddress(host) || HostNames.isName(host)) ? host : null;
    }

    private void established(TlsEngine engine, SslSessionAdapter begun, @Nullable EndpointSessions sessions) {
        TlsSession negotiated = engine.session();
        records = new EngineRecords(engine, maximumPacketSize());
        begun.complete(negotiated, (label, context, length) -> {
            ExporterArguments.check(negotiated, label, context, length);
            return engine.exportKeyingMaterial(label, context, length);
        });
        if (sessions != null) {
            sessions.established(negotiated);
        }
    }

    private static boolean isTls13(SSLSession session) {
        return session.getProtocol().equals(TlsVersion.TLS_1_3.standardName());
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
        EngineHandshake begun = handshake;
        return begun == null ? null : begun.task();
    }

    /** Returns the status; never FINISHED, which only results report. */
    @Override
    public HandshakeStatus getHandshakeStatus() {
        EngineHandshake begun = handshake;
        if (begun == null || outboundDone) {
            // A fatal alert may have ended the connection before FINISHED was reported.
            return HandshakeStatus.NOT_HANDSHAKING;
        }
        if (!begun.isComplete()) {
            return begun.status();
        }
        boolean output = outboundClosed || begun.engine().hasReply();
        return output ? HandshakeStatus.NEED_WRAP : HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Returns the session; before the handshake is done, one without a suite that is not valid. */
    @Override
    public SSLSession getSession() {
        EngineHandshake begun = handshake;
        SslSessionAdapter negotiated = session;
        if (negotiated != null && begun != null && begun.isEstablished()) {
            return negotiated;
        }
        if (noSession.get() == null) {
            noSession.compareAndSet(null, SslSessionAdapter.invalid(host(), getPeerPort()));
        }
        return Objects.requireNonNull(noSession.get());
    }

    /** Returns the session while the handshake is running, for key managers and trust managers; otherwise null. */
    @Override
    public @Nullable SSLSession getHandshakeSession() {
        EngineHandshake begun = handshake;
        SslSessionAdapter negotiated = session;
        return negotiated == null || begun == null || begun.isEnded() || !negotiated.hasBegun() ? null : negotiated;
    }

    /**
     * Returns the protocol as soon as it is selected, as Undertow expects; null before, and an empty string if the
     * handshake is done and none was negotiated.
     */
    @Override
    public @Nullable String getApplicationProtocol() {
        EngineHandshake begun = handshake;
        SslSessionAdapter negotiated = session;
        if (negotiated == null || begun == null) {
            return null;
        }
        if (!begun.isEstablished()) {
            return negotiated.applicationProtocol();
        }
        String protocol = begun.engine().session().applicationProtocol();
        return protocol == null ? "" : JsseNames.toJsse(protocol);
    }

    /** Returns the protocol that the running handshake has selected; null if it has selected none or none is running. */
    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        EngineHandshake begun = handshake;
        SslSessionAdapter negotiated = session;
        return negotiated == null || begun == null || begun.isEnded() ? null : negotiated.applicationProtocol();
    }

    // ---- wrap

    /**
     * {@inheritDoc} Consumes the data of at most one record.
     *
     * @throws IllegalArgumentException if an argument is null
     * @throws ReadOnlyBufferException if the destination is read-only
     * @throws IllegalStateException if the mode is not set
     * @throws SSLException if the handshake failed; {@code wrap} then returns the alert
     */
    @Override
    public SSLEngineResult wrap(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
        requireMode();
        EngineBuffers.check(dst, srcs, offset, length);
        if (dst.isReadOnly()) {
            throw new ReadOnlyBufferException();
        }
        if (isOutboundDone()) {
            return result(Status.CLOSED, 0, 0);
        }
        EngineHandshake begun = begin();
        if (begun == null) {
            return result(Status.CLOSED, 0, 0);
        }
        wrapping.lock();
        try {
            return begun.isComplete() ? seal(srcs, offset, length, dst) : begun.wrap(dst);
        } finally {
            wrapping.unlock();
            destroyIfDone();
        }
    }

    private SSLEngineResult seal(ByteBuffer[] srcs, int offset, int length, ByteBuffer dst) throws SSLException {
        EngineRecords current = records();
        if (outboundDone) {
            return result(Status.CLOSED, 0, 0);
        }
        Transfer transfer = outboundClosed ? current.close(dst) : current.seal(srcs, offset, length, dst);
        if (transfer.status() == Status.CLOSED) {
            outboundClosed = true;
            outboundDone = true;
        }
        return result(transfer);
    }

    private EngineRecords records() {
        return Objects.requireNonNull(records, "the handshake is not done");
    }

    // ---- unwrap

    /**
     * {@inheritDoc} Consumes at most one record, all of it or nothing.
     *
     * @throws IllegalArgumentException if an argument is null
     * @throws ReadOnlyBufferException if a destination is read-only
     * @throws IllegalStateException if the mode is not set
     * @throws SSLException if the handshake or the connection fails; {@code wrap} then returns the alert
     */
    @Override
    public SSLEngineResult unwrap(ByteBuffer src, ByteBuffer[] dsts, int offset, int length) throws SSLException {
        requireMode();
        EngineBuffers.check(src, dsts, offset, length);
        EngineBuffers.requireWritable(dsts, offset, length);
        if (isInboundDone()) {
            return result(Status.CLOSED, 0, 0);
        }
        EngineHandshake begun = begin();
        if (begun == null) {
            return result(Status.CLOSED, 0, 0);
        }
        unwrapping.lock();
        try {
            if (inboundDone) {
                return result(Status.CLOSED, 0, 0);
            }
            return begun.isEstablished() ? open(begun.engine(), src, dsts, offset, length) : begun.unwrap(src);
        } finally {
            unwrapping.unlock();
            destroyIfDone();
        }
    }

    private SSLEngineResult open(TlsEngine engine, ByteBuffer src, ByteBuffer[] dsts, int offset, int length)
            throws SSLException {
        Transfer transfer;
        try {
            transfer = records().open(src, dsts, offset, length);
        } catch (SSLException e) {
            throw failed(engine, e);
        } catch (RuntimeException e) {
            throw failed(engine, new SSLException("the engine failed: " + e, e));
        }
        if (transfer.status() == Status.CLOSED) {
            closeNotifyReceived();
        }
        return result(transfer);
    }

    private SSLException failed(TlsEngine engine, SSLException e) {
        inboundDone = true;
        outboundClosed = true;
        if (!engine.hasReply()) {
            outboundDone = true;
        }
        SslSessionAdapter negotiated = session;
        if (negotiated != null) {
            negotiated.invalidate();
        }
        return JsseFailures.convert(e, false) instanceof SSLException converted ? converted : e;
    }

    /** RFC 5246 7.2.1: TLS 1.2 closes both directions. RFC 8446 6.1: TLS 1.3 closes one. */
    private void closeNotifyReceived() {
        closeNotifyReceived = true;
        inboundDone = true;
        SslSessionAdapter negotiated = session;
        if (ACKNOWLEDGE_CLOSE || (negotiated != null && !isTls13(negotiated))) {
            outboundClosed = true;
        }
    }

    private SSLEngineResult result(Transfer transfer) {
        return result(transfer.status(), transfer.consumed(), transfer.produced());
    }

    private SSLEngineResult result(Status status, int consumed, int produced) {
        return new SSLEngineResult(status, getHandshakeStatus(), consumed, produced);
    }

    // ---- closing

    /**
     * Ends the direction in which the peer sends. Before the handshake, closes the engine; during the handshake, cancels
     * it.
     *
     * @throws SSLException if the handshake has begun and the peer has not sent close_notify: an attacker may have
     *     truncated its data
     */
    @Override
    public void closeInbound() throws SSLException {
        EngineHandshake begun = handshakeOrClose();
        if (begun == null || isInboundDone()) {
            return;
        }
        unwrapping.lock();
        try {
            inboundDone = true;
        } finally {
            unwrapping.unlock();
        }
        begun.cancel();
        destroyIfDone();
        if (!closeNotifyReceived) {
            throw new SSLException("the inbound direction is closed before the peer's close_notify was received");
        }
    }

    /** Returns the handshake. If it has not begun, closes the engine and returns null. */
    private @Nullable EngineHandshake handshakeOrClose() {
        beginning.lock();
        try {
            if (handshake == null) {
                inboundDone = true;
                outboundClosed = true;
                outboundDone = true;
            }
            return handshake;
        } finally {
            beginning.unlock();
        }
    }

    @Override
    public boolean isInboundDone() {
        EngineHandshake begun = handshake;
        return inboundDone || (begun != null && begun.isInboundDone());
    }

    /**
     * Ends the direction in which this end sends. Before the handshake, closes the engine; during the handshake, cancels
     * it.
     */
    @Override
    public void closeOutbound() {
        EngineHandshake begun = handshakeOrClose();
        if (begun != null) {
            outboundClosed = true;
            begun.cancel();
            destroyIfDone();
        }
    }

    @Override
    public boolean isOutboundDone() {
        EngineHandshake begun = handshake;
        return outboundDone || (begun != null && begun.isOutboundDone());
    }

    /** Discards the keys when both directions are done. The caller holds no lock. */
    private void destroyIfDone() {
        EngineHandshake begun = handshake;
        if (begun == null || !isInboundDone() || !isOutboundDone()) {
            return;
        }
        wrapping.lock();
        unwrapping.lock();
        try {
            if (!destroyed && begun.isIdle()) {
                destroyed = true;
                begun.engine().destroy();
            }
        } finally {
            unwrapping.unlock();
            wrapping.unlock();
        }
    }
}
