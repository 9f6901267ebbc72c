package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests many connections in one JVM. Clients and servers share the carriers, so that starvation becomes visible. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsSocketLoadTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** Once for all tests, because the thread of the timers ends only after ten seconds without a timer. */
    @AfterAll
    static void noThreadsAreLeft() throws IOException {
        Idleness.assertNoThreadsLeft();
    }

    /** An echo server with a virtual thread for each client. */
    private static final class EchoServer implements AutoCloseable {
        private final TlsServerSocket listener;
        private final Task<Void> accepting;

        EchoServer() throws IOException {
            TlsContext context = TestContexts.server(ENGINE).build();
            listener = TlsServerSocket.open(context, Transport.loopback(), 4_096);
            accepting = ThreadKind.VIRTUAL.run(this::accept);
        }

        private void accept() throws IOException {
            while (listener.isOpen()) {
                TlsSocket socket;
                try {
                    socket = listener.accept();
                } catch (ClosedChannelException e) {
                    return;
                }
                socket.handshakeTimeout(null);
                Thread.ofVirtual().start(() -> echo(socket));
            }
        }

        private static void echo(TlsSocket socket) {
            ByteBuffer buffer = ByteBuffer.allocate(1_000);
            try (socket) {
                while (socket.read(buffer.clear()) >= 0) {
                    socket.write(buffer.flip());
                }
            } catch (IOException e) {
                // The client fails too.
            }
        }

        TlsSocket connect(TlsContext client) throws IOException {
            SocketChannel channel = SocketChannel.open(listener.localAddress());
            return TlsSocket.client(client, channel, TestContexts.HOST, 0);
        }

        @Override
        public void close() throws IOException {
            listener.close();
            Task.eventually(accepting::isDone);
        }
    }

    private static void echo(TlsSocket socket, int rounds) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.outputStream());
        DataInputStream in = new DataInputStream(socket.inputStream());
        for (int i = 0; i < rounds; i++) {
            out.writeInt(i);
            assertEquals(i, in.readInt());
        }
    }

    private static void idleAndBusy(int idle, int busy, int rounds) throws Exception {
        TlsContext client = TestContexts.client(ENGINE).build();
        List<TlsSocket> sockets = new ArrayList<>();
        try (EchoServer server = new EchoServer()) {
            List<Task<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < idle; i++) {
                TlsSocket socket = server.connect(client);
                sockets.add(socket);
                waiting.add(ThreadKind.VIRTUAL.start(() -> {
                    echo(socket, 1);
                    return socket.read(ByteBuffer.allocate(1));
                }));
            }
            List<Task<Void>> working = new ArrayList<>();
            for (int i = 0; i < busy; i++) {
                working.add(ThreadKind.VIRTUAL.run(() -> {
                    try (TlsSocket socket = server.connect(client)) {
                        echo(socket, rounds);
                    }
                }));
            }
            for (Task<Void> task : working) {
                task.get();
            }
            for (Task<Integer> task : waiting) {
                task.parked();
            }
            Idleness.assertIdle();
            for (TlsSocket socket : sockets) {
                socket.write(ByteBuffer.allocate(1));
            }
            for (Task<Integer> task : waiting) {
                assertEquals(1, task.get());
            }
        } finally {
            for (TlsSocket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void idleAndBusy() throws Exception {
        idleAndBusy(200, 50, 200);
    }

    @Test
    @Tag("slow")
    void manyIdleAndBusy() throws Exception {
        idleAndBusy(2_000, 100, 2_000);
    }

    /** H14: with waiters that yield, or with the JDK's blocking channels, connect and accept would not return here. */
    @Test
    void connectAndAcceptStayLive() throws Exception {
        TlsContext client = TestContexts.client(ENGINE).build();
        try (EchoServer server = new EchoServer()) {
            List<TlsSocket> sockets = new ArrayList<>();
            List<Task<Void>> busy = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                TlsSocket socket = server.connect(client);
                sockets.add(socket);
                busy.add(ThreadKind.VIRTUAL.run(() -> echo(socket, Integer.MAX_VALUE)));
            }
            for (ThreadKind threads : ThreadKind.values()) {
                for (int i = 0; i < 20; i++) {
                    threads.run(() -> {
                                try (TlsSocket socket = server.connect(client)) {
                                    echo(socket, 10);
                                }
                            })
                            .get();
                }
            }
            for (TlsSocket socket : sockets) {
                socket.abort();
            }
            for (Task<Void> task : busy) {
                task.failure();
            }
        }
    }
}
