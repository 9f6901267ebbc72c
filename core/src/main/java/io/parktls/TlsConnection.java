package io.parktls;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngine;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TLS connection over a {@link Bio}: OpenSSL's {@code SSL}.
 *
 * <p>Every operation does what it can and then either is done, or says what it wants of the pipe. The methods without a
 * {@link Waiting} never wait by themselves: over a non-blocking pipe they return {@link TlsStatus#WANT_READ} or
 * {@link TlsStatus#WANT_WRITE} and are to be called again; over a blocking pipe, whose reads and writes do not return
 * without progress, they just finish. With a {@link Waiting} that parks, they finish over a non-blocking pipe too. It is
 * one loop, {@link #drive}, in all cases.
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
    /**
     * Waits in a row that ended, yet no byte moved, before the pipe is taken for broken. Many: a wait may end for what the other
     * direction did.
     */
    private static final int IDLE_TURNS = 1_000_000;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private enum Role {
        NONE,
        CLIENT,
        SERVER
    }

    private final TlsContext context;
    private final Bio bio;

    private final ReentrantLock handshakeLock = new ReentrantLock();
    private final ReentrantLock readLock = new ReentrantLock();
    private final ReentrantLock writeLock = new ReentrantLock();

    /** Guarded by readLock. */
    private final Inbound inbound = new Inbound();

    /** Guarded by readLock. */
    private final Peeked peeked = new Peeked();

    /** Guarded by writeLock. */
    private final Outbound outbound = new Outbound();

    /** Guarded by both locks, as are host and port. */
    private Role role = Role.NONE;

    private @Nullable String host;
    private int port;

    /** Written once, under both locks, when the handshake begins. */
    private volatile @Nullable TlsEngine engine;

    /** Written once, under both locks. */
    private volatile boolean established;

    /** Written under readLock. */
    private volatile boolean closeNotifyReceived;

    /** Guarded by readLock: the pipe has said that nothing more will come. */
    private boolean inputEnded;

    /** Written under writeLock. */
    private volatile boolean closeNotifySent;

    /** The first failure to read; whoever finds it writes it. */
    private volatile @Nullable IOException readFailure;

    /** The first failure to write; whoever finds it writes it. */
    private volatile @Nullable IOException writeFailure;

    /** What the latest operation wanted, if it ended for want of it; whoever runs the operation writes it. */
    private volatile @Nullable Interest wanted;

    /** Written by any thread, once. */
    private volatile boolean closed;

    /** Written under both locks: keys and buffers are gone. */
    private volatile boolean ended;

    TlsConnection(TlsContext context, Bio bio) {
        this.context = context;
        this.bio = Objects.requireNonNull(bio, "bio");
    }

    // ---- roles

    /**
     * This end is the client. May be called again, or changed, until the handshake begins.
     *
     * @throws IllegalStateException if it has begun
     */
    public void setConnectState() {
        chooseRole(Role.CLIENT);
    }

    /**
     * This end is the server. May be called again, or changed, until the handshake begins.
     *
     * @throws IllegalStateException if it has begun
     */
    public void setAcceptState() {
        chooseRole(Role.SERVER);
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
        requireNotStarted();
        this.host = peerHost;
        this.port = peerPort;
    }

    private void chooseRole(Role choice) {
        requireNotStarted();
        this.role = choice;
    }

    private void requireNotStarted() {
        if (engine != null) {
            throw new IllegalStateException("the handshake has begun: role and peer are fixed");
        }
    }

    // ---- operations

    /** {@link #doHandshake(Waiting)}, never waiting. */
    public TlsStatus doHandshake() throws IOException {
        return doHandshake(Waiting.NEVER);
    }

    /**
     * Performs the handshake, or goes on with it.
     *
     * @return OK when it is done, again without I/O ever after; WANT_READ or WANT_WRITE
     * @throws IllegalStateException if no role is chosen; the connection is unharmed
     * @throws SSLException if the handshake failed; the alert is on it ({@link TlsFailure})
     * @throws IOException if the pipe failed, or the wait ended early
     */
    public TlsStatus doHandshake(Waiting waiting) throws IOException {
        if (established) {
            IOException failure = readFailure;
            if (failure != null && writeFailure != null) {
                throw failure;
            }
            return TlsStatus.OK;
        }
        waiting.acquire(handshakeLock);
        try {
            return established ? TlsStatus.OK : handshake(waiting);
        } finally {
            handshakeLock.unlock();
        }
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
        if (!established) {
            TlsStatus handshake = doHandshake(waiting);
            if (handshake != TlsStatus.OK) {
                return handshake;
            }
        }
        waiting.acquire(readLock);
        try {
            if (peeked.remaining() > 0) {
                requireOpen(null);
                peeked.moveTo(dst);
                return TlsStatus.OK;
            }
            return readData(dst, waiting);
        } finally {
            unlockRead();
        }
    }

    /** The caller holds the read lock. */
    private TlsStatus readData(ByteBuffer dst, Waiting waiting) throws IOException {
        if (closeNotifyReceived) {
            return TlsStatus.CLOSED;
        }
        requireOpen(readFailure);
        return dst.hasRemaining() ? drive(Operation.READ, dst, waiting) : TlsStatus.OK;
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
        if (!established) {
            TlsStatus handshake = doHandshake(waiting);
            if (handshake != TlsStatus.OK) {
                return handshake;
            }
        }
        waiting.acquire(readLock);
        try {
            boolean seen = peeked.remaining() > 0;
            peeked.copyTo(dst);
            int from = dst.position();
            TlsStatus status = TlsStatus.OK;
            if (!seen || (dst.hasRemaining() && requireEngine().pending() > 0)) {
                status = readData(dst, waiting);
                peeked.keep(dst, from);
            }
            return status;
        } finally {
            unlockRead();
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
        if (!established) {
            TlsStatus handshake = doHandshake(waiting);
            if (handshake != TlsStatus.OK) {
                return handshake;
            }
        }
        waiting.acquire(writeLock);
        try {
            requireOpen(writeFailure);
            if (closeNotifySent) {
                throw new SSLException("protocol is shutdown: close_notify is sent, so this side writes no more");
            }
            return drive(Operation.WRITE, src, waiting);
        } finally {
            unlockWrite();
        }
    }

    /**
     * Hands the pipe what earlier operations left over: replies, session tickets, records of an unfinished write.
     *
     * @return OK when the pipe has everything, else WANT_WRITE
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus flush(Waiting waiting) throws IOException {
        if (engine == null) {
            return TlsStatus.OK;
        }
        waiting.acquire(writeLock);
        try {
            requireOpen(outbound.isEmpty() ? null : writeFailure);
            return drive(Operation.FLUSH, NO_DATA, waiting);
        } finally {
            unlockWrite();
        }
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
     * @return OK when close_notify is with the pipe and the peer's has not been seen; CLOSED once both are closed;
     *     WANT_READ or WANT_WRITE
     * @throws IllegalStateException if the handshake is not done, which is unharmed and can go on
     * @throws IOException as {@link #read(ByteBuffer, Waiting)} and {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus shutdown(Waiting waiting) throws IOException {
        if (!established) {
            throw new IllegalStateException("shutdown before the handshake is done");
        }
        if (!closeNotifySent || !outbound.isEmpty()) {
            TlsStatus sent = shutdownOutput(waiting);
            return sent == TlsStatus.OK && closeNotifyReceived ? TlsStatus.CLOSED : sent;
        }
        waiting.acquire(readLock);
        try {
            if (closeNotifyReceived) {
                return TlsStatus.CLOSED;
            }
            requireOpen(readFailure);
            peeked.discard();
            ByteBuffer unwanted = RecordBuffers.borrow(false);
            try {
                TlsStatus status;
                do {
                    status = drive(Operation.READ, unwanted.clear(), waiting);
                } while (status == TlsStatus.OK);
                return status;
            } finally {
                RecordBuffers.giveBack(unwanted);
            }
        } finally {
            unlockRead();
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
        if (!established) {
            throw new IllegalStateException("shutdown before the handshake is done");
        }
        waiting.acquire(writeLock);
        try {
            requireOpen(writeFailure);
            return drive(closeNotifySent ? Operation.FLUSH : Operation.CLOSE_NOTIFY, NO_DATA, waiting);
        } finally {
            unlockWrite();
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
        requireEngine().updateKeys(requestPeer);
        return flush(waiting);
    }

    /**
     * Closes the pipe, after close_notify if that can be sent without waiting. Threads that wait in this connection are
     * woken by whatever the pipe does for them when it is closed. May be called by any thread, again without effect.
     */
    @Override
    public void close() throws IOException {
        if (!closed && established && !closeNotifySent && writeFailure == null && writeLock.tryLock()) {
            try {
                drive(Operation.CLOSE_NOTIFY, NO_DATA, Waiting.NEVER);
            } catch (IOException e) {
                // The peer is gone: it will miss nothing.
            } finally {
                unlockWrite();
            }
        }
        abort();
    }

    /** Closes the pipe without a word to the peer, which will take it for a truncation. Never waits. */
    public void abort() throws IOException {
        closed = true;
        try {
            bio.close();
        } finally {
            endIfUnused();
        }
    }

    // ---- state

    /** Whether the handshake is done. It stays so to the end. */
    public boolean isHandshakeDone() {
        return established;
    }

    /** Whether the peer's close_notify has been read. */
    public boolean isCloseNotifyReceived() {
        return closeNotifyReceived;
    }

    /** Whether this end's close_notify is sent, or about to be. */
    public boolean isCloseNotifySent() {
        return closeNotifySent;
    }

    /** Whether TLS has failed, which ends both directions; the alert, if there was one, is on its way or was received. */
    public boolean isFailed() {
        return readFailure instanceof SSLException;
    }

    /** Whether {@link #close()} or {@link #abort()} was called. */
    public boolean isClosed() {
        return closed;
    }

    /** How many bytes have come out of the pipe so far, TLS's own included. Any thread may ask. */
    public long bytesReceived() {
        return inbound.received();
    }

    /** How many bytes the pipe has taken so far, TLS's own included. Any thread may ask. */
    public long bytesSent() {
        return outbound.taken();
    }

    /**
     * How many bytes of application data the next {@link #read} could deliver without the pipe: what remains of a record.
     * 0 while another thread reads.
     */
    public int pending() {
        if (!established || !readLock.tryLock()) {
            return 0;
        }
        try {
            return peeked.remaining() + requireEngine().pending();
        } finally {
            unlockRead();
        }
    }

    /**
     * Whether anything was taken from the pipe that no call has used yet: data, or records, or the beginning of one. Who
     * waits for the pipe by itself asks this first: a whole record that is here already makes no pipe readable. A
     * {@link #read} that says WANT_READ has seen to that. False while another thread reads.
     */
    public boolean hasPending() {
        if (!readLock.tryLock()) {
            return false;
        }
        try {
            boolean data = established && peeked.remaining() + requireEngine().pending() > 0;
            return data || inbound.arrived().hasRemaining();
        } finally {
            unlockRead();
        }
    }

    /**
     * What the latest operation waits for, if it returned WANT_READ or WANT_WRITE: more than the status tells, for an
     * operation that has output unsent and may also go on when bytes arrive waits for either. Empty after any other
     * outcome. Means something only to a thread that drives the connection alone.
     */
    public Optional<Interest> waitingFor() {
        return Optional.ofNullable(wanted);
    }

    /**
     * What was negotiated.
     *
     * @throws IllegalStateException if the handshake is not done
     */
    public TlsSession session() {
        return requireEngine().session();
    }

    /**
     * Keying material for another protocol, bound to this connection (RFC 5705, RFC 8446 7.5).
     *
     * @param label the exporter label, registered or starting with {@code EXPERIMENTAL}
     * @param exporterContext bound into the result; null for none, which TLS 1.2 tells from an empty one
     * @param length bytes to export, at least 1
     * @throws IllegalStateException if the handshake is not done
     * @throws SSLException if the engine cannot export
     */
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        return requireEngine().exportKeyingMaterial(label, exporterContext, length);
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

    private TlsEngine requireEngine() {
        TlsEngine current = engine;
        if (current == null || !established) {
            throw new IllegalStateException("the handshake is not done");
        }
        return current;
    }

    /**
     * Where the connection stands, for people and logs: for instance {@code before the handshake}, {@code handshake: ...} with
     * the engine's word for the step, {@code established, close_notify sent}, {@code failed} or {@code closed}.
     */
    public String state() {
        if (closed) {
            return "closed";
        }
        if (readFailure != null || writeFailure != null) {
            return "failed";
        }
        if (established) {
            return "established" + (closeNotifySent ? ", close_notify sent" : "")
                    + (closeNotifyReceived ? ", close_notify received" : "");
        }
        TlsEngine current = engine;
        return current == null ? "before the handshake" : "handshake: " + current.state();
    }

    @Override
    public String toString() {
        return "TlsConnection[" + role + (host == null ? "" : " to " + host) + ", " + state() + ", " + bio + "]";
    }

    /** Whether buffers are borrowed for records in flight. For one who knows that no operation is running. */
    boolean holdsBuffers() {
        return inbound.arrived().capacity() > 0 || !outbound.isReleased();
    }

    // ---- the loop

    /** What a turn of the loop asks of the engine. */
    private enum Operation {
        HANDSHAKE(true, true) {
            @Override
            TlsStatus step(TlsEngine engine, TlsConnection c, ByteBuffer app) throws SSLException {
                return engine.handshake(c.inbound.arrived(), c.outbound.toFill(false));
            }
        },
        READ(true, false) {
            @Override
            TlsStatus step(TlsEngine engine, TlsConnection c, ByteBuffer app) throws SSLException {
                return engine.read(c.inbound.arrived(), app);
            }
        },
        WRITE(false, true) {
            @Override
            TlsStatus step(TlsEngine engine, TlsConnection c, ByteBuffer app) throws SSLException {
                boolean several = app.remaining() > TlsLimits.RECORD_DATA;
                return drained(engine.write(app, c.outbound.toFill(several)), c);
            }
        },
        FLUSH(false, true) {
            @Override
            TlsStatus step(TlsEngine engine, TlsConnection c, ByteBuffer app) throws SSLException {
                return drained(engine.hasReply() ? engine.reply(c.outbound.toFill(false)) : TlsStatus.OK, c);
            }
        },
        CLOSE_NOTIFY(false, true) {
            @Override
            TlsStatus step(TlsEngine engine, TlsConnection c, ByteBuffer app) throws SSLException {
                if (!c.closeNotifySent) {
                    TlsStatus put = engine.closeNotify(c.outbound.toFill(false));
                    if (put != TlsStatus.OK) {
                        return put;
                    }
                    c.closeNotifySent = true;
                }
                return drained(TlsStatus.OK, c);
            }
        };

        /** Whether it takes in records; then its thread holds the read lock. */
        private final boolean reads;

        /** Whether it puts out records; then its thread holds the write lock. */
        private final boolean writes;

        Operation(boolean reads, boolean writes) {
            this.reads = reads;
            this.writes = writes;
        }

        abstract TlsStatus step(TlsEngine engine, TlsConnection connection, ByteBuffer app) throws SSLException;

        /** OK only once the pipe has everything. */
        private static TlsStatus drained(TlsStatus status, TlsConnection c) {
            c.outbound.filled();
            return status == TlsStatus.OK && !c.outbound.isEmpty() ? TlsStatus.WANT_WRITE : status;
        }
    }

    /**
     * The one loop: the engine takes a step, what it put out is offered to the pipe, and what it wants is fetched or waited
     * for.
     *
     * <ul>
     *   <li>What the engine holds is looked at before anything is waited for.
     *   <li>One flight is one write, and a read takes all that the pipe has.
     *   <li>Whoever wants to read with output unsent waits for either, or two peers in the middle of their flights would
     *       stop each other for ever.
     *   <li>What a handshake leaves over when it is done (session tickets) is not even offered to the pipe: one that blocks
     *       would wait for a peer that need not read.
     *   <li>A read never waits for the write side. What it leaves for the peer goes out with the next write, or at once if
     *       that needs no waiting.
     *   <li>No progress and nothing wanted is an error, never another turn.
     * </ul>
     */
    private TlsStatus drive(Operation operation, ByteBuffer app, Waiting waiting) throws IOException {
        if (wanted != null) {
            wanted = null;
        }
        int idle = 0;
        for (; ; ) {
            TlsStatus step = step(operation, app);
            boolean leftovers = operation == Operation.HANDSHAKE && step == TlsStatus.OK;
            int owed = operation.writes ? outbound.remaining() : 0;
            boolean flushed = !operation.writes || leftovers || flush(operation);
            if (operation.writes && outbound.remaining() < owed) {
                idle = 0;
            }
            switch (step) {
                case OK, CLOSED -> {
                    return step;
                }
                case WANT_WRITE -> {
                    if (flushed) {
                        idle = 0;
                    } else if (!await(operation, Interest.WRITE, waiting)) {
                        return TlsStatus.WANT_WRITE;
                    }
                }
                case WANT_READ -> {
                    if (flushed) {
                        if (fill(operation) != 0) {
                            idle = 0;
                            break;
                        }
                        flushed = operation.writes || sendReplies();
                    }
                    Interest interest = flushed ? Interest.READ : Interest.READ_OR_WRITE;
                    if (!await(operation, interest, waiting)) {
                        return flushed || !operation.writes ? TlsStatus.WANT_READ : TlsStatus.WANT_WRITE;
                    }
                    if (!flushed && operation.writes && fill(operation) != 0) {
                        idle = 0;
                    }
                }
            }
            if (++idle > IDLE_TURNS) {
                throw failed(operation, stalled("the pipe is ready again and again, but moves no byte"));
            }
        }
    }

    /** The engine alone. */
    private TlsStatus step(Operation operation, ByteBuffer app) throws IOException {
        TlsEngine current = engine;
        if (current == null) {
            throw new IllegalStateException("no engine");
        }
        boolean noMoreInput = operation.reads && inputEnded;
        int before = app.position();
        TlsStatus status;
        try {
            status = operation.step(current, this, app);
            if (operation.writes) {
                outbound.filled();
            }
            boolean stalled = switch (status) {
                case OK -> operation == Operation.READ && app.position() == before;
                case CLOSED -> false;
                case WANT_READ -> noMoreInput || !operation.reads;
                case WANT_WRITE -> !operation.writes || outbound.isEmpty();
            };
            if (stalled) {
                throw stalled("the engine answers " + status + " to " + operation + " without progress");
            }
        } catch (SSLException e) {
            throw failed(operation, e);
        } catch (RuntimeException e) {
            throw failed(operation, new TlsProtocolException("the engine failed: " + e, TlsAlert.INTERNAL_ERROR, e));
        }
        if (status == TlsStatus.CLOSED) {
            closeNotifyReceived = true;
        }
        return status;
    }

    private static SSLException stalled(String what) {
        return new TlsProtocolException("no progress: " + what, null, null);
    }

    private boolean flush(Operation operation) throws IOException {
        try {
            return outbound.flush(bio);
        } catch (IOException e) {
            writeFailed(e);
            if (operation == Operation.HANDSHAKE) {
                readFailed(e);
            }
            throw e;
        }
    }

    /** Fetches what the pipe has; anything but 0 means that the engine may see something new. */
    private int fill(Operation operation) throws IOException {
        int n;
        try {
            n = inbound.fill(bio);
        } catch (InterruptedIOException e) {
            // A pipe that waits by itself was interrupted or timed out; it delivered nothing and may yet.
            throw e;
        } catch (IOException e) {
            readFailed(e);
            if (operation == Operation.HANDSHAKE) {
                writeFailed(e);
            }
            throw e;
        }
        if (n < 0 && engine != null) {
            inputEnded = true;
            engine.endOfInput();
        }
        return n;
    }

    private boolean await(Operation operation, Interest interest, Waiting waiting) throws IOException {
        if (operation.writes) {
            outbound.release();
        }
        if (operation.reads) {
            inbound.shrink();
        }
        try {
            boolean waited = waiting.await(interest);
            requireOpen(null);
            if (!waited) {
                wanted = interest;
            }
            return waited;
        } catch (IOException e) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            if (operation == Operation.WRITE && (!interrupted || outbound.isHalfSent())) {
                writeFailed(e);
            }
            throw e;
        }
    }

    /**
     * Sends the read half's replies and other leftovers, if that needs no waiting: neither for the pipe nor for a writer, who
     * would take them along.
     *
     * @return false if the pipe did not take them and nobody else is trying
     */
    private boolean sendReplies() {
        TlsEngine current = engine;
        if (current == null || (outbound.isEmpty() && !current.hasReply())) {
            return true;
        }
        if (!writeLock.tryLock()) {
            return true;
        }
        try {
            if (current.hasReply()) {
                current.reply(outbound.toFill(false));
                outbound.filled();
            }
            return outbound.flush(bio);
        } catch (IOException e) {
            // Reading may well go on: the peer's last words are often worth having.
            writeFailed(e);
            outbound.discard();
            return true;
        } finally {
            outbound.release();
            writeLock.unlock();
        }
    }

    // ---- failures, locks and the end

    /** Keeps a breach of the protocol for both directions, and sends the alert if that needs no waiting. */
    private IOException failed(Operation operation, SSLException e) {
        readFailed(e);
        writeFailed(e);
        if (operation.writes) {
            try {
                TlsEngine current = engine;
                if (current != null && current.hasReply()) {
                    current.reply(outbound.toFill(false));
                }
                outbound.filled();
                outbound.flush(bio);
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
        } else {
            sendReplies();
        }
        return e;
    }

    private void readFailed(IOException e) {
        if (readFailure == null) {
            readFailure = e;
        }
    }

    private void writeFailed(IOException e) {
        if (writeFailure == null) {
            writeFailure = e;
        }
    }

    private void requireOpen(@Nullable IOException failure) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (failure != null) {
            throw failure;
        }
    }

    /** The caller holds the handshake lock. */
    private TlsStatus handshake(Waiting waiting) throws IOException {
        waiting.acquire(readLock);
        try {
            waiting.acquire(writeLock);
            try {
                return handshakeLocked(waiting);
            } finally {
                unlockWrite();
            }
        } finally {
            unlockRead();
        }
    }

    private TlsStatus handshakeLocked(Waiting waiting) throws IOException {
        requireOpen(readFailure);
        if (engine == null) {
            engine = switch (role) {
                case CLIENT -> context.engines().client(host, port);
                case SERVER -> context.engines().server();
                case NONE ->
                    throw new IllegalStateException(
                            "connection type not set: call setConnectState() or setAcceptState() first");
            };
        }
        TlsStatus status = drive(Operation.HANDSHAKE, NO_DATA, waiting);
        established = status == TlsStatus.OK;
        return status;
    }

    private void unlockRead() {
        inbound.release();
        readLock.unlock();
        if (closed) {
            endIfUnused();
        }
    }

    private void unlockWrite() {
        outbound.release();
        writeLock.unlock();
        if (closed) {
            endIfUnused();
        }
    }

    /** Drops keys and buffers; whoever is last does it. A lock seen held here is released by a thread that comes here. */
    private void endIfUnused() {
        while (!ended && !readLock.isLocked() && !writeLock.isLocked()) {
            if (readLock.tryLock()) {
                try {
                    if (writeLock.tryLock()) {
                        try {
                            end();
                        } finally {
                            writeLock.unlock();
                        }
                    }
                } finally {
                    readLock.unlock();
                }
            }
        }
    }

    /** The caller holds both locks. */
    private void end() {
        inbound.discard();
        peeked.discard();
        outbound.discard();
        TlsEngine current = engine;
        if (current != null && !ended) {
            current.destroy();
        }
        ended = true;
    }
}
