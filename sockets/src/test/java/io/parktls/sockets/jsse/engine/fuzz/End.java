package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.engine.fuzz.CheckedEngine.Buffers;
import io.parktls.sockets.jsse.engine.fuzz.GuardedMemory.Block;
import io.parktls.sockets.jsse.engine.fuzz.Plan.Closing;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.IntStream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a conversation: an engine, the data that it sends, and the data that it must receive. A step is one call
 * or none: an orderly step does what the engine's status asks for, a disorderly one is any call that JSSE permits.
 */
final class End {
    private final String name;
    private final SSLEngine engine;
    private final CheckedEngine checked;
    private final DelegatedTasks tasks;
    private final Set<Allowance> allowed;
    private final Plan.End plan;
    private final Random random;
    private final GuardedMemory memory;
    private final CallLog log;
    private final Wire output;
    private final Wire input;
    private final byte[] data;

    private byte[] expected = new byte[0];
    private int sent;
    private int received;
    private int steps;
    private int keyUpdates;

    private boolean begun;

    /** Whether wrap or unwrap was called, which may begin the handshake. */
    private boolean called;

    private boolean outputClosed;
    private boolean inputClosed;

    /** Whether the peer's close_notify was unwrapped. */
    private boolean ended;

    private boolean finishedAtClose;
    private @Nullable SSLException failure;

    /** Whether the last call said that its buffers are too small, so that the next orderly one gets larger ones. */
    private boolean overflow;

    private boolean underflow;

    End(
            String name,
            SSLEngine engine,
            Set<Allowance> allowed,
            Plan.End plan,
            Random random,
            GuardedMemory memory,
            CallLog log,
            ExecutorService threads,
            Wire output,
            Wire input) {
        this.name = name;
        this.engine = engine;
        this.allowed = allowed;
        this.plan = plan;
        this.random = random;
        this.memory = memory;
        this.log = log;
        this.output = output;
        this.input = input;
        this.tasks = new DelegatedTasks(engine, plan.tasks(), threads);
        this.checked = new CheckedEngine(engine, allowed, name, memory, log, tasks::isIdle);
        this.data = new byte[plan.bytes()];
        random.nextBytes(data);
    }

    void expect(End peer) {
        expected = peer.data;
    }

    boolean isDone() {
        return engine.isInboundDone() && engine.isOutboundDone() && tasks.isIdle();
    }

    /** Returns a number that changes with everything that counts as progress. */
    long progress() {
        return Arrays.hashCode(new int[] {
            output.written(),
            input.available(),
            sent,
            received,
            steps(outputClosed) + steps(inputClosed) + steps(begun) + steps(failure != null),
            steps(engine.isInboundDone()) + steps(engine.isOutboundDone()),
            engine.getHandshakeStatus().ordinal()
        });
    }

    private static int steps(boolean flag) {
        return flag ? 1 : 0;
    }

    boolean hasFinished() {
        return checked.finished() > 0;
    }

    int finished() {
        return checked.finished();
    }

    @Nullable
    SSLException failure() {
        return failure;
    }

    int sent() {
        return sent;
    }

    int received() {
        return received;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Returns whether this end closed one of its directions when the peer could not expect it. */
    boolean hasClosedEarly() {
        return outputClosed && !finishedAtClose || inputClosed && !ended;
    }

    /** Returns whether this end may drop what arrives. */
    boolean dropsInput() {
        return inputClosed || outputClosed && allowed.contains(Allowance.NO_HALF_CLOSE);
    }

    boolean hasClosedOutput() {
        return outputClosed;
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
                log.add(name + " " + tasks.step());
                yield true;
            }
            case NEED_WRAP -> {
                orderlyWrap();
                yield true;
            }
            case NEED_UNWRAP -> orderlyUnwrap();
            case NEED_UNWRAP_AGAIN -> {
                unwrap(random.nextInt(input.available() + 1), orderlyDestinations());
                yield true;
            }
            case NOT_HANDSHAKING, FINISHED -> notHandshaking();
        };
    }

    private boolean notHandshaking() {
        if (!begun && !outputClosed && !inputClosed && failure == null) {
            begun = true;
            if (plan.begins()) {
                beginHandshake();
                return true;
            }
            orderlyWrap();
            return true;
        }
        boolean mayUpdate = !allowed.contains(Allowance.NO_KEY_UPDATE)
                && !(engine.isInboundDone() && allowed.contains(Allowance.NO_KEY_UPDATE_AFTER_END));
        if (keyUpdates < plan.keyUpdates()
                && mayUpdate
                && canWrite()
                && hasFinished()
                && sent > data.length / 4 * keyUpdates) {
            keyUpdates++;
            beginHandshake();
            return true;
        }
        boolean readable = !engine.isInboundDone() && input.available() > 0 && !underflow;
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
        return sent < data.length && !outputClosed && !engine.isOutboundDone() && failure == null;
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
        boolean due = failure != null
                || inputClosed
                || switch (plan.closing()) {
                    case AFTER_WRITING -> hasFinished() && sent == data.length;
                    case AFTER_READING ->
                        hasFinished() && engine.isInboundDone() && (sent == data.length || engine.isOutboundDone());
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
        log.add(name + " closeOutbound() at " + engine.getHandshakeStatus());
        finishedAtClose = hasFinished();
        outputClosed = true;
        engine.closeOutbound();
    }

    /** Closes the input, which must fail if the peer has not sent close_notify. */
    void closeInput() {
        boolean fresh = input.isUntouched() && output.written() == 0;
        boolean done = engine.isInboundDone();
        inputClosed = true;
        try {
            engine.closeInbound();
            log.add(name + " closeInbound()");
            if (!done && !fresh && failure == null) {
                throw new Defect(name + ": closeInbound takes a truncation for the end");
            }
        } catch (SSLException e) {
            log.add(name + " closeInbound() throws " + e);
            if (done || !called && !begun) {
                throw new Defect(name + ": closeInbound fails although nothing is cut off", e);
            }
        }
        if (!engine.isInboundDone() && !allowed.contains(Allowance.INPUT_OPEN_AFTER_CLOSE)) {
            throw new Defect(name + ": isInboundDone is false after closeInbound");
        }
    }

    private void beginHandshake() {
        log.add(name + " beginHandshake() at " + engine.getHandshakeStatus());
        try {
            engine.beginHandshake();
        } catch (SSLException e) {
            fail(e);
        }
    }

    private void orderlyWrap() {
        int packet = engine.getSession().getPacketBufferSize();
        int size = overflow || random.nextInt(4) > 0
                ? packet + random.nextInt(2) * random.nextInt(20_000)
                : anySize(packet);
        wrap(random.nextInt(16) == 0 ? 0 : random.nextInt(1 << random.nextInt(1, 17)), size);
    }

    private boolean orderlyUnwrap() {
        if (engine.isInboundDone()) {
            throw new Defect(name + ": NEED_UNWRAP although the input is done");
        }
        if (input.available() == 0 || underflow) {
            return false;
        }
        // The source holds all that has arrived, or less at first.
        int length = random.nextInt(3) > 0 ? input.available() : random.nextInt(input.available() + 1);
        SSLEngineResult result = unwrap(length, orderlyDestinations());
        if (result != null && result.getStatus() == Status.BUFFER_UNDERFLOW && length == input.available()) {
            underflow = true;
        }
        return true;
    }

    private int orderlyDestinations() {
        int application = engine.getSession().getApplicationBufferSize();
        return overflow || random.nextInt(4) > 0
                ? application + random.nextInt(2) * random.nextInt(20_000)
                : anySize(application);
    }

    /** Bytes have arrived. */
    void delivered() {
        underflow = false;
    }

    boolean wantsDelivery() {
        return underflow || input.available() == 0;
    }

    /** Makes a call that the status may not ask for. */
    void disorderlyStep() {
        steps++;
        if (closes()) {
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 ->
                wrap(
                        random.nextInt(1 << random.nextInt(1, 17)),
                        anySize(engine.getSession().getPacketBufferSize()));
            case 4, 5, 6, 7 ->
                unwrap(
                        random.nextInt(Math.min(input.available(), 40_000) + 1),
                        anySize(engine.getSession().getApplicationBufferSize()));
            case 8 -> {
                if (tasks.takeOne()) {
                    log.add(name + " takes a task");
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
                    misuse();
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

    /** Calls that are refused, and change nothing. */
    private void misuse() {
        memory.reset();
        Block source = memory.source(random, new byte[random.nextInt(100)]);
        Block destination = memory.destination(random, 40_000);
        memory.snapshot();
        String call = name + " misuse";
        try {
            switch (random.nextInt(3)) {
                case 0 -> engine.wrap(source.buffer(), destination.buffer().asReadOnlyBuffer());
                case 1 -> engine.unwrap(source.buffer(), destination.buffer().asReadOnlyBuffer());
                default -> engine.wrap(new ByteBuffer[] {source.buffer()}, 0, 2, destination.buffer());
            }
            throw new Defect(call + " is not refused");
        } catch (java.nio.ReadOnlyBufferException | IndexOutOfBoundsException e) {
            log.add(call + " throws " + e);
        } catch (SSLException e) {
            // The failure of a delegated task, which the next call reports, whatever its arguments.
            log.add(call + " throws " + e);
            fail(e);
        }
        memory.verify(call);
        if (source.moved() != 0 || destination.moved() != 0) {
            throw new Defect(call + " moves a position");
        }
    }

    /** Returns a size from 0 to more than enough. */
    private int anySize(int enough) {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(6);
            case 2 -> random.nextInt(100);
            case 3 -> random.nextInt(2_000);
            case 4 -> random.nextInt(enough);
            case 5 -> enough - 1;
            case 6 -> enough;
            default -> enough + random.nextInt(40_000);
        };
    }

    private void wrap(int wanted, int size) {
        memory.reset();
        int length = Math.min(wanted, data.length - sent);
        List<Block> blocks = new ArrayList<>();
        int offset = sent;
        for (int part : parts(length)) {
            blocks.add(memory.source(random, Arrays.copyOfRange(data, offset, offset + part)));
            offset += part;
        }
        Buffers sources = amongOthers(blocks);
        Block destination = memory.destination(random, size);
        begun = true;
        called = true;
        try {
            SSLEngineResult result = checked.wrap(sources, destination);
            sent += result.bytesConsumed();
            overflow = result.getStatus() == Status.BUFFER_OVERFLOW;
            output.write(written(destination));
        } catch (SSLException e) {
            fail(e);
        }
    }

    private static ByteBuffer written(Block block) {
        ByteBuffer bytes = block.buffer().duplicate();
        bytes.limit(bytes.position());
        bytes.position(block.position());
        return bytes;
    }

    private @Nullable SSLEngineResult unwrap(int length, int size) {
        memory.reset();
        byte[] arrived = new byte[length];
        input.peek(arrived, length);
        Block source = memory.source(random, arrived);
        List<Block> blocks = new ArrayList<>();
        for (int part : parts(size)) {
            blocks.add(memory.destination(random, part));
        }
        boolean complete = input.completesRecord(length);
        begun |= length > 0;
        called = true;
        try {
            SSLEngineResult result = checked.unwrap(source, complete, amongOthers(blocks));
            overflow = result.getStatus() == Status.BUFFER_OVERFLOW;
            ended |= result.getStatus() == Status.CLOSED && !inputClosed;
            input.consume(result.bytesConsumed());
            blocks.forEach(this::receive);
            return result;
        } catch (SSLException e) {
            fail(e);
            return null;
        }
    }

    private void receive(Block block) {
        ByteBuffer bytes = written(block);
        int length = bytes.remaining();
        if (received + length > expected.length || bytes.mismatch(ByteBuffer.wrap(expected, received, length)) >= 0) {
            throw new Defect(
                    name + ": the " + length + " bytes from " + received + " are not those that the peer sent");
        }
        received += length;
    }

    /** Cuts a length into one to four parts, of which some may be 0. */
    private int[] parts(int length) {
        if (random.nextInt(3) > 0) {
            return new int[] {length};
        }
        int[] cuts = IntStream.range(0, random.nextInt(4))
                .map(i -> random.nextInt(4) == 0 ? 0 : random.nextInt(length + 1))
                .sorted()
                .toArray();
        int[] parts = new int[cuts.length + 1];
        int at = 0;
        for (int i = 0; i < cuts.length; i++) {
            parts[i] = cuts[i] - at;
            at = cuts[i];
        }
        parts[cuts.length] = length - at;
        return parts;
    }

    /** Puts buffers before and after those of the call, which the call must leave alone. */
    private Buffers amongOthers(List<Block> blocks) {
        if (random.nextInt(3) > 0) {
            return new Buffers(blocks, 0, blocks.size());
        }
        List<Block> all = new ArrayList<>();
        int before = random.nextInt(3);
        for (int i = 0; i < before; i++) {
            all.add(memory.destination(random, random.nextInt(50)));
        }
        all.addAll(blocks);
        for (int i = random.nextInt(3); i > 0; i--) {
            all.add(memory.destination(random, random.nextInt(50)));
        }
        return new Buffers(all, before, blocks.size());
    }

    private void fail(SSLException e) {
        if (failure == null) {
            failure = e;
        }
    }

    @Override
    public String toString() {
        return name + " at " + engine.getHandshakeStatus() + ", input done " + engine.isInboundDone() + ", output done "
                + engine.isOutboundDone() + ", tasks idle " + tasks.isIdle() + ", " + input.available()
                + " bytes available, " + received + " received, " + sent + " of " + data.length + " sent";
    }
}
