package io.parktls.sockets.jsse.engine.fuzz;

import io.parktls.sockets.jsse.engine.fuzz.GuardedMemory.Block;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** Calls {@code wrap} and {@code unwrap} and compares what a call has done with what its result says. */
final class CheckedEngine {
    private final SSLEngine engine;
    private final String name;
    private final GuardedMemory memory;
    private final CallLog log;

    /** Whether no delegated task runs that may change the status at any time. */
    private final BooleanSupplier quiet;

    private final Set<Allowance> allowed;

    private int finished;
    private int produced;

    CheckedEngine(
            SSLEngine engine,
            Set<Allowance> allowed,
            String name,
            GuardedMemory memory,
            CallLog log,
            BooleanSupplier quiet) {
        this.allowed = allowed;
        this.engine = engine;
        this.name = name;
        this.memory = memory;
        this.log = log;
        this.quiet = quiet;
    }

    /** Buffers of a call, of which those in the range take part. */
    record Buffers(List<Block> blocks, int from, int count) {
        static Buffers of(Block block) {
            return new Buffers(List.of(block), 0, 1);
        }

        List<Block> active() {
            return blocks.subList(from, from + count);
        }

        ByteBuffer[] array() {
            return blocks.stream().map(Block::buffer).toArray(ByteBuffer[]::new);
        }

        int remaining() {
            return active().stream().mapToInt(Block::length).sum();
        }

        boolean isWhole() {
            return from == 0 && count == blocks.size();
        }

        @Override
        public String toString() {
            return blocks.size() == 1 && isWhole()
                    ? blocks.getFirst().toString()
                    : blocks + (isWhole() ? "" : " from " + from + " count " + count);
        }
    }

    /** Returns how many results said FINISHED. */
    int finished() {
        return finished;
    }

    /** Returns how many bytes wrap produced in all. */
    int produced() {
        return produced;
    }

    SSLEngineResult wrap(Buffers sources, Block destination) throws SSLException {
        String call = name + " wrap(" + sources + " -> " + destination + ")";
        HandshakeStatus before = engine.getHandshakeStatus();
        boolean done = engine.isOutboundDone();
        int packet = engine.getSession().getPacketBufferSize();
        memory.snapshot();
        SSLEngineResult result;
        try {
            result = doWrap(sources, destination.buffer());
        } catch (SSLException | RuntimeException e) {
            log.call(call + " throws " + e);
            memory.allow(destination, destination.length());
            memory.verify(call);
            throw e;
        }
        call += describe(before, result);
        log.call(call);
        memory.allow(destination, destination.length());
        memory.verify(call);
        verifyMovement(call, sources, Buffers.of(destination), result);
        produced += result.bytesProduced();
        verifyStatus(call, result);
        Status status = result.getStatus();
        if (status == Status.BUFFER_UNDERFLOW) {
            throw new Defect(call + ": wrap cannot lack input");
        }
        if (status == Status.BUFFER_OVERFLOW && destination.length() >= packet) {
            throw new Defect(call + ": the destination has the size that the session says, " + packet);
        }
        if (status == Status.CLOSED != engine.isOutboundDone() && (status == Status.CLOSED || done)) {
            throw new Defect(call + ": isOutboundDone is " + engine.isOutboundDone());
        }
        if (done && moved(result)) {
            throw new Defect(call + ": the output was done before");
        }
        if (status == Status.CLOSED && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            throw new Defect(call + ": asks for the call that it refuses");
        }
        if (isIdle(before, result)
                && (before == HandshakeStatus.NEED_WRAP
                        || before == HandshakeStatus.NOT_HANDSHAKING && sources.remaining() > 0)) {
            throw new Defect(call + ": no progress, and no other need");
        }
        return result;
    }

    /** Unwraps. {@code complete} says whether the source completes a record. */
    SSLEngineResult unwrap(Block source, boolean complete, Buffers destinations) throws SSLException {
        String call = name + " unwrap(" + source + (complete ? "" : " in part") + " -> " + destinations + ")";
        HandshakeStatus before = engine.getHandshakeStatus();
        boolean done = engine.isInboundDone();
        int application = engine.getSession().getApplicationBufferSize();
        memory.snapshot();
        SSLEngineResult result;
        try {
            result = doUnwrap(source.buffer(), destinations);
        } catch (SSLException | RuntimeException e) {
            log.call(call + " throws " + e);
            allowUnwrap(source, source.length(), destinations);
            if (allowed.contains(Allowance.CLEARS_DIRECT_MEMORY)) {
                memory.allowDirect();
            }
            memory.verify(call);
            throw e;
        }
        call += describe(before, result);
        log.call(call);
        allowUnwrap(source, Math.clamp(result.bytesConsumed(), 0, source.length()), destinations);
        memory.verify(call);
        verifyMovement(call, Buffers.of(source), destinations, result);
        verifyStatus(call, result);
        Status status = result.getStatus();
        if (status == Status.BUFFER_UNDERFLOW && complete) {
            throw new Defect(call + ": the source completes a record");
        }
        if (status == Status.BUFFER_OVERFLOW && destinations.remaining() >= application) {
            throw new Defect(call + ": the destinations have the size that the session says, " + application);
        }
        if (status == Status.CLOSED && !engine.isInboundDone()) {
            throw new Defect(call + ": isInboundDone is false");
        }
        if (done && (status != Status.CLOSED || moved(result))) {
            throw new Defect(call + ": the input was done before");
        }
        if (status == Status.CLOSED && result.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            throw new Defect(call + ": asks for the call that it refuses");
        }
        if (isIdle(before, result)
                && (before == HandshakeStatus.NEED_UNWRAP
                        || before == HandshakeStatus.NEED_UNWRAP_AGAIN
                        || before == HandshakeStatus.NOT_HANDSHAKING)) {
            throw new Defect(call + ": no progress, and no other need");
        }
        return result;
    }

    private SSLEngineResult doWrap(Buffers sources, ByteBuffer destination) throws SSLException {
        ByteBuffer[] array = sources.array();
        if (!sources.isWhole()) {
            return engine.wrap(array, sources.from(), sources.count(), destination);
        }
        return array.length == 1 ? engine.wrap(array[0], destination) : engine.wrap(array, destination);
    }

    private SSLEngineResult doUnwrap(ByteBuffer source, Buffers destinations) throws SSLException {
        ByteBuffer[] array = destinations.array();
        if (!destinations.isWhole()) {
            return engine.unwrap(source, array, destinations.from(), destinations.count());
        }
        return array.length == 1 ? engine.unwrap(source, array[0]) : engine.unwrap(source, array);
    }

    /** An engine may decrypt in place, within the records that it consumes, unless the source is read-only. */
    private void allowUnwrap(Block source, int consumed, Buffers destinations) {
        if (!source.buffer().isReadOnly()) {
            memory.allow(source, consumed);
        }
        for (Block destination : destinations.active()) {
            memory.allow(destination, destination.length());
        }
    }

    private void verifyMovement(String call, Buffers sources, Buffers destinations, SSLEngineResult result) {
        if (movement(call, sources) != result.bytesConsumed()) {
            throw new Defect(call + ": the sources moved by " + movement(call, sources));
        }
        if (movement(call, destinations) != result.bytesProduced()) {
            throw new Defect(call + ": the destinations moved by " + movement(call, destinations));
        }
        Status status = result.getStatus();
        if ((status == Status.BUFFER_OVERFLOW || status == Status.BUFFER_UNDERFLOW) && moved(result)) {
            throw new Defect(call + ": moves bytes");
        }
    }

    private static int movement(String call, Buffers buffers) {
        int sum = 0;
        for (int i = 0; i < buffers.blocks().size(); i++) {
            int moved = buffers.blocks().get(i).moved();
            if (moved < 0) {
                throw new Defect(call + ": a position moves back by " + -moved);
            }
            boolean active = i >= buffers.from() && i < buffers.from() + buffers.count();
            if (!active && moved != 0) {
                throw new Defect(call + ": a buffer outside of the range moves by " + moved);
            }
            sum += moved;
        }
        if (!buffers.blocks().stream().allMatch(Block::hasItsLimit)) {
            throw new Defect(call + ": changes a limit");
        }
        return sum;
    }

    private void verifyStatus(String call, SSLEngineResult result) {
        HandshakeStatus said = result.getHandshakeStatus();
        if (said == HandshakeStatus.FINISHED) {
            finished++;
        }
        HandshakeStatus now = engine.getHandshakeStatus();
        if (now == HandshakeStatus.FINISHED) {
            throw new Defect(call + ": getHandshakeStatus returns FINISHED, which only results may");
        }
        if (said != HandshakeStatus.FINISHED
                && said != HandshakeStatus.NEED_TASK
                && said != now
                && !allowed.contains(Allowance.STATUS_AFTER_RESULT)
                && quiet.getAsBoolean()) {
            throw new Defect(call + ": getHandshakeStatus returns " + now);
        }
    }

    private static boolean isIdle(HandshakeStatus before, SSLEngineResult result) {
        return result.getStatus() == Status.OK && !moved(result) && result.getHandshakeStatus() == before;
    }

    private static boolean moved(SSLEngineResult result) {
        return result.bytesConsumed() != 0 || result.bytesProduced() != 0;
    }

    private static String describe(HandshakeStatus before, SSLEngineResult result) {
        return " at " + before + ": " + result.getStatus() + " " + result.getHandshakeStatus() + " "
                + result.bytesConsumed() + " -> " + result.bytesProduced();
    }
}
