package io.parktls;

import io.parktls.DriveLoop.Operation;
import io.parktls.bio.Bio;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.TlsEngine;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TLS connection over a {@link Bio}: OpenSSL's {@code SSL}.
 *
 * <p>Every operation does what it can and then either is done, or says what it wants of the pipe. The methods without a
 * {@link Waiting} never wait by themselves: over a non-blocking pipe they return {@link TlsStatus#WANT_READ} or
 * {@link TlsStatus#WANT_WRITE} and are to be called again; over a blocking pipe, whose reads and writes do not return
 * without progress, they just finish. With a {@link Waiting} that parks, they finish over a non-blocking pipe too. It is
 * one loop, {@code DriveLoop}, in all cases.
 *
 * <p>The first failure of a direction is kept and thrown again by every later call in that direction; what breaks the
 * protocol ends both. A wait that ended early (deadline, interrupt) is no failure of a handshake or of a read, which can be
 * called again. After a timed out write the write side is spent; after an interrupted one it is if a record was half
 * sent.
 *
 * <p><b>Threads.</b> One thread may read while another writes, and any thread may close. See the package comment for
 * the locks. {@link #setConnectState}, {@link #setAcceptState} and {@link #setPeer} belong before that.
 */
public final class TlsConnection implements Closeable {
    private final TlsContext context;
    private final Bio bio;

    /** Has the read lock. */
    private final Inbound inbound = new Inbound();

    /** Has the write lock. */
    private final Outbound outbound = new Outbound();

    /** Guarded by the read lock. */
    private final PeekBuffer peeked = new PeekBuffer();

    private final Lifetime lifetime = new Lifetime(inbound, outbound, this::end);

    private final Handshake handshake;

    TlsConnection(TlsContext context, Bio bio) {
        this.context = context;
        this.bio = Objects.requireNonNull(bio, "bio");
        this.handshake = new Handshake(context, bio, inbound, outbound, lifetime);
    }

    // ---- roles

    /**
     * This end is the client. May be called again, or changed, until the handshake begins.
     *
     * @throws IllegalStateException if it has begun
     */
    public void setConnectState() {
        handshake.beClient();
    }

    /**
     * This end is the server. May be called again, or changed, until the handshake begins.
     *
     * @throws IllegalStateException if it has begun
     */
    public void setAcceptState() {
        handshake.beServer();
    }

    /**
     * The server that a client means to reach.
     *
     * @param peerHost the name or IP address to verify; a name is also sent as SNI
     * @param peerPort a hint for session caches; 0 if there is none
     * @throws IllegalArgumentException if the host is neither a name nor an address
     * @throws IllegalStateException if the handshake has begun
     */
    public void setPeer(String peerHost, int peerPort) {
        TlsContext.requireHost(peerHost);
        handshake.peer(peerHost, peerPort);
    }

    // ---- operations

    /** {@link #doHandshake(Waiting)}, never waiting. */
    public TlsStatus doHandshake() throws IOException {
        return doHandshake(Waiting.NEVER);
    }

    /**
     * Performs the handshake, or goes on with it.
     *
     * @return OK when it is done, again without I/O ever after; WANT_READ or WANT_WRITE; CLOSED if the peer has sent
     *     close_notify instead of going on
     * @throws IllegalStateException if no role is chosen; the connection is unharmed
     * @throws SSLException if the handshake failed; the alert is on it ({@link TlsFailure})
     * @throws IOException if the pipe failed, or the wait ended early
     */
    public TlsStatus doHandshake(Waiting waiting) throws IOException {
        if (handshake.isDone()) {
            IOException failure = inbound.failure();
            if (failure != null && outbound.failure() != null) {
                throw failure;
            }
        }
        return handshake.perform(waiting);
    }

    /** {@link #read(ByteBuffer, Waiting)}, never waiting. */
    public TlsStatus read(ByteBuffer dst) throws IOException {
        return read(dst, Waiting.NEVER);
    }

    /**
     * Reads application data, after the handshake if that is still to be done.
     *
     * @param dst takes the data of one record at most; bytes between its new position and its limit may be overwritten.
     *     Without room in it, nothing is done
     * @return OK with at least one byte; CLOSED when the peer has sent close_notify; WANT_READ, or in the handshake
     *     WANT_WRITE
     * @throws TlsTruncatedException if the stream ended without close_notify
     * @throws SSLException if the connection or the handshake failed
     * @throws IOException if the pipe failed, or the wait ended early
     */
    public TlsStatus read(ByteBuffer dst, Waiting waiting) throws IOException {
        TlsStatus ready = handshake.perform(waiting);
        if (ready != TlsStatus.OK) {
            return ready;
        }
        lifetime.lock(inbound, waiting);
        try {
            if (peeked.remaining() > 0) {
                lifetime.requireOpen();
                peeked.moveTo(dst);
                return TlsStatus.OK;
            }
            return readData(dst, waiting);
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /** The caller holds the read lock. */
    private TlsStatus readData(ByteBuffer dst, Waiting waiting) throws IOException {
        if (inbound.isShut()) {
            return TlsStatus.CLOSED;
        }
        lifetime.requireIntact(inbound);
        return dst.hasRemaining() ? handshake.loop().drive(Operation.READ, dst, waiting) : TlsStatus.OK;
    }

    /** {@link #peek(ByteBuffer, Waiting)}, never waiting. */
    public TlsStatus peek(ByteBuffer dst) throws IOException {
        return peek(dst, Waiting.NEVER);
    }

    /**
     * As {@link #read(ByteBuffer, Waiting)}, but the data stays: the next read delivers it again. Shows what is left of one
     * record at most, however often it is called.
     */
    public TlsStatus peek(ByteBuffer dst, Waiting waiting) throws IOException {
        TlsStatus ready = handshake.perform(waiting);
        if (ready != TlsStatus.OK) {
            return ready;
        }
        lifetime.lock(inbound, waiting);
        try {
            boolean seen = peeked.remaining() > 0;
            peeked.copyTo(dst);
            int from = dst.position();
            TlsStatus status = TlsStatus.OK;
            if (!seen || (dst.hasRemaining() && engine().pending() > 0)) {
                status = readData(dst, waiting);
                peeked.keep(dst, from);
            }
            return status;
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /** {@link #write(ByteBuffer, Waiting)}, never waiting. */
    public TlsStatus write(ByteBuffer src) throws IOException {
        return write(src, Waiting.NEVER);
    }

    /**
     * Writes application data, after the handshake if that is still to be done.
     *
     * <p>WANT_WRITE does not mean that nothing was taken: the position of {@code src} tells. Repeat the call with what
     * remains, be it nothing, until it returns OK: then the pipe has everything.
     *
     * @return OK when all is taken and with the pipe; WANT_WRITE, or in the handshake WANT_READ
     * @throws SSLException if the connection or the handshake failed, or this side has sent close_notify
     * @throws IOException if the pipe failed, or the wait ended early
     */
    public TlsStatus write(ByteBuffer src, Waiting waiting) throws IOException {
        TlsStatus ready = handshake.perform(waiting);
        if (ready != TlsStatus.OK) {
            return ready;
        }
        lifetime.lock(outbound, waiting);
        try {
            lifetime.requireIntact(outbound);
            if (outbound.isShut()) {
                throw new SSLException("protocol is shutdown: close_notify is sent, so this side writes no more");
            }
            return handshake.loop().drive(Operation.WRITE, src, waiting);
        } finally {
            unlockOutbound();
        }
    }

    /**
     * Hands the pipe what earlier operations left over: replies, session tickets, records of an unfinished write, and after a
     * failure of TLS the alert, if the pipe did not take it then.
     *
     * @return OK when the pipe has everything, also after a failure of TLS; else WANT_WRITE
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}, but not for a failure of TLS that happened before
     */
    public TlsStatus flush(Waiting waiting) throws IOException {
        DriveLoop begun = handshake.loopIfBegun();
        if (begun == null) {
            return TlsStatus.OK;
        }
        lifetime.lock(outbound, waiting);
        try {
            requireSendable();
            return begun.drive(Operation.FLUSH, waiting);
        } finally {
            unlockOutbound();
        }
    }

    /**
     * Nothing stands against sending what is here already: a failure of TLS does not, for then the alert is here. The caller holds
     * the write lock.
     */
    private void requireSendable() throws IOException {
        IOException failure = outbound.failure();
        if (outbound.remaining() == 0 || failure instanceof SSLException) {
            lifetime.requireOpen();
        } else {
            lifetime.requireIntact(outbound);
        }
    }

    /**
     * After a failure of TLS, sends what the peer is still to get: the alert, behind what is half sent.
     *
     * @return OK if that is with the pipe, or nothing has failed; else WANT_WRITE
     */
    private TlsStatus flushAfterFailure(Waiting waiting) throws IOException {
        return outbound.failure() instanceof SSLException && owesOutput() ? flush(waiting) : TlsStatus.OK;
    }

    /**
     * Ends an operation of the write side. A reader that had a reply meanwhile found the lock taken and left the reply to this
     * thread, perhaps after it had looked for the last time.
     */
    private void unlockOutbound() {
        lifetime.unlock(outbound);
        DriveLoop begun = handshake.loopIfBegun();
        if (begun != null && !isClosed() && begun.engine().hasReply()) {
            begun.sendReplies();
            if (isClosed()) {
                lifetime.endIfUnused();
            }
        }
    }

    /** Whether something is to be sent that no operation is about to send. */
    private boolean owesOutput() {
        DriveLoop begun = handshake.loopIfBegun();
        return outbound.isUnsent() || (begun != null && begun.engine().hasReply());
    }

    /** {@link #shutdown(Waiting)}, never waiting. */
    public TlsStatus shutdown() throws IOException {
        return shutdown(Waiting.NEVER);
    }

    /**
     * Closes this connection's directions, one step for each call, like {@code SSL_shutdown(3)}: first sends close_notify,
     * then waits for the peer's. Reading goes on to work in between; application data that has not been read by the second
     * step is thrown away.
     *
     * <p>After a failure of TLS it sends the alert, if the pipe did not take it then, and throws the failure once that is done.
     *
     * @return OK when close_notify is with the pipe and the peer's has not been seen; CLOSED once both are closed;
     *     WANT_READ or WANT_WRITE
     * @throws IllegalStateException if the handshake is not done, which is unharmed and can go on
     * @throws IOException as {@link #read(ByteBuffer, Waiting)} and {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus shutdown(Waiting waiting) throws IOException {
        if (flushAfterFailure(waiting) != TlsStatus.OK) {
            return TlsStatus.WANT_WRITE;
        }
        handshake.requireDone("shutdown before the handshake is done");
        if (!outbound.isShut() || outbound.isUnsent()) {
            TlsStatus sent = shutdownOutput(waiting);
            return sent == TlsStatus.OK && inbound.isShut() ? TlsStatus.CLOSED : sent;
        }
        lifetime.lock(inbound, waiting);
        try {
            if (inbound.isShut()) {
                return TlsStatus.CLOSED;
            }
            lifetime.requireIntact(inbound);
            peeked.discard();
            ByteBuffer unwanted = RecordBuffers.borrow(false);
            try {
                TlsStatus status;
                do {
                    status = handshake.loop().drive(Operation.READ, unwanted.clear(), waiting);
                } while (status == TlsStatus.OK);
                return status;
            } finally {
                RecordBuffers.giveBack(unwanted);
            }
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * Sends close_notify, or what is left to send of it: the first step of {@link #shutdown(Waiting)} and no more.
     *
     * @return OK when it is with the pipe, else WANT_WRITE
     * @throws IllegalStateException if the handshake is not done, which is unharmed and can go on
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus shutdownOutput(Waiting waiting) throws IOException {
        if (flushAfterFailure(waiting) != TlsStatus.OK) {
            return TlsStatus.WANT_WRITE;
        }
        handshake.requireDone("shutdown before the handshake is done");
        lifetime.lock(outbound, waiting);
        try {
            lifetime.requireIntact(outbound);
            return handshake.loop().drive(outbound.isShut() ? Operation.FLUSH : Operation.CLOSE_NOTIFY, waiting);
        } finally {
            unlockOutbound();
        }
    }

    /**
     * Sends a KeyUpdate (RFC 8446 4.6.3).
     *
     * @param requestPeer whether the peer is to update its keys too
     * @return OK when it is with the pipe, else WANT_WRITE: it then goes out with a later operation
     * @throws IllegalStateException if the handshake is not done, or the protocol is not TLS 1.3
     * @throws UnsupportedOperationException if the engine leaves KeyUpdate to its own judgement
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus updateKeys(boolean requestPeer, Waiting waiting) throws IOException {
        engine().updateKeys(requestPeer);
        return flush(waiting);
    }

    /**
     * Closes the pipe, after close_notify, or an alert that is still to be sent, if that needs no waiting. Threads that wait in this connection are
     * woken by whatever the pipe does for them when it is closed. May be called by any thread, again without effect.
     */
    @Override
    public void close() throws IOException {
        DriveLoop begun = handshake.loopIfBegun();
        boolean failed = outbound.failure() instanceof SSLException;
        if (begun != null
                && (failed || handshake.isDone())
                && !isPipeBroken()
                && outbound.lock().tryLock()) {
            try {
                requireSendable();
                begun.drive(failed || outbound.isShut() ? Operation.FLUSH : Operation.CLOSE_NOTIFY, Waiting.NEVER);
            } catch (IOException e) {
                // Closed already, or the peer is gone: it will miss nothing.
            } finally {
                lifetime.unlock(outbound);
            }
        }
        abort();
    }

    /** Closes the pipe without a word to the peer, which will take it for a truncation. Never waits. */
    public void abort() throws IOException {
        lifetime.close();
        try {
            bio.close();
        } finally {
            lifetime.endIfUnused();
        }
    }

    /**
     * Ends this connection, but leaves the pipe open: keys and buffers are dropped, and every later operation fails as after
     * {@link #abort}. Sends nothing and never waits. The caller closes the pipe, with {@link #abort} or by itself.
     */
    public void detach() {
        lifetime.close();
        lifetime.endIfUnused();
    }

    // ---- state

    /** Whether the handshake is done. It stays so to the end. */
    public boolean isHandshakeDone() {
        return handshake.isDone();
    }

    /**
     * Whether what is left of the handshake takes next to no computing, neither a key exchange nor a signature; false if the engine
     * does not know. For who decides when handshakes may compute; asked between calls of {@link #doHandshake}.
     */
    public boolean isHandshakeLight() {
        DriveLoop begun = handshake.loopIfBegun();
        return begun != null && begun.engine().isHandshakeLight();
    }

    /**
     * Whether the next call of {@link #doHandshake} may run code that may wait: trust managers of the application, keys of other providers,
     * key logs. For drivers that must not wait where they compute; asked between calls of {@link #doHandshake}, by its thread.
     */
    public ForeignCode foreignCode() {
        return handshake.foreignCode();
    }

    /** Whether the peer's close_notify has been read. */
    public boolean isCloseNotifyReceived() {
        return inbound.isShut();
    }

    /** Whether this end's close_notify is sent, or about to be. */
    public boolean isCloseNotifySent() {
        return outbound.isShut();
    }

    /** Whether TLS has failed, which ends both directions; the alert, if there was one, is on its way or was received. */
    public boolean isFailed() {
        return inbound.failure() instanceof SSLException;
    }

    /**
     * Whether the pipe has failed, in either direction. Then there is nothing more to be tried, and no goodbye to be said
     * ({@code SSL_get_error(3)}: no further I/O after {@code SSL_ERROR_SYSCALL}).
     */
    public boolean isPipeBroken() {
        return isPipeFailure(inbound.failure()) || isPipeFailure(outbound.failure());
    }

    private static boolean isPipeFailure(@Nullable IOException failure) {
        // A write that was given up says nothing of the pipe.
        return failure != null && !(failure instanceof SSLException) && !(failure instanceof InterruptedIOException);
    }

    /** Whether {@link #close()} or {@link #abort()} was called. */
    public boolean isClosed() {
        return lifetime.isClosed();
    }

    /** How many bytes have come out of the pipe so far, TLS's own included. Any thread may ask. */
    public long bytesReceived() {
        return inbound.traffic().bytes();
    }

    /** How many bytes the pipe has taken so far, TLS's own included. Any thread may ask. */
    public long bytesSent() {
        return outbound.traffic().bytes();
    }

    /** How many records have come out of the pipe so far, whole, those of the handshake included. Any thread may ask. */
    public long recordsReceived() {
        return inbound.traffic().records();
    }

    /** How many records the pipe has taken so far, whole, those of the handshake included. Any thread may ask. */
    public long recordsSent() {
        return outbound.traffic().records();
    }

    /**
     * How many bytes of application data the next {@link #read} could deliver without the pipe: what remains of a record.
     * 0 while another thread reads.
     */
    public int pending() {
        if (!handshake.isDone() || !inbound.lock().tryLock()) {
            return 0;
        }
        try {
            return peeked.remaining() + engine().pending();
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * Whether anything was taken from the pipe that no call has used yet: data, or records, or the beginning of one. Who
     * waits for the pipe by itself asks this first: a whole record that is here already makes no pipe readable. A
     * {@link #read} that says WANT_READ has seen to that. False while another thread reads.
     */
    public boolean hasPending() {
        if (!inbound.lock().tryLock()) {
            return false;
        }
        try {
            boolean data = handshake.isDone() && peeked.remaining() + engine().pending() > 0;
            return data || inbound.arrived().hasRemaining();
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * What the latest operation waits for, if it returned WANT_READ or WANT_WRITE: more than the status tells, for an
     * operation that has output unsent and may also go on when bytes arrive waits for either. Empty after any other
     * outcome. Means something only to a thread that drives the connection alone.
     */
    public Optional<Interest> waitingFor() {
        DriveLoop begun = handshake.loopIfBegun();
        return begun == null ? Optional.empty() : Optional.ofNullable(begun.wanted());
    }

    /**
     * What was negotiated.
     *
     * @throws IllegalStateException if the handshake is not done
     */
    public TlsSession session() {
        return engine().session();
    }

    /**
     * Keying material for another protocol, bound to this connection (RFC 5705, RFC 8446 7.5).
     *
     * @param label the exporter label, registered or starting with {@code EXPERIMENTAL}: printable ASCII, in TLS 1.3 at most
     *     249 bytes, and none of TLS's own ({@code client finished}, {@code master secret}, ...)
     * @param exporterContext bound into the result; null for none, which TLS 1.2 tells from an empty one; in TLS 1.2 at most
     *     65,535 bytes, with the JSSE engine in TLS 1.3 at most 255
     * @param length bytes to export: at least 1, and at most 65,535 in TLS 1.2, 255 times the length of the suite's hash in
     *     TLS 1.3
     * @throws IllegalArgumentException if an argument is not like that; the message names it
     * @throws IllegalStateException if the handshake is not done
     * @throws SSLException if the engine cannot export
     */
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        ExporterArguments.check(session(), label, exporterContext, length);
        return engine().exportKeyingMaterial(label, exporterContext, length);
    }

    /** The context this connection was made from. */
    public TlsContext context() {
        return context;
    }

    /**
     * This connection as a pipe, for TLS in TLS or another protocol that is written for pipes: it blocks if the pipe
     * underneath does. Its end of stream is the peer's close_notify; what breaks this connection breaks the pipe. Closing
     * it closes the connection.
     */
    public Bio asBio() {
        return new ConnectionBio(this);
    }

    /** The pipe underneath. */
    public Bio bio() {
        return bio;
    }

    /**
     * Where the connection stands, for people and logs: for instance {@code before the handshake}, {@code handshake: ...} with
     * the engine's word for the step, {@code established, close_notify sent}, {@code failed} or {@code closed}.
     */
    public String state() {
        if (isClosed()) {
            return "closed";
        }
        if (inbound.failure() != null || outbound.failure() != null) {
            return "failed";
        }
        if (handshake.isDone()) {
            return "established" + (outbound.isShut() ? ", close_notify sent" : "")
                    + (inbound.isShut() ? ", close_notify received" : "");
        }
        DriveLoop begun = handshake.loopIfBegun();
        return begun == null
                ? "before the handshake"
                : "handshake: " + begun.engine().state();
    }

    @Override
    public String toString() {
        return "TlsConnection[" + handshake + ", " + state() + ", " + bio + "]";
    }

    /** Whether buffers are borrowed for records in flight. For one who knows that no operation is running. */
    boolean holdsBuffers() {
        return inbound.arrived().capacity() > 0 || !outbound.isReleased();
    }

    private TlsEngine engine() {
        handshake.requireDone("the handshake is not done");
        return handshake.loop().engine();
    }

    /** The end of the connection: the caller holds both locks. */
    private void end() {
        inbound.discard();
        peeked.discard();
        outbound.discard();
        DriveLoop begun = handshake.loopIfBegun();
        if (begun != null) {
            begun.engine().destroy();
        }
    }
}
