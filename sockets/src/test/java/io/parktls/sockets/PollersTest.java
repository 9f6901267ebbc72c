package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several pollers, as a JVM with many carriers has them. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PollersTest {
    private final Pollers pollers = new Pollers(3);
    private final List<PlainSocket> sockets = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (PlainSocket socket : sockets) {
            socket.close();
        }
    }

    private PlainSocket[] connected() throws IOException {
        PlainSocket[] pair = PlainSocket.pair(pollers);
        sockets.addAll(List.of(pair));
        return pair;
    }

    @ParameterizedTest
    @CsvSource({
        ", 1, 1",
        ", 4, 1",
        ", 5, 2",
        ", 16, 4",
        ", 100000, 64",
        ", 0, 1",
        "1, 64, 1",
        "' 3 ', 4, 3",
        "64, 2, 2",
        "64, 100, 64",
        "65, 16, 4",
        "0, 16, 4",
        "-1, 16, 4",
        "'', 16, 4",
        "many, 16, 4"
    })
    void count(String setting, int carriers, int expected) {
        assertEquals(expected, Pollers.count(setting, carriers));
    }

    @Test
    void noneIsOpenWithoutChannels() {
        assertEquals(List.of(), pollers.statistics());
        assertFalse(pollers.isRunning());
    }

    @Test
    void channelsAreSpread() throws Exception {
        connected();
        assertEquals(List.of(1, 1), channels());
        for (int i = 0; i < 10; i++) {
            connected();
        }
        assertEquals(List.of(8, 7, 7), channels());
    }

    /** A new channel goes where the closed ones were. */
    @Test
    void closedChannelsDoNotCount() throws Exception {
        for (int i = 0; i < 9; i++) {
            connected();
        }
        assertEquals(List.of(6, 6, 6), channels());
        for (int i = 0; i < 18; i += 3) {
            sockets.get(i).close();
        }
        assertEquals(List.of(0, 6, 6), channels());
        connected();
        assertEquals(List.of(2, 6, 6), channels());
    }

    private List<Integer> channels() {
        return pollers.statistics().stream().map(PollerStatistics::channels).toList();
    }

    @Test
    void eachPollerWakesItsOwnThreads() throws Exception {
        int rounds = 2_000;
        List<Task<Void>> players = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            PlainSocket[] pair = connected();
            for (int end = 0; end < 2; end++) {
                PlainSocket socket = pair[end];
                boolean first = end == 0;
                players.add(ThreadKind.VIRTUAL.run(() -> {
                    for (int n = 0; n < rounds; n++) {
                        if (first || n > 0) {
                            socket.write(ByteBuffer.allocate(1));
                        }
                        socket.readFully(1);
                    }
                    if (!first) {
                        socket.write(ByteBuffer.allocate(1));
                    }
                }));
            }
        }
        for (Task<Void> player : players) {
            player.get();
        }
        for (PollerStatistics poller : pollers.statistics()) {
            assertTrue(poller.ready() > 0, poller::toString);
            assertTrue(poller.selections() > 0, poller::toString);
        }
    }

    /**
     * Threads that are started outside of the carriers get their turn although all pollers are busy, and so are the
     * threads that they wake. With twice as many pollers as carriers they do not.
     */
    @Test
    void threadsFromOutsideAreNotStarved() throws Exception {
        String tooMany = Integer.toString(2 * Carriers.COUNT);
        Pollers onePerCarrier = new Pollers(Pollers.count(tooMany, Carriers.COUNT));
        AtomicBoolean over = new AtomicBoolean();
        List<Task<Void>> players = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            PlainSocket[] pair = PlainSocket.pair(onePerCarrier);
            sockets.addAll(List.of(pair));
            players.add(ThreadKind.VIRTUAL.run(() -> {
                while (!over.get()) {
                    pair[0].write(ByteBuffer.allocate(1));
                    pair[0].readFully(1);
                }
                pair[0].channel().shutdownOutput();
            }));
            players.add(ThreadKind.VIRTUAL.run(() -> echoToTheEnd(pair[1])));
        }
        try {
            for (int i = 0; i < 100; i++) {
                ThreadKind.VIRTUAL.run(() -> {}).get();
            }
        } finally {
            over.set(true);
        }
        for (Task<Void> player : players) {
            player.get();
        }
    }

    private static void echoToTheEnd(PlainSocket socket) throws IOException {
        try {
            while (true) {
                socket.readFully(1);
                socket.write(ByteBuffer.allocate(1));
            }
        } catch (EOFException e) {
            // The other end is done.
        }
    }

    @Test
    void eachEndsWithItsLastChannel() throws Exception {
        for (int i = 0; i < 3; i++) {
            connected();
        }
        assertTrue(pollers.isRunning());
        closeAll();
        sockets.clear();
        Task.eventually(() -> !pollers.isRunning());
        PlainSocket[] pair = connected();
        Task<Void> reading = ThreadKind.VIRTUAL.run(() -> pair[1].readFully(1)).parked();
        pair[0].write(ByteBuffer.allocate(1));
        reading.get();
    }
}
