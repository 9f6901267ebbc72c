package io.parktls;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The loop that drives an engine over a pipe. In each turn the engine takes a step, the loop offers the engine's output
 * to the pipe, and then reads the input that the engine needs or waits for the pipe through a {@link Waiting}.
 *
 * <ul>
 *   <li>The loop processes the input that the engine already holds before it waits. It also tries the pipe before it
 *       waits, except when the pipe is probably empty because all input has been consumed and answered: a
 *       request-response connection then makes no system call that returns nothing.
 *   <li>A flight is sent with one write, and a read takes all that the pipe has.
 *   <li>An operation that needs input while its output is unsent waits for either. Otherwise two peers that are both in
 *       the middle of a flight would block each other forever.
 *   <li>The output that remains when the handshake is done (session tickets) is not offered to the pipe, because a
 *       blocking pipe would wait for a peer that may not be reading.
 *   <li>A read never waits to send. Its replies go out with the next write, or at once if the pipe accepts them without
 *       waiting.
 *   <li>If the engine neither makes progress nor needs the pipe, the loop throws instead of trying again.
 * </ul>
 *
 * <p>The loop takes a lock only to send replies. The caller of an operation holds the locks of the directions that the
 * operation uses.
 */
final class DriveLoop {
    /**
     * How many waits in a row may end without a byte moved before the pipe counts as broken. The number is large
     * because the other direction may also end a wait.
     */
    private static final int MAX_IDLE_TURNS = 1_000_000;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    /** The operation that the engine performs. */
    enum Operation {
        HANDSHAKE(true, true),
        READ(true, false),
        WRITE(false, true),
        FLUSH(false, true),
        CLOSE_NOTIFY(false, true);

        /** Whether the operation consumes records; its thread then holds the read lock. */
        private final boolean reads;

        /** Whether the operation produces records; its thread then holds the write lock. */
        private final boolean writes;

        Operation(boolean reads, boolean writes) {
            this.reads = reads;
            this.writes = writes;
        }
    }

    private final TlsEngine engine;
    private final Bio bio;
    private final Inbound inbound;
    private final Outbound outbound;
    private final Lifetime lifetime;

    /**
     * The readiness for which the latest operation stopped; null after any other outcome. Written by the thread that
     * runs an operation, read by any thread.
     */
    private volatile @Nullable Interest wanted;

    /**
     * How many bytes the pipe had accepted when {@link #isPipeProbablyEmpty} was last called. Guarded by the read lock.
     */
    private long sentBefore;

    /** Whether the pipe is non-blocking, which shows when a read first returns 0. Guarded by the read lock. */
    private boolean pipeNonBlocking;

    DriveLoop(TlsEngine engine, Bio bio, Inbound inbound, Outbound outbound, Lifetime lifetime) {
        this.engine = engine;
        this.bio = bio;
        this.inbound = inbound;
        this.outbound = outbound;
        this.lifetime = lifetime;
    }

    TlsEngine engine() {
        return engine;
    }

    /** Returns the readiness for which the latest operation stopped; null after any other outcome. */
    @Nullable
    Interest wanted() {
        return wanted;
    }

    /** Drives an operation that moves no application data. */
    TlsStatus drive(Operation operation, Waiting waiting) throws IOException {
        return drive(operation, NO_DATA, waiting);
    }

    /**
     * Drives an operation until it completes, or until it needs to wait and {@code waiting} declines.
     *
     * @param app the application data to write, or the buffer that receives the data read
     */
    TlsStatus drive(Operation operation, ByteBuffer app, Waiting waiting) throws IOException {
        if (wanted != null) {
            wanted = null;
        }
        boolean tryPipe = operation != Operation.READ || !waiting.seesArrivals() || !isPipeProbablyEmpty();
        int idleTurns = 0;
        for (; ; ) {
            TlsStatus step = step(operation, app, waiting);
            boolean handshakeDone = operation == Operation.HANDSHAKE && step == TlsStatus.OK;
            int unsentBefore = operation.writes ? outbound.remaining() : 0;
            boolean flushed = !operation.writes || handshakeDone || flush(operation);
            if (operation.writes && outbound.remaining() < unsentBefore) {
                idleTurns = 0;
            }
            switch (step) {
                case OK, CLOSED -> {
                    if (operation == Operation.READ && pipeNonBlocking && engine.hasReply()) {
                        // Replies are sent here too: while bulk data flows, reads may never reach WANT_READ.
                        sendReplies();
                    }
                    return step;
                }
                case WANT_WRITE -> {
                    if (flushed) {
                        idleTurns = 0;
                    } else if (!await(operation, Interest.WRITE, waiting)) {
                        return TlsStatus.WANT_WRITE;
                    }
                }
                case WANT_READ -> {
                    CompletionStage<?> answer = engine.pendingAnswer();
                    if (answer != null) {
                        if (!awaitAnswer(answer, waiting)) {
                            return TlsStatus.WANT_READ;
                        }
                        break;
                    }
                    if (flushed) {
                        if (tryPipe && fill(operation) != 0) {
                            idleTurns = 0;
                            break;
                        }
                        flushed = operation.writes || sendReplies();
                    }
                    Interest interest = flushed ? Interest.READ : Interest.READ_OR_WRITE;
                    if (!(tryPipe ? await(operation, interest, waiting) : awaitArrival(interest, waiting))) {
                        return flushed || !operation.writes ? TlsStatus.WANT_READ : TlsStatus.WANT_WRITE;
                    }
                    tryPipe = true;
                    if (!flushed && operation.writes && fill(operation) != 0) {
                        idleTurns = 0;
                    }
                }
            }
            if (++idleTurns > MAX_IDLE_TURNS) {
                throw failed(
                        operation,
                        noProgress("the pipe reported readiness " + idleTurns + " times in a row but moved no byte"));
            }
        }
    }

    // ---- the engine

    /** Lets the engine take one step and checks that the result allows progress. */
    private TlsStatus step(Operation operation, ByteBuffer app, Waiting waiting) throws IOException {
        boolean noMoreInput = operation.reads && inbound.isAtEnd();
        int before = app.position();
        TlsStatus status;
        try {
            status = callEngine(operation, app, waiting);
            boolean stalled = switch (status) {
                case OK -> operation == Operation.READ && app.position() == before;
                case CLOSED -> false;
                case WANT_READ -> (noMoreInput || !operation.reads) && engine.pendingAnswer() == null;
                case WANT_WRITE -> !operation.writes || outbound.remaining() == 0;
            };
            if (stalled) {
                throw noProgress("the engine returned " + status + " for " + operation + " without making progress");
            }
        } catch (SSLException e) {
            throw failed(operation, e);
        } catch (RuntimeException e) {
            throw failed(operation, new TlsProtocolException("the engine failed: " + e, TlsAlert.INTERNAL_ERROR, e));
        }
        if (status == TlsStatus.CLOSED) {
            inbound.shut();
        }
        return status;
    }

    private TlsStatus callEngine(Operation operation, ByteBuffer app, Waiting waiting) throws SSLException {
        return switch (operation) {
            case HANDSHAKE -> engine.handshake(inbound.arrived(), outbound.toFill(false), waiting);
            case READ -> engine.read(inbound.arrived(), app);
            case WRITE -> {
                boolean several = app.remaining() > TlsLimits.RECORD_DATA;
                yield wantWriteIfUnsent(engine.write(app, outbound.toFill(several)));
            }
            case FLUSH -> wantWriteIfUnsent(engine.hasReply() ? engine.reply(outbound.toFill(false)) : TlsStatus.OK);
            case CLOSE_NOTIFY -> wantWriteIfUnsent(closeNotify());
        };
    }

    private TlsStatus closeNotify() throws SSLException {
        if (outbound.isShut()) {
            return TlsStatus.OK;
        }
        TlsStatus put = engine.closeNotify(outbound.toFill(false));
        if (put == TlsStatus.OK) {
            outbound.shut();
        }
        return put;
    }

    /** Replaces OK with WANT_WRITE while the pipe has not accepted all output. */
    private TlsStatus wantWriteIfUnsent(TlsStatus status) {
        return status == TlsStatus.OK && outbound.remaining() > 0 ? TlsStatus.WANT_WRITE : status;
    }

    private static SSLException noProgress(String what) {
        return new TlsProtocolException("no progress: " + what, null, null);
    }

    // ---- the pipe

    private boolean flush(Operation operation) throws IOException {
        try {
            return outbound.flush(bio);
        } catch (IOException e) {
            outbound.failed(e);
            if (operation == Operation.HANDSHAKE) {
                inbound.failed(e);
            }
            throw e;
        }
    }

    /**
     * Reads what the pipe has.
     *
     * @return as {@link Bio#read}; after any result but 0 the engine can take another step
     */
    private int fill(Operation operation) throws IOException {
        int n;
        try {
            n = inbound.fill(bio);
        } catch (InterruptedIOException e) {
            // A blocking pipe was interrupted or timed out. It lost no data, so the read can be repeated.
            throw e;
        } catch (IOException e) {
            inbound.failed(e);
            if (operation == Operation.HANDSHAKE) {
                outbound.failed(e);
            }
            throw e;
        }
        if (n < 0) {
            engine.endOfInput();
        } else if (n == 0) {
            pipeNonBlocking = true;
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
            lifetime.requireOpen();
            if (!waited) {
                wanted = interest;
            }
            return waited;
        } catch (IOException e) {
            boolean interrupted = Thread.currentThread().isInterrupted();
            if (operation == Operation.WRITE && (!interrupted || outbound.isPartlySent())) {
                outbound.failed(e);
            }
            throw e;
        }
    }

    /**
     * Waits for a step that runs in another thread, or declines to. Also declines to go on with a step that has ended
     * after a choice if {@code waiting} wishes so.
     *
     * @return whether the step has ended
     */
    private boolean awaitAnswer(CompletionStage<?> answer, Waiting waiting) throws IOException {
        CompletableFuture<?> end = answer.toCompletableFuture();
        if (end.isDone() ? waiting.endsStepAfterChoice() : !waiting.mayBlock()) {
            wanted = Interest.ANSWER;
            return false;
        }
        waiting.beforeForeignCode();
        try {
            end.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the end of a step is never a failure", e);
        } finally {
            waiting.afterForeignCode();
        }
        lifetime.requireOpen();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while the handshake waits for a callback");
        }
        return end.isDone();
    }

    /**
     * Returns whether the pipe is probably empty: all input has been consumed and output has been sent since the last
     * call, so the peer's next message is yet to come. Called when a read begins; a read that was woken always tries
     * the pipe.
     */
    private boolean isPipeProbablyEmpty() {
        long sent = outbound.traffic().bytes();
        boolean answered = sent != sentBefore && inbound.isConsumed();
        sentBefore = sent;
        return answered;
    }

    /** Waits without having tried the pipe. If the wait ends early, input that has arrived by then still counts. */
    private boolean awaitArrival(Interest interest, Waiting waiting) throws IOException {
        try {
            return await(Operation.READ, interest, waiting);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (fill(Operation.READ) != 0) {
                return true;
            }
            throw e;
        }
    }

    // ---- replies and failures

    /**
     * Sends replies and other unsent output, as far as that needs no waiting. If a writer holds the write lock, the
     * replies are left to it.
     *
     * @return false if output remains unsent and no writer is about to send it
     */
    boolean sendReplies() {
        if (!outbound.isUnsent() && !engine.hasReply()) {
            return true;
        }
        if (!outbound.lock().tryLock()) {
            return true;
        }
        try {
            return flushReplies();
        } catch (IOException e) {
            // Only the outgoing direction fails: input that the peer sent before it closed can still be read.
            outbound.failed(e);
            outbound.discard();
            return true;
        } finally {
            outbound.release();
            outbound.lock().unlock();
        }
    }

    /** The caller holds the write lock. */
    private boolean flushReplies() throws IOException {
        if (engine.hasReply()) {
            engine.reply(outbound.toFill(false));
        }
        return outbound.flush(bio);
    }

    /** Fails both directions with a TLS failure, and sends the alert as far as that needs no waiting. */
    private IOException failed(Operation operation, SSLException e) {
        inbound.failed(e);
        outbound.failed(e);
        if (operation.writes) {
            try {
                flushReplies();
            } catch (IOException suppressed) {
                e.addSuppressed(suppressed);
            }
        } else {
            sendReplies();
        }
        return e;
    }
}
