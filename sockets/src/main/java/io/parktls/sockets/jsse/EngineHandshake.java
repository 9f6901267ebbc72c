package io.parktls.sockets.jsse;

import io.parktls.TlsStatus;
import io.parktls.engine.TlsEngine;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of an {@code SSLEngine}: gives the records that {@code unwrap} receives to a {@link TlsEngine}, and its
 * output to {@code wrap}.
 *
 * <pre>
 *   client --&gt; HELLO_DUE --wrap--+
 *                                v
 *   server --&gt; READING --record--&gt; TASK_DUE --&gt; TASK_RUNNING --+--&gt; READING
 *                 |                                            |
 *                 +--record that needs little computation------+--&gt; ENDED
 * </pre>
 *
 * <p>Each record that may need computation or foreign code is processed in a task, which runs without locks. Output can
 * be pending in each state; {@code wrap} takes it while no task is due. The result of the last call that the handshake
 * needs reports FINISHED. If no output is pending when a task ends the handshake, that call is a {@code wrap} without
 * output, as with SunJSSE; data that has arrived can be received before. A client begins with NEED_WRAP, as with SunJSSE, although this {@code wrap} only makes a task
 * due: callers such as Kafka do not expect a task before the first call.
 *
 * <p>Thread-safe. The lock is held for short times, and never while a task runs.
 */
final class EngineHandshake {
    private enum State {
        /** The first {@code wrap} of a client makes the task due that creates the ClientHello. */
        HELLO_DUE,
        /** The handshake needs the next record, after pending output. */
        READING,
        /** {@code getDelegatedTask} returns the next task. */
        TASK_DUE,
        /** The task was handed out and has not ended. */
        TASK_RUNNING,
        /** The outcome is known. */
        ENDED
    }

    /** How a handshake ended. */
    private enum Outcome {
        NONE,
        ESTABLISHED,
        FAILED,
        /** The peer has sent close_notify. */
        CLOSED_BY_PEER,
        /** The application has closed a direction. */
        CANCELED
    }

    private static final int INITIAL_OUTPUT = 4_096;

    /** The buffer of every handshake that needs none. Without room it cannot change. */
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final ReentrantLock lock = new ReentrantLock();
    private final TlsEngine engine;

    /** Called once when the handshake is done, without output being sent. */
    private final Runnable onEstablished;

    /** Guarded by {@link #lock}. */
    private State state;

    /** Guarded by {@link #lock}. */
    private Outcome outcome = Outcome.NONE;

    /** The records that the engine has not consumed. Guarded by {@link #lock}, and used by the running task alone. */
    private ByteBuffer input = NOTHING;

    /**
     * The output that {@code wrap} has not taken, up to the position. Guarded by {@link #lock}, and used by the running
     * task alone.
     */
    private ByteBuffer output = NOTHING;

    /** The failure of a task, which the next call throws. Guarded by {@link #lock}. */
    private @Nullable SSLException undelivered;

    /** Whether no result has reported FINISHED yet. Guarded by {@link #lock}. */
    private boolean finishedDue;

    /** Whether the application has closed a direction while a task was running. Guarded by {@link #lock}. */
    private boolean cancelDue;

    /** The task that was handed out last; null before the first. Guarded by {@link #lock}. */
    private @Nullable Task task;

    /**
     * Null if the handshake is not recorded, or has ended. Guarded by {@link #lock}, and used by the running task alone.
     */
    private @Nullable EngineFlightRecord record;

    /** Whether the handshake ended in a connection. Written once, guarded by {@link #lock}. */
    private volatile boolean established;

    /** Whether the handshake is done, its output taken and FINISHED reported. Written once, guarded by {@link #lock}. */
    private volatile boolean complete;

    EngineHandshake(TlsEngine engine, boolean client, @Nullable EngineFlightRecord record, Runnable onEstablished) {
        this.engine = engine;
        this.record = record;
        this.onEstablished = onEstablished;
        this.state = client ? State.HELLO_DUE : State.READING;
    }

    TlsEngine engine() {
        return engine;
    }

    /** Returns whether the handshake is done and reported, so that data can be sent. */
    boolean isComplete() {
        return complete;
    }

    /** Returns whether the connection ended in the handshake, and the application knows why. */
    boolean isInboundDone() {
        if (complete) {
            return false;
        }
        lock.lock();
        try {
            return isAbandoned();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #isInboundDone}, and {@code wrap} has taken the last alert. */
    boolean isOutboundDone() {
        if (complete) {
            return false;
        }
        lock.lock();
        try {
            return isAbandoned() && output.position() == 0;
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private boolean isAbandoned() {
        return state == State.ENDED && outcome != Outcome.ESTABLISHED && undelivered == null;
    }

    HandshakeStatus status() {
        lock.lock();
        try {
            return currentStatus();
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private HandshakeStatus currentStatus() {
        return switch (state) {
            case HELLO_DUE -> HandshakeStatus.NEED_WRAP;
            case TASK_DUE, TASK_RUNNING -> HandshakeStatus.NEED_TASK;
            case READING -> output.position() > 0 ? HandshakeStatus.NEED_WRAP : HandshakeStatus.NEED_UNWRAP;
            case ENDED ->
                output.position() > 0 || finishedDue || undelivered != null
                        ? HandshakeStatus.NEED_WRAP
                        : HandshakeStatus.NOT_HANDSHAKING;
        };
    }

    // ---- wrap and unwrap

    /** Moves pending output into {@code dst}: as many records as fit. */
    SSLEngineResult wrap(ByteBuffer dst) throws SSLException {
        lock.lock();
        try {
            throwUndelivered();
            if (state == State.HELLO_DUE) {
                state = State.TASK_DUE;
            }
            if (state == State.TASK_DUE || state == State.TASK_RUNNING || output.position() == 0) {
                return result(0, 0);
            }
            int produced = takeRecords(dst);
            if (produced == 0) {
                return new SSLEngineResult(Status.BUFFER_OVERFLOW, currentStatus(), 0, 0);
            }
            return result(0, produced);
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private int takeRecords(ByteBuffer dst) {
        output.flip();
        int produced = 0;
        while (output.hasRemaining()) {
            int length = RecordHeader.recordLength(output);
            if (length > dst.remaining()) {
                break;
            }
            dst.put(dst.position(), output, output.position(), length).position(dst.position() + length);
            output.position(output.position() + length);
            produced += length;
        }
        output.compact();
        return produced;
    }

    /** Takes the next record from {@code src} if it is whole. */
    SSLEngineResult unwrap(ByteBuffer src) throws SSLException {
        lock.lock();
        try {
            throwUndelivered();
            if (currentStatus() != HandshakeStatus.NEED_UNWRAP) {
                return result(0, 0);
            }
            if (src.remaining() < RecordHeader.LENGTH) {
                return new SSLEngineResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NEED_UNWRAP, 0, 0);
            }
            if (!RecordHeader.isValid(src)) {
                // The engine refuses these bytes, which do not begin a record, and knows why.
                return takeInput(src, src.remaining(), true);
            }
            int length = RecordHeader.recordLength(src);
            if (src.remaining() < length) {
                return new SSLEngineResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NEED_UNWRAP, 0, 0);
            }
            return takeInput(src, length, RecordHeader.isSignal(src) || engine.isHandshakeLight());
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private SSLEngineResult takeInput(ByteBuffer src, int length, boolean atOnce) throws SSLException {
        append(src, length);
        if (atOnce) {
            step();
            throwUndelivered();
        } else {
            state = State.TASK_DUE;
        }
        return result(length, 0);
    }

    /** Appends bytes to {@link #input}, which the engine consumes from its beginning. The caller holds the lock. */
    private void append(ByteBuffer src, int length) {
        ByteBuffer joined = input;
        if (input.hasRemaining() || input.capacity() < length) {
            joined = ByteBuffer.allocate(input.remaining() + length).put(input);
        } else {
            joined.clear();
        }
        joined.put(joined.position(), src, src.position(), length).position(joined.position() + length);
        src.position(src.position() + length);
        input = joined.flip();
    }

    /** Returns the result of a call, which reports FINISHED if the handshake needs nothing else. The caller holds the lock. */
    private SSLEngineResult result(int consumed, int produced) {
        if (isAbandoned() && output.position() == 0) {
            return new SSLEngineResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, consumed, produced);
        }
        if (finishedDue && output.position() == 0) {
            finishedDue = false;
            complete = true;
            output = NOTHING;
            return new SSLEngineResult(Status.OK, HandshakeStatus.FINISHED, consumed, produced);
        }
        boolean closed = outcome == Outcome.CLOSED_BY_PEER && consumed > 0;
        return new SSLEngineResult(closed ? Status.CLOSED : Status.OK, currentStatus(), consumed, produced);
    }

    /** Throws the failure of a task, once. The caller holds the lock. */
    private void throwUndelivered() throws SSLException {
        SSLException failure = undelivered;
        if (failure != null) {
            undelivered = null;
            throw failure;
        }
    }

    // ---- tasks

    /** Returns the task that is due; null if there is none. */
    @Nullable
    Runnable task() {
        lock.lock();
        try {
            if (state != State.TASK_DUE) {
                return null;
            }
            state = State.TASK_RUNNING;
            task = new Task();
            return task;
        } finally {
            lock.unlock();
        }
    }

    /** One step of the handshake, which runs once. */
    private final class Task implements Runnable {
        /** Whether the task has begun, or must not begin. Guarded by {@link #lock}. */
        private boolean begun;

        @Override
        public void run() {
            lock.lock();
            try {
                if (begun) {
                    return;
                }
                begun = true;
            } finally {
                lock.unlock();
            }
            // The state makes this thread the only user of the engine and of both buffers.
            Step step = drive();
            lock.lock();
            try {
                end(step);
            } finally {
                lock.unlock();
            }
        }
    }

    /** The result of a step of the engine: a status or a failure. The other one is null. */
    private record Step(
            @Nullable TlsStatus status, @Nullable SSLException failure) {}

    /** Processes the input in the calling thread. The caller holds the lock. */
    private void step() {
        end(drive());
    }

    /** Lets the engine process the input, and collects its output. */
    private Step drive() {
        EngineFlightRecord recording = record;
        if (recording == null) {
            return driveEngine();
        }
        long start = System.nanoTime();
        int consumed = input.position();
        int pending = output.position();
        Step step = driveEngine();
        recording.computed(System.nanoTime() - start);
        recording.received(input.position() - consumed);
        recording.sent(output.position() - pending);
        return step;
    }

    private Step driveEngine() {
        try {
            for (; ; ) {
                if (output.remaining() == 0) {
                    growOutput();
                }
                ByteBuffer free = output.slice();
                TlsStatus status;
                try {
                    status = engine.handshake(input, free);
                } finally {
                    output.position(output.position() + free.position());
                }
                if (status == TlsStatus.OK) {
                    takeTickets();
                }
                if (status != TlsStatus.WANT_WRITE) {
                    return new Step(status, null);
                }
                if (free.position() == 0) {
                    if (free.capacity() >= RecordHeader.MAX_RECORD) {
                        throw new SSLException("no progress: the engine wants to write but has room for a record");
                    }
                    growOutput();
                }
            }
        } catch (SSLException e) {
            return new Step(null, converted(e));
        } catch (RuntimeException | Error e) {
            return new Step(null, new SSLException("the engine failed: " + e, e));
        }
    }

    /**
     * Adds a server's tickets to the output of the handshake, although TLS 1.3 sends them after it: callers, for example
     * Kafka, take a NEED_WRAP after FINISHED for a renegotiation. SunJSSE does the same.
     */
    private void takeTickets() throws SSLException {
        while (engine.hasReply()) {
            ByteBuffer free = output.slice();
            engine.reply(free);
            output.position(output.position() + free.position());
            if (engine.hasReply()) {
                growOutput();
            }
        }
    }

    private static SSLException converted(SSLException e) {
        return JsseFailures.convert(e, true) instanceof SSLException converted ? converted : e;
    }

    private void growOutput() {
        int capacity = Math.max(INITIAL_OUTPUT, 2 * output.capacity());
        output = ByteBuffer.allocate(capacity).put(output.flip());
    }

    /** Ends a step. The caller holds the lock. */
    private void end(Step step) {
        if (step.failure != null) {
            undelivered = step.failure;
            ended(Outcome.FAILED);
            recordFailure(step.failure);
            return;
        }
        state = State.READING;
        if (step.status == TlsStatus.OK) {
            ended(Outcome.ESTABLISHED);
            finishedDue = true;
            onEstablished.run();
            established = true;
            if (record != null) {
                record.established(engine.session());
                record = null;
            }
        } else if (step.status == TlsStatus.CLOSED) {
            ended(Outcome.CLOSED_BY_PEER);
            recordFailure("the peer ended the handshake with close_notify");
        }
        if (cancelDue && outcome == Outcome.NONE) {
            cancelNow();
        }
    }

    /** The caller holds the lock. */
    private void recordFailure(String reason) {
        if (record != null) {
            recordFailure(new SSLException(reason));
        }
    }

    /** The caller holds the lock. */
    private void recordFailure(SSLException failure) {
        if (record != null) {
            record.failed(failure);
            record = null;
        }
    }

    /** The caller holds the lock. */
    private void ended(Outcome reached) {
        state = State.ENDED;
        outcome = reached;
        task = null;
        input = NOTHING;
    }

    // ---- closing

    /**
     * Cancels the handshake with user_canceled and close_notify (RFC 8446 6.1), which {@code wrap} then returns. A
     * task that runs ends first; a task that was handed out but does not run yet does nothing. Has no effect on a handshake that has ended.
     */
    void cancel() {
        lock.lock();
        try {
            switch (state) {
                case HELLO_DUE, READING, TASK_DUE -> cancelNow();
                case TASK_RUNNING -> {
                    if (task != null && !task.begun) {
                        task.begun = true;
                        cancelNow();
                    } else {
                        cancelDue = true;
                    }
                }
                case ENDED -> {}
            }
        } finally {
            lock.unlock();
        }
    }

    /** The caller holds the lock. */
    private void cancelNow() {
        ended(Outcome.CANCELED);
        recordFailure("the application closed the engine during the handshake");
        try {
            for (; ; ) {
                ByteBuffer free = output.slice();
                TlsStatus status = engine.closeNotify(free);
                output.position(output.position() + free.position());
                if (status == TlsStatus.OK) {
                    return;
                }
                growOutput();
            }
        } catch (SSLException e) {
            undelivered = e;
        }
    }

    /**
     * Returns whether the handshake ended in a connection. Data can be received then; {@code wrap} may still have output
     * to take and FINISHED to report.
     */
    boolean isEstablished() {
        return established;
    }

    /** Returns whether the outcome is known. */
    boolean isEnded() {
        lock.lock();
        try {
            return state == State.ENDED;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether no task uses the engine. */
    boolean isIdle() {
        lock.lock();
        try {
            return state != State.TASK_RUNNING;
        } finally {
            lock.unlock();
        }
    }
}
