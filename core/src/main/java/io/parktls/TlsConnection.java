package io.parktls;

import io.parktls.DriveLoop.Operation;
import io.parktls.bio.Bio;
import io.parktls.engine.ExporterArguments;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.HandshakeOverrides;
import io.parktls.engine.TlsEngine;
import io.parktls.wire.ClientHello;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TLS connection over a {@link Bio}; the counterpart of OpenSSL's {@code SSL}.
 *
 * <p>Each operation makes as much progress as it can, then either completes or reports which readiness of the pipe it
 * needs. The methods without a {@link Waiting} never wait themselves. Over a non-blocking pipe they return
 * {@link TlsStatus#WANT_READ} or {@link TlsStatus#WANT_WRITE}, and the caller repeats the call once the pipe is ready.
 * Over a blocking pipe, whose reads and writes do not return without progress, they always complete. With a
 * {@link Waiting} that parks, the operations complete over a non-blocking pipe too.
 *
 * {@snippet :
 * TlsConnection connection = TlsContext.client().connect(bio, "example.org", 443);
 * switch (connection.read(buffer)) {
 *     case OK -> process(buffer.flip());
 *     case CLOSED -> connection.close();
 *     case WANT_READ -> key.interestOps(SelectionKey.OP_READ);
 *     case WANT_WRITE -> key.interestOps(SelectionKey.OP_WRITE);
 * }
 * }
 *
 * <p>A direction keeps its first failure, and every later call in that direction throws it again. A protocol violation
 * fails both directions. A wait that ends early (deadline, interrupt) does not fail a handshake or a read; the call can
 * be repeated. A write that reaches its deadline fails the outgoing direction; an interrupted write fails it only if a
 * record has been sent in part.
 *
 * <p><b>Threads.</b> One thread may read while another writes, and any thread may close. The package documentation
 * describes the locks. Call {@link #setConnectState}, {@link #setAcceptState} and {@link #setPeer} before other threads
 * use the connection.
 */
public final class TlsConnection implements Closeable {
    private final TlsContext context;
    private final Bio bio;

    /** Owns the read lock. */
    private final Inbound inbound = new Inbound();

    /** Owns the write lock. */
    private final Outbound outbound = new Outbound();

    /** Guarded by the read lock. */
    private final PeekBuffer peekBuffer = new PeekBuffer();

    private final Lifetime lifetime = new Lifetime(inbound, outbound, this::releaseResources);

    private final Handshake handshake;

    /** The ClientHello of a server whose handshake was not done when the connection ended. */
    private volatile @Nullable ClientHello unfinishedHello;

    TlsConnection(TlsContext context, Bio bio) {
        this.context = context;
        this.bio = Objects.requireNonNull(bio, "bio");
        this.handshake = new Handshake(context, bio, inbound, outbound, lifetime);
    }

    // ---- roles

    /**
     * Makes this end the client. The role can be changed until the handshake begins.
     *
     * @throws IllegalStateException if the handshake has begun
     */
    public void setConnectState() {
        handshake.beClient();
    }

    /**
     * Makes this end the server. The role can be changed until the handshake begins.
     *
     * @throws IllegalStateException if the handshake has begun
     */
    public void setAcceptState() {
        handshake.beServer();
    }

    /**
     * Sets the server that this client connects to.
     *
     * @param peerHost the host name or IP address to verify; a name is also sent as SNI
     * @param peerPort a hint for session caches; 0 if there is none
     * @throws IllegalArgumentException if {@code peerHost} is neither a host name nor an IP address
     * @throws IllegalStateException if the handshake has begun
     */
    public void setPeer(String peerHost, int peerPort) {
        TlsContext.requireHost(peerHost);
        handshake.peer(peerHost, peerPort);
    }

    /**
     * Sets the address of the peer, for the {@link ClientHelloInfo} that a server's {@link TlsChooser} receives.
     * {@code TlsSocket} sets it.
     *
     * @param address the address
     * @throws IllegalStateException if the handshake has begun
     */
    public void setRemoteAddress(SocketAddress address) {
        handshake.remoteAddress(address);
    }

    /**
     * Replaces decisions of the context for this connection's handshake. For adapters to other APIs.
     *
     * @param overrides the decisions; {@link HandshakeOverrides#NONE} for those of the context
     * @throws IllegalStateException if the handshake has begun
     */
    public void setOverrides(HandshakeOverrides overrides) {
        handshake.overrides(overrides);
    }

    // ---- operations

    /**
     * Performs the handshake as {@link #doHandshake(Waiting)} does, but never waits.
     *
     * @return as {@link #doHandshake(Waiting)}
     * @throws IOException as {@link #doHandshake(Waiting)}
     */
    public TlsStatus doHandshake() throws IOException {
        return doHandshake(Waiting.NEVER);
    }

    /**
     * Performs the handshake, or continues it.
     *
     * @param waiting how this call waits for the pipe
     * @return OK when the handshake is done (every later call returns OK without I/O); WANT_READ or WANT_WRITE if it
     *     needs the pipe; CLOSED if the peer sent close_notify during the handshake
     * @throws IllegalStateException if no role is set; the connection remains usable
     * @throws SSLException if the handshake failed; {@link TlsFailure#alert()} returns the alert
     * @throws IOException if the pipe failed or the wait ended early
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

    /**
     * Reads application data as {@link #read(ByteBuffer, Waiting)} does, but never waits.
     *
     * @param dst receives the data of at most one record
     * @return as {@link #read(ByteBuffer, Waiting)}
     * @throws IOException as {@link #read(ByteBuffer, Waiting)}
     */
    public TlsStatus read(ByteBuffer dst) throws IOException {
        return read(dst, Waiting.NEVER);
    }

    /**
     * Reads application data, and performs the handshake first if it is not done.
     *
     * @param dst receives the data of at most one record; bytes between its new position and its limit may be
     *     overwritten. If it has no room, the call reads nothing and returns OK
     * @param waiting how this call waits for the pipe
     * @return OK with at least one byte; CLOSED if the peer has sent close_notify; WANT_READ, or during the handshake
     *     also WANT_WRITE
     * @throws TlsTruncatedException if the stream ended without close_notify
     * @throws SSLException if the connection or the handshake failed
     * @throws IOException if the pipe failed or the wait ended early
     */
    public TlsStatus read(ByteBuffer dst, Waiting waiting) throws IOException {
        TlsStatus ready = handshake.perform(waiting);
        if (ready != TlsStatus.OK) {
            return ready;
        }
        lifetime.lock(inbound, waiting);
        try {
            if (peekBuffer.remaining() > 0) {
                lifetime.requireOpen();
                peekBuffer.moveTo(dst);
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

    /**
     * Copies the next application data as {@link #peek(ByteBuffer, Waiting)} does, but never waits.
     *
     * @param dst receives a copy of the data
     * @return as {@link #peek(ByteBuffer, Waiting)}
     * @throws IOException as {@link #peek(ByteBuffer, Waiting)}
     */
    public TlsStatus peek(ByteBuffer dst) throws IOException {
        return peek(dst, Waiting.NEVER);
    }

    /**
     * Copies application data into {@code dst} without consuming it: the next read delivers the same data. Repeated
     * calls return at most the rest of one record.
     *
     * @param dst receives a copy of the data
     * @param waiting how this call waits for the pipe
     * @return as {@link #read(ByteBuffer, Waiting)}
     * @throws IOException as {@link #read(ByteBuffer, Waiting)}
     */
    public TlsStatus peek(ByteBuffer dst, Waiting waiting) throws IOException {
        TlsStatus ready = handshake.perform(waiting);
        if (ready != TlsStatus.OK) {
            return ready;
        }
        lifetime.lock(inbound, waiting);
        try {
            boolean buffered = peekBuffer.remaining() > 0;
            peekBuffer.copyTo(dst);
            int from = dst.position();
            TlsStatus status = TlsStatus.OK;
            if (!buffered || (dst.hasRemaining() && engine().pending() > 0)) {
                status = readData(dst, waiting);
                peekBuffer.append(dst, from);
            }
            return status;
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * Writes application data as {@link #write(ByteBuffer, Waiting)} does, but never waits.
     *
     * @param src the data; its position advances past the consumed data
     * @return as {@link #write(ByteBuffer, Waiting)}
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus write(ByteBuffer src) throws IOException {
        return write(src, Waiting.NEVER);
    }

    /**
     * Writes application data, and performs the handshake first if it is not done.
     *
     * <p>A call that returns WANT_WRITE may have consumed a part of {@code src} or all of it; the position shows how
     * much. Repeat the call with the same buffer, even if it is empty by then, until it returns OK.
     *
     * @param src the data; its position advances past the consumed data
     * @param waiting how this call waits for the pipe
     * @return OK when {@code src} is consumed and the pipe has accepted every record; WANT_WRITE, or during the
     *     handshake also WANT_READ
     * @throws SSLException if the connection or the handshake failed, or this end has sent close_notify
     * @throws IOException if the pipe failed or the wait ended early
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
                throw new SSLException("cannot write: this end has sent close_notify (protocol is shutdown)");
            }
            return handshake.loop().drive(Operation.WRITE, src, waiting);
        } finally {
            unlockOutbound();
        }
    }

    /**
     * Sends the output that earlier operations left: replies, session tickets, records of an unfinished write and,
     * after a TLS failure, the alert.
     *
     * @param waiting how this call waits for the pipe
     * @return OK when the pipe has accepted all output, even after a TLS failure; otherwise WANT_WRITE
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}, except that an earlier TLS failure is not thrown
     *     again
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
     * Throws unless unsent output may still be sent. A TLS failure does not prevent that, because the output then ends
     * with the alert. The caller holds the write lock.
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
     * Sends the alert after a TLS failure, preceded by the rest of a record that was sent in part.
     *
     * @return OK if the pipe has accepted it all or TLS has not failed; otherwise WANT_WRITE
     */
    private TlsStatus flushAfterFailure(Waiting waiting) throws IOException {
        return outbound.failure() instanceof SSLException && hasUnsentOutput() ? flush(waiting) : TlsStatus.OK;
    }

    /**
     * Releases the write lock, then sends any reply that is queued. A reader that finds the write lock taken leaves its
     * reply to the holder, and may queue it after the holder's last check.
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

    /** Returns whether there is output that no running operation is about to send. */
    private boolean hasUnsentOutput() {
        DriveLoop begun = handshake.loopIfBegun();
        return outbound.isUnsent() || (begun != null && begun.engine().hasReply());
    }

    /**
     * Closes the connection's directions as {@link #shutdown(Waiting)} does, but never waits.
     *
     * @return as {@link #shutdown(Waiting)}
     * @throws IOException as {@link #shutdown(Waiting)}
     */
    public TlsStatus shutdown() throws IOException {
        return shutdown(Waiting.NEVER);
    }

    /**
     * Closes the connection's directions in two steps, one per call, like {@code SSL_shutdown(3)}. The first step sends
     * close_notify; the second waits for the peer's close_notify. Between the steps the application may still read. The
     * second step discards application data that has not been read.
     *
     * <p>After a TLS failure, this method sends the alert if the pipe has not accepted it yet, then throws the failure.
     *
     * @param waiting how this call waits for the pipe
     * @return OK when the pipe has accepted close_notify and the peer's has not arrived; CLOSED when both directions
     *     are closed; WANT_READ or WANT_WRITE
     * @throws IllegalStateException if the handshake is not done; the handshake can continue
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
            peekBuffer.discard();
            ByteBuffer discarded = RecordBuffers.borrow(false);
            try {
                TlsStatus status;
                do {
                    status = handshake.loop().drive(Operation.READ, discarded.clear(), waiting);
                } while (status == TlsStatus.OK);
                return status;
            } finally {
                RecordBuffers.giveBack(discarded);
            }
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * Sends close_notify, or the unsent rest of it. This is the first step of {@link #shutdown(Waiting)}.
     *
     * @param waiting how this call waits for the pipe
     * @return OK when the pipe has accepted close_notify, otherwise WANT_WRITE
     * @throws IllegalStateException if the handshake is not done; the handshake can continue
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
     * @param requestPeer whether to ask the peer to update its keys too
     * @param waiting how this call waits for the pipe
     * @return OK when the pipe has accepted the KeyUpdate; WANT_WRITE if a later operation is to send the rest
     * @throws IllegalStateException if the handshake is not done or the protocol is not TLS 1.3
     * @throws UnsupportedOperationException if the engine updates keys only by its own rules
     * @throws IOException as {@link #write(ByteBuffer, Waiting)}
     */
    public TlsStatus updateKeys(boolean requestPeer, Waiting waiting) throws IOException {
        handshake.requireDone("key update before the handshake is done");
        lifetime.requireIntact(outbound);
        engine().updateKeys(requestPeer);
        return flush(waiting);
    }

    /**
     * Closes the connection and its pipe. Sends close_notify first, or the pending alert after a TLS failure, as far as
     * the pipe accepts it without waiting. Closing the pipe wakes the threads that wait in this connection, in the way
     * that the pipe provides. Any thread may call this method; a second call has no effect.
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
                // The connection is closed already, or the peer is gone and needs no close_notify.
            } finally {
                lifetime.unlock(outbound);
            }
        }
        abort();
    }

    /**
     * Closes the pipe without sending close_notify, so the peer sees a truncated stream. Never waits.
     *
     * @throws IOException if closing the pipe fails
     */
    public void abort() throws IOException {
        lifetime.close();
        try {
            bio.close();
        } finally {
            lifetime.endIfUnused();
        }
    }

    /**
     * Closes this connection but leaves its pipe open. Drops keys and buffers once no operation uses them; every later
     * operation fails as it does after {@link #abort}. Sends nothing and never waits. The caller must close the pipe,
     * with {@link #abort} or directly.
     */
    public void detach() {
        lifetime.close();
        lifetime.endIfUnused();
    }

    // ---- state

    /** {@return whether this end is the server ({@code SSL_is_server(3)}); false as long as no role is set} */
    public boolean isServer() {
        return handshake.isServer();
    }

    /** {@return whether the handshake is done} Stays true until the end of the connection, even after a failure. */
    public boolean isHandshakeDone() {
        return handshake.isDone();
    }

    /**
     * {@return whether the rest of the handshake needs almost no computation: no key exchange and no signature} Returns
     * false if the engine cannot tell. For callers that limit how many handshakes compute at a time; call it between
     * calls of {@link #doHandshake}.
     */
    public boolean isHandshakeLight() {
        DriveLoop begun = handshake.loopIfBegun();
        return begun != null && begun.engine().isHandshakeLight();
    }

    /**
     * {@return whether the next call of {@link #doHandshake} may run code that may wait: trust managers of the
     * application, keys of other providers, key logs} For callers that must not wait on the thread that computes. Call
     * it between calls of {@link #doHandshake}, on the same thread.
     */
    public ForeignCode foreignCode() {
        return handshake.foreignCode();
    }

    /** {@return whether the peer's close_notify has been read} */
    public boolean isCloseNotifyReceived() {
        return inbound.isShut();
    }

    /** {@return whether this end has sent close_notify, or has put it into its output} */
    public boolean isCloseNotifySent() {
        return outbound.isShut();
    }

    /** {@return whether TLS has failed} A TLS failure fails both directions. */
    public boolean isFailed() {
        return inbound.failure() instanceof SSLException;
    }

    /**
     * {@return whether the pipe has failed, in either direction} No further I/O is possible then, and close_notify
     * cannot be sent ({@code SSL_get_error(3)}: no further I/O after {@code SSL_ERROR_SYSCALL}).
     */
    public boolean isPipeBroken() {
        return isPipeFailure(inbound.failure()) || isPipeFailure(outbound.failure());
    }

    private static boolean isPipeFailure(@Nullable IOException failure) {
        // InterruptedIOException: a write was interrupted or timed out, but the pipe itself works.
        return failure != null && !(failure instanceof SSLException) && !(failure instanceof InterruptedIOException);
    }

    /** {@return whether {@link #close()}, {@link #abort()} or {@link #detach()} has been called} */
    public boolean isClosed() {
        return lifetime.isClosed();
    }

    /** {@return how many bytes have been read from the pipe, including TLS overhead} Any thread may call it. */
    public long bytesReceived() {
        return inbound.traffic().bytes();
    }

    /** {@return how many bytes the pipe has accepted, including TLS overhead} Any thread may call it. */
    public long bytesSent() {
        return outbound.traffic().bytes();
    }

    /**
     * {@return how many complete records have been read from the pipe, including those of the handshake} Any thread may
     * call it.
     */
    public long recordsReceived() {
        return inbound.traffic().records();
    }

    /**
     * {@return how many complete records the pipe has accepted, including those of the handshake} Any thread may call
     * it.
     */
    public long recordsSent() {
        return outbound.traffic().records();
    }

    /**
     * {@return how many bytes of application data the next {@link #read} can deliver without using the pipe: the rest
     * of a decrypted record} Returns 0 while another thread reads.
     */
    public int pending() {
        if (!handshake.isDone() || !inbound.lock().tryLock()) {
            return 0;
        }
        try {
            return peekBuffer.remaining() + engine().pending();
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * {@return whether this connection holds input that no call has used yet: application data, records, or a part of a
     * record} Check this before you wait for the pipe yourself: a pipe does not become readable for a record that the
     * connection already holds. After a {@link #read} that returned WANT_READ the check is not needed. Returns false
     * while another thread reads.
     */
    public boolean hasPending() {
        if (!inbound.lock().tryLock()) {
            return false;
        }
        try {
            boolean data = handshake.isDone() && peekBuffer.remaining() + engine().pending() > 0;
            return data || inbound.arrived().hasRemaining();
        } finally {
            lifetime.unlock(inbound);
        }
    }

    /**
     * {@return the readiness that the latest operation needs, if it returned WANT_READ or WANT_WRITE; empty after any
     * other outcome} This is more precise than the status: an operation that has unsent output and can also continue
     * when bytes arrive needs either. The result is meaningful only if a single thread drives the connection.
     */
    public Optional<Interest> waitingFor() {
        DriveLoop begun = handshake.loopIfBegun();
        return begun == null ? Optional.empty() : Optional.ofNullable(begun.wanted());
    }

    /**
     * {@return the completion of the call of the application's code that the handshake waits for} It is complete if the
     * handshake waits for none. When {@link #waitingFor()} is {@link Interest#ANSWER}, repeat the operation after this
     * completion; it never completes with an exception, because the repeated operation throws it. Dependent actions may
     * run in the thread of {@link TlsContext.Builder#callbackExecutor}, so let them only wake the thread that drives
     * this connection.
     */
    public CompletionStage<?> answer() {
        DriveLoop begun = handshake.loopIfBegun();
        CompletionStage<?> pending = begun == null ? null : begun.engine().pendingAnswer();
        return pending == null ? CompletableFuture.completedStage(null) : pending;
    }

    /**
     * {@return what the handshake negotiated}
     *
     * @throws IllegalStateException if the handshake is not done
     */
    public TlsSession session() {
        return engine().session();
    }

    /**
     * {@return the latest ClientHello that a server has received, while the handshake is not done or after it has
     * failed} Empty before one is received, after the handshake, and on a client. For reports about handshakes that fail:
     * nothing authenticates a ClientHello. Call it from the thread that performs the handshake.
     */
    public Optional<ClientHelloInfo> clientHello() {
        DriveLoop begun = handshake.loopIfBegun();
        ClientHello kept = unfinishedHello;
        ClientHello latest =
                kept != null || begun == null ? kept : begun.engine().clientHello();
        return Optional.ofNullable(latest).map(hello -> ClientHelloInfo.of(hello, handshake.remoteAddress()));
    }

    /**
     * Exports keying material for another protocol, bound to this connection (RFC 5705, RFC 8446 7.5).
     *
     * @param label the exporter label, registered or starting with {@code EXPERIMENTAL}: printable ASCII, in TLS 1.3 at
     *     most 249 bytes, and not one that TLS itself uses ({@code client finished}, {@code master secret}, ...)
     * @param exporterContext a value bound into the result; null for none, which TLS 1.2 distinguishes from an empty
     *     one; at most 65,535 bytes in TLS 1.2, and at most 255 bytes in TLS 1.3 with the JSSE engine
     * @param length the number of bytes to export: at least 1; at most 65,535 in TLS 1.2, and at most 255 times the
     *     length of the suite's hash in TLS 1.3
     * @return a new array of {@code length} bytes
     * @throws IllegalArgumentException if an argument is outside these limits; the message names it
     * @throws IllegalStateException if the handshake is not done
     * @throws SSLException if the engine cannot export
     */
    public byte[] exportKeyingMaterial(String label, byte @Nullable [] exporterContext, int length)
            throws SSLException {
        ExporterArguments.check(session(), label, exporterContext, length);
        return engine().exportKeyingMaterial(label, exporterContext, length);
    }

    /** {@return the context that created this connection} */
    public TlsContext context() {
        return context;
    }

    /**
     * {@return this connection as a pipe, for TLS in TLS or any other protocol that runs over a {@link Bio}} The pipe
     * is blocking if the pipe underneath is. Its stream ends at the peer's close_notify. A failure of this connection
     * is a failure of the pipe, and closing the pipe closes this connection.
     */
    public Bio asBio() {
        return new ConnectionBio(this);
    }

    /** {@return the pipe underneath} */
    public Bio bio() {
        return bio;
    }

    /**
     * {@return a description of the connection's state, for people and logs: for instance {@code before the handshake},
     * {@code handshake: ...} with the engine's name for the step, {@code established, close_notify sent},
     * {@code failed} or {@code closed}}
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

    /** Returns whether record buffers are borrowed. Valid only while no operation is running. */
    boolean holdsBuffers() {
        return inbound.arrived().capacity() > 0 || !outbound.isReleased();
    }

    private TlsEngine engine() {
        handshake.requireDone("the handshake is not done");
        return handshake.loop().engine();
    }

    /** Drops buffers and keys at the end of the connection. The caller holds both locks. */
    private void releaseResources() {
        inbound.discard();
        peekBuffer.discard();
        outbound.discard();
        DriveLoop begun = handshake.loopIfBegun();
        if (begun != null) {
            if (!handshake.isDone()) {
                unfinishedHello = begun.engine().clientHello();
            }
            begun.engine().destroy();
        }
    }
}
