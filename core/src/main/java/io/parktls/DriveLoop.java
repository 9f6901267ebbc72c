package io.parktls;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngine;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The one loop between an engine, a pipe and somebody's way of waiting: the engine takes a step, what it put out is offered to
 * the pipe, and what it wants is fetched or waited for.
 *
 * <ul>
 *   <li>What the engine holds is looked at before anything is waited for. So is what the pipe holds, unless all that it had was
 *       read and answered: between request and request there shall be no read that finds nothing.
 *   <li>One flight is one write, and a read takes all that the pipe has.
 *   <li>Whoever wants to read with output unsent waits for either, or two peers in the middle of their flights would
 *       stop each other for ever.
 *   <li>What a handshake leaves over when it is done (session tickets) is not even offered to the pipe: one that blocks
 *       would wait for a peer that need not read.
 *   <li>A read never waits for the write side. What it leaves for the peer goes out with the next write, or at once if
 *       that needs no waiting.
 *   <li>No progress and nothing wanted is an error, never another turn.
 * </ul>
 *
 * <p>It takes no lock but to send replies: who drives an operation holds those of the directions that it uses.
 */
final class DriveLoop {
    /**
     * Waits in a row that ended, yet no byte moved, before the pipe is taken for broken. Many: a wait may end for what the other
     * direction did.
     */
    private static final int IDLE_TURNS = 1_000_000;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    /** What a turn of the loop asks of the engine. */
    enum Operation {
        HANDSHAKE(true, true),
        READ(true, false),
        WRITE(false, true),
        FLUSH(false, true),
        CLOSE_NOTIFY(false, true);

        /** Whether it takes in records; then its thread holds the read lock. */
        private final boolean reads;

        /** Whether it puts out records; then its thread holds the write lock. */
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

    /** What the latest operation wanted, if it ended for want of it; whoever runs the operation writes it. */
    private volatile @Nullable Interest wanted;

    /** How much output the pipe had taken when a read that sees arrivals last began. Guarded by the read lock. */
    private long takenBefore;

    /**
     * Whether the pipe was ever asked for input and had none: then it is one that does not wait by itself. Guarded by the read
     * lock.
     */
    private boolean neverWaits;

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

    /** What the latest operation wanted, if it ended for want of it. */
    @Nullable
    Interest wanted() {
        return wanted;
    }

    /** Drives an operation that moves no application data. */
    TlsStatus drive(Operation operation, Waiting waiting) throws IOException {
        return drive(operation, NO_DATA, waiting);
    }

    /**
     * Drives an operation to its end, or to where it would have to wait and does not.
     *
     * @param app what to write, or where to put what is read
     */
    TlsStatus drive(Operation operation, ByteBuffer app, Waiting waiting) throws IOException {
        if (wanted != null) {
            wanted = null;
        }
        boolean look = operation != Operation.READ || !waiting.seesArrivals() || !isAnswered();
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
                    if (operation == Operation.READ && neverWaits && engine.hasReply()) {
                        // While bulk data flows, no read may ever want more.
                        sendReplies();
                    }
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
                        if (look && fill(operation) != 0) {
                            idle = 0;
                            break;
                        }
                        flushed = operation.writes || sendReplies();
                    }
                    Interest interest = flushed ? Interest.READ : Interest.READ_OR_WRITE;
                    if (!(look ? await(operation, interest, waiting) : awaitAnswer(interest, waiting))) {
                        return flushed || !operation.writes ? TlsStatus.WANT_READ : TlsStatus.WANT_WRITE;
                    }
                    look = true;
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

    // ---- the engine

    /** The engine alone, and whether its answer makes sense. */
    private TlsStatus step(Operation operation, ByteBuffer app) throws IOException {
        boolean noMoreInput = operation.reads && inbound.isAtEnd();
        int before = app.position();
        TlsStatus status;
        try {
            status = ask(operation, app);
            boolean stalled = switch (status) {
                case OK -> operation == Operation.READ && app.position() == before;
                case CLOSED -> false;
                case WANT_READ -> noMoreInput || !operation.reads;
                case WANT_WRITE -> !operation.writes || outbound.remaining() == 0;
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
            inbound.shut();
        }
        return status;
    }

    private TlsStatus ask(Operation operation, ByteBuffer app) throws SSLException {
        return switch (operation) {
            case HANDSHAKE -> engine.handshake(inbound.arrived(), outbound.toFill(false));
            case READ -> engine.read(inbound.arrived(), app);
            case WRITE -> {
                boolean several = app.remaining() > TlsLimits.RECORD_DATA;
                yield drained(engine.write(app, outbound.toFill(several)));
            }
            case FLUSH -> drained(engine.hasReply() ? engine.reply(outbound.toFill(false)) : TlsStatus.OK);
            case CLOSE_NOTIFY -> drained(closeNotify());
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

    /** OK only once the pipe has everything. */
    private TlsStatus drained(TlsStatus status) {
        return status == TlsStatus.OK && outbound.remaining() > 0 ? TlsStatus.WANT_WRITE : status;
    }

    private static SSLException stalled(String what) {
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

    /** Fetches what the pipe has; anything but 0 means that the engine may see something new. */
    private int fill(Operation operation) throws IOException {
        int n;
        try {
            n = inbound.fill(bio);
        } catch (InterruptedIOException e) {
            // A pipe that waits by itself was interrupted or timed out; it delivered nothing and may yet.
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
            neverWaits = true;
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
            if (operation == Operation.WRITE && (!interrupted || outbound.isHalfSent())) {
                outbound.failed(e);
            }
            throw e;
        }
    }

    /**
     * Whether all that had come was read, and something was sent since: what the peer says to that is still to come. For a
     * read that begins; one that was woken looks, whatever was written meanwhile.
     */
    private boolean isAnswered() {
        long taken = outbound.traffic().bytes();
        boolean answered = taken != takenBefore && inbound.isUsedUp();
        takenBefore = taken;
        return answered;
    }

    /** Waits without having looked: what came before the time was up counts all the same. */
    private boolean awaitAnswer(Interest interest, Waiting waiting) throws IOException {
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
     * Sends the read half's replies and other leftovers, if that needs no waiting: neither for the pipe nor for a writer, who
     * would take them along.
     *
     * @return false if the pipe did not take them and nobody else is trying
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
            // Reading may well go on: the peer's last words are often worth having.
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

    /** Keeps a breach of the protocol for both directions, and sends the alert if that needs no waiting. */
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
