package io.parktls.sockets.jsse.engine.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One end of a connection in memory: an engine, the bytes on their way to it and the data that it has received. */
final class End {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** An end that throws again and again makes no progress. */
    private static final int MOST_FAILURES = 5;

    final SSLEngine engine;

    /** The failures of the engine, the first one first. */
    final List<Exception> failures = new ArrayList<>();

    /** The results of all calls. */
    final List<SSLEngineResult> results = new ArrayList<>();

    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private Consumer<Runnable> executor = Runnable::run;
    private ByteBuffer arrived = NOTHING;
    private @Nullable End peer;

    /** The bytes on their way that the engine does not see yet, and how many arrive at once; 0 for all. */
    private final ArrayDeque<Byte> onTheWay = new ArrayDeque<>();

    private int piece;

    End(SSLEngine engine) {
        this.engine = engine;
    }

    void connect(End other) {
        peer = other;
    }

    /** Sets where tasks run. */
    void runTasksWith(Consumer<Runnable> tasks) {
        executor = tasks;
    }

    /** Returns a buffer that holds every record that the engine may produce. */
    ByteBuffer packetBuffer() {
        return ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    }

    /** Returns a buffer that holds the data of every record that the engine may receive. */
    ByteBuffer applicationBuffer() {
        return ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    }

    /** Wraps once and sends the result to the peer. */
    SSLEngineResult wrap(ByteBuffer source) throws SSLException {
        ByteBuffer packet = packetBuffer();
        SSLEngineResult result = noted(CheckedCalls.wrap(engine, source, packet));
        Objects.requireNonNull(peer).arrive(content(packet));
        return result;
    }

    /** Wraps nothing once and sends the result to the peer. */
    SSLEngineResult wrap() throws SSLException {
        return wrap(NOTHING);
    }

    /** Wraps data, without sending the records. */
    byte[] records(byte[] data) throws SSLException {
        ByteBuffer source = ByteBuffer.wrap(data);
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        do {
            ByteBuffer packet = packetBuffer();
            SSLEngineResult result = noted(CheckedCalls.wrap(engine, source, packet));
            assertTrue(result.bytesProduced() > 0, () -> "cannot send: " + result);
            records.writeBytes(content(packet));
        } while (source.hasRemaining());
        return records.toByteArray();
    }

    byte[] records(String text) throws SSLException {
        return records(text.getBytes(ISO_8859_1));
    }

    /** Sends data to the peer, which may not have read it yet. */
    void send(String text) throws SSLException {
        Objects.requireNonNull(peer).arrive(records(text));
    }

    /** Unwraps once what has arrived. */
    SSLEngineResult unwrap() throws SSLException {
        ByteBuffer data = applicationBuffer();
        SSLEngineResult result = noted(CheckedCalls.unwrap(engine, arrived, data));
        received.writeBytes(content(data));
        return result;
    }

    private SSLEngineResult noted(SSLEngineResult result) {
        results.add(result);
        return result;
    }

    /** Lets the bytes from now on arrive in pieces of that size, one with each step. */
    void receiveInPieces(int size) {
        piece = size;
    }

    /** Lets bytes arrive. */
    void arrive(byte[] bytes) {
        if (piece == 0) {
            append(bytes);
        } else {
            for (byte b : bytes) {
                onTheWay.add(b);
            }
        }
    }

    private boolean nextPiece() {
        byte[] next = new byte[Math.min(piece, onTheWay.size())];
        for (int i = 0; i < next.length; i++) {
            next[i] = onTheWay.remove();
        }
        append(next);
        return next.length > 0;
    }

    private void append(byte[] bytes) {
        if (bytes.length > 0) {
            arrived = ByteBuffer.allocate(arrived.remaining() + bytes.length)
                    .put(arrived)
                    .put(bytes)
                    .flip();
        }
    }

    /** Takes away the bytes that have arrived and that the engine has not consumed. */
    byte[] intercept() {
        byte[] bytes = new byte[arrived.remaining()];
        arrived.get(bytes);
        return bytes;
    }

    /** Returns the data that was received since the last call. */
    String received() {
        String text = received.toString(ISO_8859_1);
        received.reset();
        return text;
    }

    /** Returns how many results had that status. */
    long count(HandshakeStatus status) {
        return results.stream()
                .filter(result -> result.getHandshakeStatus() == status)
                .count();
    }

    @Nullable
    Exception failure() {
        return failures.isEmpty() ? null : failures.getFirst();
    }

    SSLEngineResult last() {
        return results.getLast();
    }

    /** Runs all tasks that there are, and returns how many there were. */
    int runTasks() {
        int tasks = 0;
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            executor.accept(task);
            tasks++;
        }
        return tasks;
    }

    /** Does what the engine needs next, and returns whether there was anything to do. */
    boolean step() {
        try {
            return switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    assertTrue(runTasks() > 0, "NEED_TASK, but there is no task");
                    yield true;
                }
                case NEED_WRAP -> stepOut();
                default -> {
                    boolean more = nextPiece();
                    yield arrived.hasRemaining() && !engine.isInboundDone() && stepIn() || more;
                }
            };
        } catch (SSLException e) {
            failures.add(e);
            assertTrue(failures.size() < MOST_FAILURES, () -> "fails again and again: " + failures);
            return true;
        }
    }

    private boolean stepOut() throws SSLException {
        SSLEngineResult result = wrap();
        boolean progress = result.bytesProduced() > 0 || result.getHandshakeStatus() != HandshakeStatus.NEED_WRAP;
        if (!progress && result.getStatus() != Status.CLOSED) {
            fail("NEED_WRAP, but wrap makes no progress: " + result);
        }
        return progress;
    }

    private boolean stepIn() throws SSLException {
        SSLEngineResult result = unwrap();
        if (result.getStatus() == Status.BUFFER_OVERFLOW) {
            fail("a buffer of the session's size is too small: " + result);
        }
        boolean needsOther = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
                || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
        boolean progress = result.bytesConsumed() > 0 || needsOther;
        if (!progress && result.getStatus() == Status.OK) {
            fail("unwrap makes no progress and does not say what it needs: " + result);
        }
        return progress;
    }

    static byte[] content(ByteBuffer filled) {
        filled.flip();
        byte[] bytes = new byte[filled.remaining()];
        filled.get(bytes);
        return bytes;
    }
}
