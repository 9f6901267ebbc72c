package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** One thread wraps while another one unwraps, at both ends. */
final class FullDuplexTest {
    private static final int SIZE = 2 << 20;

    /** How much the facts send that need not be long. */
    private static final int SHORT = 1 << 19;

    /** How many records wait for a receiver that is slower than the sender. */
    private static final int MOST_WAITING = 100;

    /** After how many records a sender updates its keys. */
    private static final int NEVER = Integer.MAX_VALUE;

    @TestFactory
    Stream<DynamicNode> bothWays() {
        return EngineContract.ofAllPairs(List.of(
                established(
                        "2 MB each way at once",
                        session -> {
                            BlockingQueue<byte[]> toPeer = new LinkedBlockingQueue<>();
                            BlockingQueue<byte[]> toTested = new LinkedBlockingQueue<>();
                            SSLEngine peer = session.peer().engine;
                            List<Task<Long>> tasks = List.of(
                                    ThreadKind.PLATFORM.start(() -> send(session.engine(), toPeer, SIZE, NEVER)),
                                    ThreadKind.PLATFORM.start(() -> send(peer, toTested, SIZE, NEVER)),
                                    ThreadKind.PLATFORM.start(() -> receive(session.engine(), toTested, SIZE)),
                                    ThreadKind.PLATFORM.start(() -> receive(peer, toPeer, SIZE)));
                            long expected = tasks.getFirst().get();
                            for (Task<Long> task : tasks) {
                                if (task.get() != expected) {
                                    return "other bytes";
                                }
                            }
                            return "the same bytes";
                        },
                        "the same bytes"),
                established(
                                "2 MB each way at once, with updates of the keys",
                                session -> {
                                    BlockingQueue<byte[]> toPeer = new LinkedBlockingQueue<>();
                                    BlockingQueue<byte[]> toTested = new LinkedBlockingQueue<>();
                                    SSLEngine peer = session.peer().engine;
                                    List<Task<Long>> tasks = List.of(
                                            ThreadKind.PLATFORM.start(() -> send(session.engine(), toPeer, SHORT, 5)),
                                            ThreadKind.PLATFORM.start(() -> send(peer, toTested, SHORT, 7)),
                                            ThreadKind.PLATFORM.start(() -> receive(session.engine(), toTested, SHORT)),
                                            ThreadKind.PLATFORM.start(() -> receive(peer, toPeer, SHORT)));
                                    long expected = tasks.getFirst().get();
                                    for (Task<Long> task : tasks) {
                                        if (task.get() != expected) {
                                            return "other bytes";
                                        }
                                    }
                                    return "the same bytes";
                                },
                                "the same bytes")
                        .in(EngineContract.TLS13),
                established(
                        "a writer goes on while the reader has nothing",
                        session -> {
                            BlockingQueue<byte[]> toPeer = new LinkedBlockingQueue<>();
                            BlockingQueue<byte[]> toTested = new LinkedBlockingQueue<>();
                            Task<Long> reading =
                                    ThreadKind.PLATFORM.start(() -> receive(session.engine(), toTested, SHORT));
                            long sent = ThreadKind.PLATFORM
                                    .start(() -> send(session.engine(), toPeer, SHORT, NEVER))
                                    .get();
                            SSLEngine peer = session.peer().engine;
                            long received = receive(peer, toPeer, SHORT);
                            send(peer, toTested, SHORT, NEVER);
                            return (sent == received) + " " + (reading.get() == sent);
                        },
                        "true true")));
    }

    /** A thread closes an engine while another one wraps: what wrap has consumed arrives, and then the end does. */
    @TestFactory
    Stream<DynamicNode> closing() {
        return EngineContract.ofBothRoles(List.of(established(
                "closeOutbound() while another thread wraps",
                session -> {
                    BlockingQueue<byte[]> records = new LinkedBlockingQueue<>(MOST_WAITING);
                    Task<Long> sending = ThreadKind.PLATFORM.start(() -> sendUntilClosed(session.engine(), records));
                    SSLEngine peer = session.peer().engine;
                    ByteBuffer data = ByteBuffer.allocate(peer.getSession().getApplicationBufferSize());
                    long received = 0;
                    for (SSLEngineResult result; ; received += result.bytesProduced()) {
                        result = peer.unwrap(ByteBuffer.wrap(next(records)), data.clear());
                        if (result.getStatus() == Status.CLOSED) {
                            return received == sending.get();
                        }
                        if (received > SHORT) {
                            session.engine().closeOutbound();
                        }
                    }
                },
                true)));
    }

    /** Wraps until the engine is closed, and returns how many bytes it has consumed. */
    private static long sendUntilClosed(SSLEngine engine, BlockingQueue<byte[]> records) throws Exception {
        long consumed = 0;
        for (Status status = Status.OK; status == Status.OK; ) {
            ByteBuffer packet = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            SSLEngineResult result = engine.wrap(ByteBuffer.allocate(1_000), packet);
            status = result.getStatus();
            consumed += result.bytesConsumed();
            records.put(End.content(packet));
        }
        return consumed;
    }

    private static byte[] next(BlockingQueue<byte[]> records) throws InterruptedException {
        byte @Nullable [] record = records.poll(Task.HANG.toSeconds(), TimeUnit.SECONDS);
        if (record == null) {
            throw new AssertionError("no record arrives");
        }
        return record;
    }

    /** Wraps all data, and returns its checksum. */
    private static long send(SSLEngine engine, BlockingQueue<byte[]> records, int size, int update) throws Exception {
        byte[] data = new byte[size];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i ^ i >> 9);
        }
        ByteBuffer source = ByteBuffer.wrap(data);
        for (int count = 1; source.hasRemaining(); count++) {
            if (count % update == 0) {
                engine.beginHandshake();
            }
            ByteBuffer packet = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            SSLEngineResult result = engine.wrap(source, packet);
            if (result.getStatus() != Status.OK || result.bytesProduced() != packet.position()) {
                throw new AssertionError("wrap: " + result);
            }
            records.add(End.content(packet));
        }
        return checksum(data);
    }

    /** Unwraps as much data as the peer sends, and returns its checksum. */
    private static long receive(SSLEngine engine, BlockingQueue<byte[]> records, int size) throws Exception {
        byte[] data = new byte[size + engine.getSession().getApplicationBufferSize()];
        ByteBuffer destination = ByteBuffer.wrap(data);
        while (destination.position() < size) {
            ByteBuffer source = ByteBuffer.wrap(next(records));
            while (source.hasRemaining()) {
                SSLEngineResult result = engine.unwrap(source, destination);
                if (result.getStatus() != Status.OK) {
                    throw new AssertionError("unwrap: " + result);
                }
            }
        }
        return checksum(Arrays.copyOf(data, destination.position()));
    }

    private static long checksum(byte[] data) {
        CRC32 checksum = new CRC32();
        checksum.update(data);
        return checksum.getValue();
    }
}
