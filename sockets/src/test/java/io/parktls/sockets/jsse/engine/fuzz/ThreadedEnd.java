package io.parktls.sockets.jsse.engine.fuzz;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * An engine with a thread that wraps and a thread that unwraps, both of which run its delegated tasks. Each does what
 * the status asks for, and waits for a {@linkplain Changes change} if the status asks for the other thread.
 */
final class ThreadedEnd {
    /** How many calls in a row may move no byte and leave the status as it is. */
    private static final int PATIENCE = 1_000;

    /** The suite of a session before the handshake. */
    private static final String NO_SUITE = "SSL_NULL_WITH_NULL_NULL";

    /**
     * The data that an end sends.
     *
     * @param updates how often the end updates its keys
     */
    record Plan(byte[] data, int updates) {}

    private final String name;
    private final SSLEngine engine;
    private final Plan plan;
    private final byte[] expected;
    private final SharedWire output;
    private final SharedWire input;
    private final Changes changes;
    private final BooleanSupplier mayClose;
    private final Random wrapRandom;
    private final Random unwrapRandom;

    /** Written by the thread that wraps. */
    private volatile int sent;

    /** Written by the thread that unwraps. */
    private volatile int received;

    /** Used by the thread that wraps, as are the next two fields. */
    private boolean begun;

    private int updates;
    private int idleWraps;

    /** Used by the thread that unwraps, as is the next field. */
    private int idleUnwraps;

    /** How many bytes are known to be less than a record. */
    private int tooFew;

    /**
     * @param expected what the peer sends
     * @param mayClose whether both ends have received everything
     */
    ThreadedEnd(
            String name,
            SSLEngine engine,
            Plan plan,
            byte[] expected,
            SharedWire output,
            SharedWire input,
            Changes changes,
            BooleanSupplier mayClose,
            Random random) {
        this.name = name;
        this.engine = engine;
        this.plan = plan;
        this.expected = expected;
        this.output = output;
        this.input = input;
        this.changes = changes;
        this.mayClose = mayClose;
        this.wrapRandom = new Random(random.nextLong());
        this.unwrapRandom = new Random(random.nextLong());
    }

    boolean hasReceivedAll() {
        return received == expected.length;
    }

    // ---- the thread that wraps

    /** Sends all data, and then close_notify once both ends have received everything. */
    void send() throws Exception {
        while (!engine.isOutboundDone()) {
            long seen = changes.version();
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTask(seen);
                case NEED_WRAP -> wrap();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> changes.await(seen, this);
                case NOT_HANDSHAKING, FINISHED -> sendData(seen);
            }
        }
    }

    private void sendData(long seen) throws Exception {
        if (engine.getUseClientMode() && !begun) {
            begun = true;
            engine.beginHandshake();
            changes.record();
        } else if (engine.getSession().getCipherSuite().equals(NO_SUITE)) {
            // A server's handshake begins with the first bytes, and perhaps has begun and ended since the status was
            // read.
            changes.await(seen, this);
        } else if (sent < plan.data().length) {
            // The peer closes when all has arrived, and an engine may refuse to update its keys after that.
            if (updates < plan.updates() && sent >= plan.data().length / (plan.updates() + 1) * (updates + 1)) {
                updates++;
                engine.beginHandshake();
                changes.record();
            } else {
                wrap();
            }
        } else if (mayClose.getAsBoolean()) {
            engine.closeOutbound();
            changes.record();
        } else {
            changes.await(seen, this);
        }
    }

    private void wrap() throws SSLException {
        HandshakeStatus before = engine.getHandshakeStatus();
        int length = Math.min(plan.data().length - sent, wrapRandom.nextInt(1 << wrapRandom.nextInt(1, 16)));
        ByteBuffer source = ByteBuffer.wrap(plan.data(), sent, length).asReadOnlyBuffer();
        int enough = engine.getSession().getPacketBufferSize();
        ByteBuffer packet = buffer(wrapRandom, wrapRandom.nextInt(8) == 0 ? wrapRandom.nextInt(enough) : enough);
        SSLEngineResult result = engine.wrap(source, packet);
        requireExact("wrap", result, source.position() - sent, packet.position());
        sent += result.bytesConsumed();
        if (result.bytesProduced() > 0) {
            output.write(packet.flip());
        }
        idleWraps = isIdle(result, before) ? idleWraps + 1 : 0;
        requirePatience("wrap", idleWraps, result);
        changes.record();
    }

    // ---- the thread that unwraps

    /** Receives until the peer's close_notify. */
    void receive() throws Exception {
        while (!engine.isInboundDone()) {
            long seen = changes.version();
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTask(seen);
                case NEED_WRAP -> changes.await(seen, this);
                case NEED_UNWRAP_AGAIN -> unwrap(input.available());
                case NEED_UNWRAP, NOT_HANDSHAKING, FINISHED -> {
                    int available = input.available();
                    if (available > tooFew) {
                        unwrap(available);
                    } else {
                        changes.await(seen, this);
                    }
                }
            }
        }
    }

    private void unwrap(int available) throws SSLException {
        HandshakeStatus before = engine.getHandshakeStatus();
        boolean all = unwrapRandom.nextInt(3) > 0 || available == 0;
        int length = all ? available : unwrapRandom.nextInt(tooFew, available) + 1;
        ByteBuffer source = ByteBuffer.wrap(input.peek(length)).asReadOnlyBuffer();
        int enough = engine.getSession().getApplicationBufferSize();
        ByteBuffer data = buffer(unwrapRandom, unwrapRandom.nextInt(8) == 0 ? unwrapRandom.nextInt(enough) : enough);
        SSLEngineResult result = engine.unwrap(source, data);
        requireExact("unwrap", result, source.position(), data.position());
        input.consume(result.bytesConsumed());
        receive(data.flip());
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            tooFew = length;
        } else if (result.bytesConsumed() > 0) {
            tooFew = 0;
        }
        idleUnwraps = isIdle(result, before) ? idleUnwraps + 1 : 0;
        requirePatience("unwrap", idleUnwraps, result);
        changes.record();
    }

    private void receive(ByteBuffer data) {
        int length = data.remaining();
        int at = received;
        if (at + length > expected.length || data.mismatch(ByteBuffer.wrap(expected, at, length)) >= 0) {
            throw new Defect(name + ": the " + length + " bytes from " + at + " are not those that the peer sent");
        }
        received = at + length;
    }

    // ---- both

    private void runTask(long seen) throws InterruptedException {
        Runnable task = engine.getDelegatedTask();
        if (task == null) {
            // The other thread runs it, or has run it since the status was read.
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                changes.await(seen, this);
            }
            return;
        }
        task.run();
        changes.record();
    }

    private static ByteBuffer buffer(Random random, int size) {
        return random.nextBoolean() ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
    }

    private void requireExact(String call, SSLEngineResult result, int consumed, int produced) {
        if (result.bytesConsumed() != consumed || result.bytesProduced() != produced) {
            throw new Defect(
                    name + ": " + call + " moves " + consumed + " and " + produced + " bytes, but returns " + result);
        }
    }

    private boolean isIdle(SSLEngineResult result, HandshakeStatus before) {
        return result.bytesConsumed() == 0
                && result.bytesProduced() == 0
                && result.getStatus() != Status.BUFFER_UNDERFLOW
                && engine.getHandshakeStatus() == before;
    }

    private void requirePatience(String call, int idle, SSLEngineResult result) {
        if (idle > PATIENCE) {
            throw new Defect(name + " spins: " + call + " returned " + idle + " times " + result);
        }
    }

    @Override
    public String toString() {
        return name + " with " + engine.getHandshakeStatus() + ", outbound done " + engine.isOutboundDone()
                + ", inbound done " + engine.isInboundDone() + ", " + sent + " of " + plan.data().length + " sent, "
                + received + " of " + expected.length + " received, " + input.available() + " available";
    }
}
