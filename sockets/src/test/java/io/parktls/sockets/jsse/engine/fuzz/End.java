package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.engine.fuzz.Conversation.Side;
import io.parktls.sockets.jsse.engine.fuzz.Plan.Closing;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a conversation: an engine, and the order of its calls. A step is one call or none: an orderly step does what the engine's status asks for, a disorderly one is any call that JSSE permits.
 */
final class End {
    private final String name;
    private final SSLEngine engine;
    private final Set<Allowance> allowed;
    private final CheckedEngine checked;
    private final DelegatedTasks tasks;
    private final Traffic traffic;
    private final Plan.End plan;
    private final Random random;
    private final CallLog log;

    private int steps;
    private int keyUpdates;

    private boolean begun;
    private boolean outputClosed;
    private boolean inputClosed;
    private boolean finishedAtClose;
    private boolean closedByItself;

    /** Whether all bytes that have arrived are not yet a record. */
    private boolean underflow;

    End(
            String name,
            Side side,
            Plan.End plan,
            Random random,
            GuardedMemory memory,
            CallLog log,
            ExecutorService threads,
            Wire output,
            Wire input) {
        this.name = name;
        this.engine = side.engine();
        this.allowed = side.allowed();
        this.plan = plan;
        this.random = random;
        this.log = log;
        this.tasks = new DelegatedTasks(engine, plan.tasks(), threads);
        this.checked = new CheckedEngine(engine, allowed, name, memory, log, tasks::isIdle);
        this.traffic = new Traffic(name, engine, checked, random, memory, log, output, input, plan.bytes());
    }

    Traffic traffic() {
        return traffic;
    }

    boolean isDone() {
        return engine.isInboundDone() && engine.isOutboundDone() && tasks.isIdle();
    }

    /** Returns a number that changes with everything that counts as progress. */
    int progress() {
        return Objects.hash(
                checked.produced(),
                traffic.available(),
                traffic.sent(),
                traffic.received(),
                traffic.failure(),
                begun,
                outputClosed,
                inputClosed,
                engine.isInboundDone(),
                engine.isOutboundDone(),
                engine.getHandshakeStatus());
    }

    boolean hasFinished() {
        return checked.finished() > 0;
    }

    /** Returns how many results said FINISHED. */
    int finished() {
        return checked.finished();
    }

    boolean hasUpdatedKeys() {
        return keyUpdates > 0;
    }

    /** Returns whether this end closed one of its directions when the peer could not expect it. */
    boolean hasClosedEarly() {
        return outputClosed && !finishedAtClose || inputClosed && !traffic.hasEnded();
    }

    /** Returns whether this end closed a direction before it failed. */
    boolean hasClosedByItself() {
        return closedByItself;
    }

    /** Returns whether this end may drop what arrives. */
    boolean dropsInput() {
        return inputClosed || outputClosed && allowed.contains(Allowance.NO_HALF_CLOSE);
    }

    boolean may(Allowance allowance) {
        return allowed.contains(allowance);
    }

    boolean isOutputDone() {
        return engine.isOutboundDone();
    }

    boolean isInputDone() {
        return engine.isInboundDone();
    }

    /** Does what the status asks for. Returns false if that is to wait for the peer. */
    boolean orderlyStep() {
        steps++;
        if (act()) {
            return true;
        }
        boolean tasksEnd = !tasks.isIdle();
        tasks.settle();
        return tasksEnd;
    }

    private boolean act() {
        if (isDone()) {
            return false;
        }
        if (closes()) {
            return true;
        }
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                log.event(name + " " + tasks.step());
                yield true;
            }
            case NEED_WRAP -> {
                orderlyWrap();
                yield true;
            }
            case NEED_UNWRAP -> orderlyUnwrap();
            case NEED_UNWRAP_AGAIN -> {
                unwrap(random.nextInt(traffic.available() + 1));
                yield true;
            }
            case NOT_HANDSHAKING, FINISHED -> notHandshaking();
        };
    }

    private boolean notHandshaking() {
        if (!begun && !outputClosed && !inputClosed && !hasFailed()) {
            begun = true;
            if (plan.begins()) {
                beginHandshake();
                return true;
            }
            orderlyWrap();
            return true;
        }
        // An engine may refuse to update its keys when a direction is closed; SunJSSE never ends such an update.
        boolean mayUpdate = !allowed.contains(Allowance.NO_KEY_UPDATE) && !engine.isInboundDone();
        if (keyUpdates < plan.keyUpdates()
                && mayUpdate
                && canWrite()
                && hasFinished()
                && traffic.sent() >= plan.bytes() / plan.keyUpdates() * keyUpdates) {
            keyUpdates++;
            beginHandshake();
            return true;
        }
        boolean readable = !engine.isInboundDone() && traffic.available() > 0 && !underflow;
        if (readable && (random.nextBoolean() || !canWrite())) {
            return orderlyUnwrap();
        }
        if (canWrite() || outputClosed && !engine.isOutboundDone()) {
            orderlyWrap();
            return true;
        }
        return readable && orderlyUnwrap();
    }

    private boolean canWrite() {
        return !traffic.hasSentAll() && !outputClosed && !engine.isOutboundDone() && !hasFailed();
    }

    /** Makes a close due that waits for a number of steps. Returns false if there is none. */
    boolean hurry() {
        boolean waits = (plan.closing() == Closing.AT_STEP || plan.closing() == Closing.INPUT_AT_STEP)
                && !outputClosed
                && steps <= plan.closingStep();
        if (waits) {
            steps = plan.closingStep() + 1;
        }
        return waits;
    }

    /** Closes a direction if it is time. */
    private boolean closes() {
        boolean input = plan.closing() == Closing.INPUT_AT_STEP && steps > plan.closingStep();
        if (input && !inputClosed) {
            closeInput();
            return true;
        }
        boolean due = hasFailed()
                || inputClosed
                || switch (plan.closing()) {
                    case AFTER_WRITING -> hasFinished() && traffic.hasSentAll();
                    case AFTER_READING ->
                        hasFinished() && engine.isInboundDone() && (traffic.hasSentAll() || engine.isOutboundDone());
                    case AT_STEP -> steps > plan.closingStep();
                    case INPUT_AT_STEP -> inputClosed;
                };
        if (due && !outputClosed) {
            closeOutput();
            return true;
        }
        return false;
    }

    private void closeOutput() {
        log.event(name + " closeOutbound() at " + engine.getHandshakeStatus());
        finishedAtClose = hasFinished();
        closedByItself |= !hasFailed();
        outputClosed = true;
        engine.closeOutbound();
    }

    /** Closes the input, which must fail if the peer has not sent close_notify. */
    void closeInput() {
        boolean fresh = traffic.isUntouched();
        boolean done = engine.isInboundDone();
        closedByItself |= !hasFailed();
        inputClosed = true;
        try {
            engine.closeInbound();
            log.event(name + " closeInbound()");
            if (!done && !fresh && !hasFailed()) {
                throw new Defect(name + ": closeInbound takes a truncation for the end");
            }
        } catch (SSLException e) {
            log.event(name + " closeInbound() throws " + e);
            if (done || !traffic.isCalled() && !begun) {
                throw new Defect(name + ": closeInbound fails although nothing is cut off", e);
            }
        }
        if (!engine.isInboundDone() && !allowed.contains(Allowance.INPUT_OPEN_AFTER_CLOSE)) {
            throw new Defect(name + ": isInboundDone is false after closeInbound");
        }
    }

    private void beginHandshake() {
        log.event(name + " beginHandshake() at " + engine.getHandshakeStatus());
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            traffic.fail(e);
        }
    }

    private boolean hasFailed() {
        return traffic.failure() != null;
    }

    private void orderlyWrap() {
        begun = true;
        traffic.wrap(
                random.nextInt(16) == 0 ? 0 : anyLength(),
                traffic.likelySize(engine.getSession().getPacketBufferSize()));
    }

    private int anyLength() {
        return random.nextInt(1 << random.nextInt(1, 17));
    }

    private boolean orderlyUnwrap() {
        if (engine.isInboundDone()) {
            throw new Defect(name + ": NEED_UNWRAP although the input is done");
        }
        if (traffic.available() == 0 || underflow) {
            return false;
        }
        // The source holds all that has arrived, or less at first.
        int length = random.nextInt(3) > 0 ? traffic.available() : random.nextInt(traffic.available() + 1);
        underflow = unwrap(length) == Status.BUFFER_UNDERFLOW && length == traffic.available();
        return true;
    }

    private @Nullable Status unwrap(int length) {
        begun |= length > 0;
        SSLEngineResult result =
                traffic.unwrap(length, traffic.likelySize(engine.getSession().getApplicationBufferSize()));
        return result == null ? null : result.getStatus();
    }

    /** Bytes have arrived. */
    void delivered() {
        underflow = false;
    }

    boolean wantsDelivery() {
        return underflow || traffic.available() == 0;
    }

    /** Makes a call that the status may not ask for. */
    void disorderlyStep() {
        steps++;
        if (closes()) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> {
                begun = true;
                traffic.wrap(anyLength(), traffic.anySize(engine.getSession().getPacketBufferSize()));
            }
            case 4, 5, 6, 7 -> {
                int length = random.nextInt(Math.min(traffic.available(), 40_000) + 1);
                begun |= length > 0;
                traffic.unwrap(length, traffic.anySize(engine.getSession().getApplicationBufferSize()));
            }
            case 8 -> {
                if (tasks.takeOne()) {
                    log.event(name + " takes a task");
                }
            }
            case 9 -> {
                if (outputClosed) {
                    engine.closeOutbound();
                }
            }
            case 10 -> query();
            default -> {
                if (!allowed.contains(Allowance.NO_REFUSALS)) {
                    traffic.misuse();
                }
            }
        }
    }

    private void query() {
        if (engine.getSession().getProtocol() == null || engine.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            throw new Defect(name + ": no protocol, or the status FINISHED");
        }
        engine.getHandshakeSession();
        if (engine.isInboundDone() && random.nextBoolean()) {
            closeInput();
        }
    }

    @Override
    public String toString() {
        return name + " at " + engine.getHandshakeStatus() + ", input done " + engine.isInboundDone() + ", output done "
                + engine.isOutboundDone() + ", tasks idle " + tasks.isIdle() + ", " + traffic;
    }
}
