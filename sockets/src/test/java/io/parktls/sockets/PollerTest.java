package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the poller and parking without TLS. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PollerTest {
    private final List<PlainSocket> sockets = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (PlainSocket socket : sockets) {
            socket.close();
        }
    }

    private PlainSocket[] connected() throws IOException {
        PlainSocket[] pair = PlainSocket.pair();
        sockets.addAll(List.of(pair));
        return pair;
    }

    /** The test hangs if a single wake-up is lost in this many rounds. */
    @ParameterizedTest
    @EnumSource
    void pingPong(ThreadKind threads) throws Exception {
        int rounds = 5_000;
        List<Task<Void>> players = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            PlainSocket[] pair = connected();
            players.add(threads.run(() -> {
                for (int n = 0; n < rounds; n++) {
                    pair[0].write(ByteBuffer.allocate(1));
                    pair[0].readFully(1);
                }
            }));
            players.add(threads.run(() -> {
                for (int n = 0; n < rounds; n++) {
                    pair[1].readFully(1);
                    pair[1].write(ByteBuffer.allocate(1));
                }
            }));
        }
        for (Task<Void> player : players) {
            player.get();
        }
    }

    /** Two threads repeatedly wait for input and for room of one channel. */
    @ParameterizedTest
    @EnumSource
    void bothDirectionsOfOneChannel(ThreadKind threads) throws Exception {
        int length = 32 << 20;
        PlainSocket[] pair = connected();
        List<Task<Void>> tasks = new ArrayList<>();
        for (PlainSocket socket : pair) {
            tasks.add(threads.run(() -> socket.write(ByteBuffer.allocate(length))));
            tasks.add(threads.run(() -> socket.readFully(length)));
        }
        for (Task<Void> task : tasks) {
            task.get();
        }
    }

    @Test
    void inputThatArrivedBeforeTheWait() throws Exception {
        PlainSocket[] pair = connected();
        for (int i = 0; i < 100; i++) {
            Task<Void> reading =
                    ThreadKind.VIRTUAL.run(() -> pair[1].readFully(1)).parked();
            pair[0].write(ByteBuffer.allocate(3));
            reading.get();
            pair[1].readFully(2);
        }
    }

    /** Input that no thread waits for must not keep the poller busy. */
    @Test
    void noThreadSpinsWhileIdle() throws Exception {
        PlainSocket[] pair = connected();
        PlainSocket[] quiet = connected();
        Task<Void> reading = ThreadKind.VIRTUAL.run(() -> pair[1].readFully(1)).parked();
        pair[0].write(ByteBuffer.allocate(100));
        reading.get();
        Task<Void> idle = ThreadKind.VIRTUAL.run(() -> quiet[1].readFully(1)).parked();
        Idleness.assertIdle();
        quiet[0].write(ByteBuffer.allocate(1));
        idle.get();
    }

    @Test
    void stopsWithTheLastChannelAndStartsAgain() throws Exception {
        for (int i = 0; i < 20; i++) {
            PlainSocket[] pair = connected();
            Task<Void> reading =
                    ThreadKind.VIRTUAL.run(() -> pair[1].readFully(1)).parked();
            assertTrue(Pollers.shared().isRunning());
            pair[0].write(ByteBuffer.allocate(1));
            reading.get();
            pair[0].close();
            assertTrue(Pollers.shared().isRunning());
            pair[1].close();
            Idleness.assertNoThreadsLeft();
        }
    }

    /** Checks an assumption of this package: an interrupt does not close a channel in non-blocking mode. */
    @ParameterizedTest
    @EnumSource
    void interruptLeavesTheChannelAlone(ThreadKind threads) throws Exception {
        PlainSocket[] pair = connected();
        SocketChannel channel = pair[0].channel();
        Task<Integer> task = threads.start(() -> {
            Thread.currentThread().interrupt();
            assertEquals(1, channel.write(ByteBuffer.allocate(1)));
            return channel.read(ByteBuffer.allocate(1));
        });
        assertEquals(0, task.get());
        assertTrue(task.wasInterruptedAtEnd());
        assertTrue(channel.isOpen());
        pair[1].readFully(1);
    }

    @Test
    void aChannelIsReallyClosedSoon() throws Exception {
        PlainSocket[] pair = connected();
        Task<Void> reading = ThreadKind.VIRTUAL.run(() -> pair[0].readFully(1)).parked();
        pair[1].close();
        assertTrue(reading.failure() instanceof IOException);
        pair[0].close();
        Task.eventually(() -> !pair[0].channel().isRegistered());
        assertFalse(pair[0].channel().isOpen());
    }
}
