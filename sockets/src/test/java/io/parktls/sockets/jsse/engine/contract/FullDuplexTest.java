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
                                    ThreadKind.PLATFORM.start(() -> send(session.engine(), toPeer)),
                                    ThreadKind.PLATFORM.start(() -> send(peer, toTested)),
                                    ThreadKind.PLATFORM.start(() -> receive(session.engine(), toTested)),
                                    ThreadKind.PLATFORM.start(() -> receive(peer, toPeer)));
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
                        "a writer goes on while the reader has nothing",
                        session -> {
                            BlockingQueue<byte[]> toPeer = new LinkedBlockingQueue<>();
                            BlockingQueue<byte[]> toTested = new LinkedBlockingQueue<>();
                            Task<Long> reading = ThreadKind.PLATFORM.start(() -> receive(session.engine(), toTested));
                            long sent = ThreadKind.PLATFORM
                                    .start(() -> send(session.engine(), toPeer))
                                    .get();
                            SSLEngine peer = session.peer().engine;
                            long received = receive(peer, toPeer);
                            send(peer, toTested);
                            return (sent == received) + " " + (reading.get() == sent);
                        },
                        "true true")));
    }

    /** Wraps all data, and returns its checksum. */
    private static long send(SSLEngine engine, BlockingQueue<byte[]> records) throws Exception {
        byte[] data = new byte[SIZE];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i ^ i >> 9);
        }
        ByteBuffer source = ByteBuffer.wrap(data);
        while (source.hasRemaining()) {
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
    private static long receive(SSLEngine engine, BlockingQueue<byte[]> records) throws Exception {
        byte[] data = new byte[SIZE + engine.getSession().getApplicationBufferSize()];
        ByteBuffer destination = ByteBuffer.wrap(data);
        while (destination.position() < SIZE) {
            byte @Nullable [] record = records.poll(Task.HANG.toSeconds(), TimeUnit.SECONDS);
            if (record == null) {
                throw new AssertionError("no record arrives");
            }
            ByteBuffer source = ByteBuffer.wrap(record);
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
