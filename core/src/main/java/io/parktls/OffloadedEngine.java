package io.parktls;

import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.TlsEngine;
import io.parktls.wire.ClientHello;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An engine whose steps of the handshake run in an executor of the application if they may call foreign code and the
 * driver must not wait. Neither Bouncy Castle nor an {@code SSLEngine} can leave a step in the middle of a callback and
 * continue later, so the whole step runs in a thread that may wait.
 *
 * <pre>
 *              input, or the first call                 executor
 *   IDLE ----------------------------------&gt; RUNNING --------------&gt; ENDED
 *     ^       WANT_READ with pendingAnswer              step ends       |
 *     |                                                                 | next call: output, status, failure
 *     +-----------------------------------------------------------------+
 * </pre>
 *
 * <p>A step works on copies of the buffers, because the connection may give its own back while the step runs.
 */
final class OffloadedEngine extends DelegatingEngine {
    private final TlsEngine engine;
    private final Executor executor;
    private final BooleanSupplier callsForeignCode;

    /**
     * The step that runs, or that has ended and whose outcome is not taken. Null if there is none. Written under both
     * locks of the connection, read by any thread.
     */
    private volatile @Nullable Step step;

    /** Whether the next step needs more input than {@link #inputLeft} bytes. Guarded by both locks of the connection, as are the next two fields. */
    private boolean inputNeeded;

    /** How many bytes of input the latest step has left. */
    private int inputLeft;

    /** Whether the end of the input is new to the engine. */
    private boolean endIsNew;

    /**
     * @param server whether the peer sends first
     * @param callsForeignCode whether the next step may call foreign code
     */
    OffloadedEngine(TlsEngine engine, Executor executor, boolean server, BooleanSupplier callsForeignCode) {
        this.engine = engine;
        this.executor = executor;
        this.inputNeeded = server;
        this.callsForeignCode = callsForeignCode;
    }

    /** A step of the handshake, with copies of its buffers. */
    private final class Step implements Runnable {
        private final ByteBuffer in;
        private final int available;
        private final ByteBuffer out = ByteBuffer.allocate(RecordBuffers.ONE_RECORD);
        private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

        /** Guards the hand-over between the step's thread and the one that destroys the engine. */
        private final ReentrantLock lock = new ReentrantLock();

        /** The thread that runs the step; null before and afterwards. Guarded by {@link #lock}. */
        private @Nullable Thread runner;

        /** Whether the step has ended. Guarded by {@link #lock}. */
        private boolean ended;

        /** Whether the connection has ended, so that the step's thread destroys the engine. Guarded by {@link #lock}. */
        private boolean abandoned;

        /** Null if the step has failed. Written before {@link #end} completes, read afterwards. */
        private @Nullable TlsStatus status;

        /** Null unless the step has failed. Written like {@link #status}. */
        private @Nullable Throwable failure;

        Step(ByteBuffer input) {
            this.available = input.remaining();
            this.in = ByteBuffer.allocate(available).put(input.duplicate()).flip();
        }

        @Override
        public void run() {
            if (!begin()) {
                return;
            }
            try {
                status = engine.handshake(in, out, ForeignCodeBoundary.NONE);
            } catch (SSLException | RuntimeException | Error e) {
                failure = e;
            } finally {
                finish();
            }
        }

        /** Returns whether the step is to run. */
        private boolean begin() {
            lock.lock();
            try {
                runner = Thread.currentThread();
                return !abandoned;
            } finally {
                lock.unlock();
            }
        }

        private void finish() {
            lock.lock();
            try {
                ended = true;
                runner = null;
                if (abandoned) {
                    // The interrupt was meant for this step, not for what the executor's thread does next.
                    Thread.interrupted();
                    engine.destroy();
                }
            } finally {
                lock.unlock();
            }
            end.complete(null);
        }

        /** Ends the use of the engine: now, or when the step ends, whose foreign code is interrupted. */
        void abandon() {
            lock.lock();
            try {
                if (ended) {
                    engine.destroy();
                    return;
                }
                abandoned = true;
                Thread running = runner;
                if (running == null) {
                    // The executor has not begun the step, and perhaps never will.
                    engine.destroy();
                    end.complete(null);
                } else {
                    running.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException {
        return handshake(in, out, ForeignCodeBoundary.NONE);
    }

    @Override
    public TlsStatus handshake(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        Step current = step;
        if (current == null) {
            if (inputNeeded && in.remaining() == inputLeft && !endIsNew) {
                return TlsStatus.WANT_READ;
            }
            inputNeeded = false;
            if (boundary.mayBlock() || !callsForeignCode.getAsBoolean()) {
                return engine.handshake(in, out, boundary);
            }
            endIsNew = false;
            current = new Step(in);
            step = current;
            start(current);
        }
        return current.end.isDone() ? take(current, in, out) : TlsStatus.WANT_READ;
    }

    private void start(Step current) {
        try {
            executor.execute(current);
        } catch (RuntimeException e) {
            // RejectedExecutionException: the application has shut the executor down.
            step = null;
            throw e;
        }
    }

    /** Takes the outcome of a step: first its output, so that an alert precedes the failure. */
    private TlsStatus take(Step ended, ByteBuffer in, ByteBuffer out) throws SSLException {
        ByteBuffer output = ended.out.duplicate().flip();
        if (output.remaining() > out.remaining()) {
            return TlsStatus.WANT_WRITE;
        }
        out.put(output);
        in.position(in.position() + ended.available - ended.in.remaining());
        step = null;
        TlsStatus status = ended.status;
        if (status != null) {
            inputNeeded = status == TlsStatus.WANT_READ;
            inputLeft = in.remaining();
            return status;
        }
        switch (ended.failure) {
            case SSLException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new IllegalStateException("the step has neither a status nor a failure");
        }
    }

    @Override
    public @Nullable CompletionStage<?> pendingAnswer() {
        Step current = step;
        return current == null ? engine.pendingAnswer() : current.end;
    }

    // ---- while a step runs, and otherwise

    @Override
    TlsEngine delegate() {
        return engine;
    }

    @Override
    public boolean isHandshakeLight() {
        return step == null && engine.isHandshakeLight();
    }

    @Override
    @SuppressWarnings("exports")
    public @Nullable ClientHello clientHello() {
        return step == null ? engine.clientHello() : null;
    }

    /** Returns false while a step runs: its output is taken with its outcome. */
    @Override
    public boolean hasReply() {
        return step == null && engine.hasReply();
    }

    @Override
    public void endOfInput() {
        endIsNew = true;
        engine.endOfInput();
    }

    @Override
    public String state() {
        return step == null ? engine.state() : "waiting for a callback";
    }

    @Override
    public void destroy() {
        Step current = step;
        if (current == null) {
            engine.destroy();
        } else {
            current.abandon();
        }
    }
}
