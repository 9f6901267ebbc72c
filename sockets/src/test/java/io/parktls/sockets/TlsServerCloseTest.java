package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsContext;
import io.parktls.sockets.TlsServer.CloseReport;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a closing server answers received requests, sends close_notify to its clients, and keeps its timeout. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // Ends are closed to test how the other end reacts.
final class TlsServerCloseTest {
    private static final Duration PLENTY = Duration.ofSeconds(40);

    /** A request is a number and this many bytes; the answer is the number. */
    private static final int REQUEST = 20_000;

    /** The numbers of the requests that a handler has received completely. */
    private final Set<Integer> received = ConcurrentHashMap.newKeySet();

    private void answer(TlsSocket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.inputStream());
        DataOutputStream out = new DataOutputStream(socket.outputStream());
        while (!socket.connection().isCloseNotifyReceived()) {
            int number = in.readInt();
            in.readFully(new byte[REQUEST]);
            received.add(number);
            // Gives the server time to close between a request and its answer.
            Thread.yield();
            out.writeInt(number);
        }
    }

    private TlsServer open() throws IOException {
        return Servers.echoing().handler(this::answer).open(Transport.loopback());
    }

    private static void ask(TlsSocket socket, int number) throws IOException {
        ByteBuffer request = ByteBuffer.allocate(Integer.BYTES + REQUEST);
        socket.write(request.putInt(0, number));
    }

    private static int answerOf(TlsSocket socket) throws IOException {
        return new DataInputStream(socket.inputStream()).readInt();
    }

    @Test
    void everyRequestThatWasReceivedIsAnswered() throws Exception {
        TlsContext client = Servers.client();
        Set<Integer> answered = ConcurrentHashMap.newKeySet();
        AtomicInteger numbers = new AtomicInteger();
        CountDownLatch underLoad = new CountDownLatch(200);
        TlsServer server = open();
        List<Task<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(ThreadKind.VIRTUAL.run(() -> {
                try (TlsSocket socket = Servers.connect(server, client)) {
                    while (true) {
                        int number = numbers.incrementAndGet();
                        ask(socket, number);
                        assertEquals(number, answerOf(socket));
                        answered.add(number);
                        underLoad.countDown();
                    }
                } catch (IOException e) {
                    // The server has closed.
                }
            }));
        }
        underLoad.await();
        CloseReport report = server.close(PLENTY);
        for (Task<Void> task : clients) {
            task.get();
        }
        assertEquals(new CloseReport(30, 0), report);
        received.removeAll(answered);
        assertEquals(Set.of(), received, "received, but not answered");
        assertEquals(0, server.statistics().active());
        assertEquals(0, server.statistics().handlerFailures());
        Idleness.assertNoThreadsLeft();
    }

    @Test
    void idleConnectionsAreClosedAtOnce() throws Exception {
        TlsServer server = open();
        List<TlsSocket> idle = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            TlsSocket socket = Servers.connect(server);
            ask(socket, i);
            assertEquals(i, answerOf(socket));
            idle.add(socket);
        }
        List<Task<Integer>> ends = new ArrayList<>();
        for (TlsSocket socket : idle) {
            ends.add(ThreadKind.VIRTUAL.start(() -> {
                try (socket) {
                    return socket.read(ByteBuffer.allocate(1));
                }
            }));
        }
        assertEquals(new CloseReport(5, 0), server.close(null));
        for (Task<Integer> end : ends) {
            assertEquals(-1, end.get());
        }
        assertThrows(IOException.class, () -> Servers.assertServes(server));
    }

    /** The rest of a partly received request still arrives, and the connection ends after the answer. */
    @Test
    void aPartlyReceivedRequestIsAnswered() throws Exception {
        TlsServer server = open();
        try (TlsSocket socket = Servers.connect(server)) {
            ByteBuffer request = ByteBuffer.allocate(Integer.BYTES + REQUEST).putInt(0, 7);
            socket.write(request.slice(0, 5_000));
            Task.eventually(() -> server.statistics().bytesReceived() > 5_000);
            Task<CloseReport> closing = ThreadKind.PLATFORM.start(() -> server.close(PLENTY));
            Task.eventually(() -> !server.isOpen());
            for (int from = 5_000; from < request.capacity(); from += 2_501) {
                socket.write(request.slice(from, Math.min(2_501, request.capacity() - from)));
            }
            assertEquals(7, answerOf(socket));
            assertThrows(EOFException.class, () -> answerOf(socket));
            socket.close();
            assertEquals(new CloseReport(1, 0), closing.get());
        }
    }

    /** The request has half of the timeout to arrive, and its handler has the other half to return. */
    @Test
    void aStalledRequestIsAbandoned() throws Exception {
        TlsServer server = open();
        try (TlsSocket socket = Servers.connect(server)) {
            socket.write(ByteBuffer.allocate(5_000));
            Task.eventually(() -> server.statistics().bytesReceived() > 5_000);
            Task<Integer> end = ThreadKind.VIRTUAL.start(() -> {
                int n = socket.read(ByteBuffer.allocate(1));
                socket.close();
                return n;
            });
            assertEquals(new CloseReport(1, 0), server.close(Duration.ofSeconds(10)));
            assertEquals(-1, end.get());
        }
    }

    @Test
    void aHandshakeThatHasBegunIsFinished() throws Exception {
        TlsServer server = open();
        try (StalledClient client = StalledClient.of(server)) {
            Task.eventually(() -> server.statistics().bytesReceived() > 0);
            Task<CloseReport> closing = ThreadKind.PLATFORM.start(() -> server.close(PLENTY));
            Task.eventually(() -> !server.isOpen());
            TlsSocket socket = client.resume();
            socket.doHandshake();
            assertEquals(-1, socket.read(ByteBuffer.allocate(1)));
            socket.close();
            assertEquals(new CloseReport(1, 0), closing.get());
        }
    }

    /** One handler is stuck, one client has sent nothing, and one client has stopped in its handshake. */
    @Test
    void remainingConnectionsAreAborted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        TlsServer server = Servers.echoing()
                .handler(socket -> {
                    entered.countDown();
                    try {
                        never.await();
                    } finally {
                        interrupted.countDown();
                    }
                })
                .open(Transport.loopback());
        try (TlsSocket stuck = Servers.connect(server);
                StalledClient stopped = StalledClient.of(server);
                TlsSocket silent = Servers.connect(server)) {
            stuck.doHandshake();
            entered.await();
            Task.eventually(() ->
                    server.statistics().accepted() == 3 && server.statistics().queued() == 0);
            Task<CloseReport> closing = ThreadKind.PLATFORM.start(() -> server.close(Duration.ofSeconds(2)));
            assertEquals(-1, stuck.read(ByteBuffer.allocate(1)), "close_notify");
            assertEquals(1, closing.get().aborted());
            interrupted.await();
            assertThrows(IOException.class, () -> stopped.resume().inputStream().read());
            assertThrows(IOException.class, silent::doHandshake);
            Task.eventually(() -> server.statistics().active() == 0);
        }
    }

    @Test
    void closingAgainWaitsAndReportsTheSame() throws Exception {
        TlsServer server = open();
        assertTrue(server.isOpen());
        Task<CloseReport> one = ThreadKind.PLATFORM.start(() -> server.close(PLENTY));
        Task<CloseReport> other = ThreadKind.VIRTUAL.start(() -> server.close(PLENTY));
        assertSame(one.get(), other.get());
        server.close();
        assertFalse(server.isOpen());
        assertTrue(server.toString().contains("closed"), server::toString);
    }

    /** A handler whose read throws ServerDrainingException can still write. */
    @Test
    void aDrainingHandlerMayStillWrite() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        TlsServer server = Servers.echoing()
                .handler(socket -> {
                    reading.countDown();
                    try {
                        socket.read(ByteBuffer.allocate(1));
                    } catch (ServerDrainingException e) {
                        socket.write(ByteBuffer.wrap(new byte[] {42}));
                    }
                })
                .open(Transport.loopback());
        try (TlsSocket socket = Servers.connect(server)) {
            socket.doHandshake();
            reading.await();
            Task<CloseReport> closing = ThreadKind.PLATFORM.start(() -> server.close(PLENTY));
            assertEquals(42, socket.inputStream().read());
            assertEquals(-1, socket.inputStream().read());
            socket.close();
            assertEquals(new CloseReport(1, 0), closing.get());
        }
    }
}
