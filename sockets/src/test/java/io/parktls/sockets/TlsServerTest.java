package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests a server with clients over real sockets. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@SuppressWarnings("try") // Some resources are not used, only closed.
final class TlsServerTest {
    /** Once for all tests, because the thread of the timers ends only after ten seconds without a timer. */
    @AfterAll
    static void noThreadsAreLeft() throws IOException {
        Idleness.assertNoThreadsLeft();
    }

    @Test
    void servesEachConnectionOnAVirtualThreadAfterItsHandshake() throws Exception {
        CompletableFuture<Boolean> seen = new CompletableFuture<>();
        try (TlsServer server = Servers.echoing()
                .handler(socket -> {
                    seen.complete(Thread.currentThread().isVirtual()
                            && socket.connection().isHandshakeDone());
                    Servers.echo(socket);
                })
                .open(Transport.loopback())) {
            Servers.assertServes(server);
            assertTrue(seen.get());
        }
    }

    @Test
    void servesOverUnixDomainSockets(@TempDir Path directory) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
        try (TlsServer server = Servers.echoing().open(address);
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertEquals(-1, server.port());
            channel.connect(address);
            try (TlsSocket socket = TlsSocket.client(Servers.client(), channel, TestContexts.HOST, 0)) {
                Servers.assertEchoes(socket);
            }
        } finally {
            Files.deleteIfExists(address.getPath());
        }
    }

    @Test
    void handlersThatThrowEndTheirOwnConnectionOnly() throws Exception {
        AtomicBoolean error = new AtomicBoolean();
        try (TlsServer server = Servers.echoing()
                .hostHandler("bad." + TestContexts.HOST, socket -> {
                    if (error.getAndSet(true)) {
                        throw new StackOverflowError();
                    }
                    throw new IllegalStateException("a fault in the handler");
                })
                .open(Transport.loopback())) {
            try (TlsSocket good = Servers.connect(server)) {
                Servers.assertEchoes(good);
                for (int i = 0; i < 2; i++) {
                    try (TlsSocket bad = Servers.connect(
                            server,
                            TestContexts.client(Servers.ENGINE)
                                    .verifyHost(false)
                                    .build(),
                            "bad." + TestContexts.HOST)) {
                        assertEquals(-1, bad.read(ByteBuffer.allocate(1)));
                    }
                }
                Servers.assertEchoes(good);
            }
            Servers.assertServes(server);
            assertEquals(2, server.statistics().handlerFailures());
        }
    }

    @Test
    void badClientsDoNotAffectOthers() throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            try (TlsSocket good = Servers.connect(server)) {
                Servers.assertEchoes(good);
                for (String garbage : List.of("GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0000\u0001x", "\u0000")) {
                    try (SocketChannel bad = SocketChannel.open(server.localAddress())) {
                        bad.write(ByteBuffer.wrap(garbage.getBytes(StandardCharsets.ISO_8859_1)));
                    }
                    Servers.assertEchoes(good);
                }
                try (TlsSocket distrustful = Servers.connect(
                        server,
                        TestContexts.client(Servers.ENGINE)
                                .trust(TlsTrust.system())
                                .build())) {
                    assertThrows(IOException.class, distrustful::doHandshake);
                }
                Servers.assertEchoes(good);
            }
            Servers.assertServes(server);
            Task.eventually(() -> server.statistics().handshakesFailed() >= 4);
            Task.eventually(() -> server.statistics().alertsReceived().containsKey(TlsAlert.UNKNOWN_CA)
                    || server.statistics().alertsReceived().containsKey(TlsAlert.CERTIFICATE_UNKNOWN));
        }
    }

    /** Further clients wait in the system's queue until a connection ends. */
    @Test
    void atTheLimitOnConnectionsFurtherOnesWait() throws Exception {
        try (TlsServer server = Servers.echoing().maxConnections(2).open(Transport.loopback())) {
            TlsSocket first = Servers.connect(server);
            TlsSocket second = Servers.connect(server);
            Servers.assertEchoes(first);
            Servers.assertEchoes(second);
            TlsSocket third = Servers.connect(server);
            Task<Void> waiting = ThreadKind.VIRTUAL.run(() -> Servers.assertEchoes(third));
            waiting.parkedIn("await");
            Servers.assertEchoes(first);
            assertEquals(2, server.statistics().accepted());
            first.close();
            waiting.get();
            assertEquals(3, server.statistics().accepted());
            second.close();
            third.close();
        }
    }

    @Test
    void timeoutsReachTheHandlersSocket() throws Exception {
        CompletableFuture<Throwable> ended = new CompletableFuture<>();
        try (TlsServer server = Servers.echoing()
                        .readTimeout(Duration.ofMillis(50))
                        .handler(socket -> {
                            try {
                                Servers.echo(socket);
                            } catch (IOException e) {
                                ended.complete(e);
                                throw e;
                            }
                        })
                        .open(Transport.loopback());
                TlsSocket socket = Servers.connect(server)) {
            socket.doHandshake();
            assertEquals("read timed out after 50 ms", ended.get().getMessage());
            assertEquals(-1, socket.read(ByteBuffer.allocate(1)));
        }
    }

    /** The server closes a connection on which no byte moves within the idle timeout. */
    @Test
    void idleConnectionsAreClosed() throws Exception {
        try (TlsServer server =
                        Servers.echoing().idleTimeout(Duration.ofSeconds(5)).open(Transport.loopback());
                TlsSocket idle = Servers.connect(server)) {
            Servers.assertEchoes(idle);
            Task<Integer> end = ThreadKind.VIRTUAL.start(() -> idle.read(ByteBuffer.allocate(1)));
            assertEquals(-1, end.get());
            assertEquals(1, server.statistics().idled());
            assertEquals(0, server.statistics().handlerFailures());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void limitsOnNumbersArePositive(int number) {
        TlsServer.Builder builder = Servers.echoing();
        assertThrows(IllegalArgumentException.class, () -> builder.backlog(number));
        assertThrows(IllegalArgumentException.class, () -> builder.maxConnections(number));
        assertThrows(IllegalArgumentException.class, () -> builder.handshakeParallelism(number));
        assertThrows(IllegalArgumentException.class, () -> builder.handshakeQueue(number));
    }

    @Test
    void aServerNeedsAHandlerAndAnAddress() throws Exception {
        TlsServer.Builder none =
                TlsServer.builder(TestContexts.server(Servers.ENGINE).build());
        assertThrows(IllegalArgumentException.class, () -> none.open(Transport.loopback()));
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            assertThrows(IOException.class, () -> Servers.echoing().open(server.localAddress()));
        }
    }

    /** Without an identity each handshake would fail, which only its clients would notice. */
    @Test
    void aServerNeedsAnIdentity() throws Exception {
        TlsContext none = TlsContext.builder().engine(Servers.ENGINE).build();
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> TlsServer.open(none, Transport.loopback(), Servers::echo));
        assertTrue(refused.getMessage().contains("identity(...)"), refused::getMessage);
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            assertThrows(IllegalArgumentException.class, () -> server.context(none));
            Servers.assertServes(server);
        }
        TlsContext ofJsse = TlsContext.builder()
                .engine(TlsEngineProvider.jsse(SSLContext.getDefault()))
                .build();
        TlsServer.open(ofJsse, Transport.loopback(), Servers::echo).close();
    }

    /** As port scanners and health checks do. */
    @Test
    void aClientThatDisconnectsIsNotCountedUnderAnAlert() throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            SocketChannel.open(server.localAddress()).close();
            Task.eventually(() -> server.statistics().failedOtherwise() == 1);
            assertEquals(Map.of(), server.statistics().alertsSent());
        }
    }

    /** The load is the same as in {@link TlsSocketLoadTest}: threads of clients and server share the carriers. */
    @Test
    @Tag("H14")
    @DisplayName("H14 accepting and handshakes stay live under saturated virtual threads")
    void acceptsAndHandshakesUnderSaturatedCarriers() throws Exception {
        CountDownLatch started = new CountDownLatch(40);
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            List<TlsSocket> sockets = new ArrayList<>();
            List<Task<Void>> busy = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                TlsSocket socket = Servers.connect(server);
                sockets.add(socket);
                busy.add(ThreadKind.VIRTUAL.run(() -> {
                    Servers.assertEchoes(socket);
                    started.countDown();
                    for (; ; ) {
                        Servers.assertEchoes(socket);
                    }
                }));
            }
            Task.eventually(() -> started.getCount() == 0 || busy.stream().anyMatch(Task::isDone));
            for (ThreadKind threads : ThreadKind.values()) {
                for (int i = 0; i < 20; i++) {
                    threads.run(() -> Servers.assertServes(server)).get();
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

    /** The acceptor takes connections from the system's short queue, which a virtual thread could not do here. */
    @Test
    @Tag("H14")
    @DisplayName("H14 accepting stays live while all carriers compute")
    void acceptsWhileAllCarriersCompute() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        int processors = Runtime.getRuntime().availableProcessors();
        CountDownLatch computing = new CountDownLatch(processors);
        try (TlsServer server = Servers.echoing().open(Transport.loopback())) {
            List<Task<Void>> busy = new ArrayList<>();
            for (int i = 0; i < processors; i++) {
                busy.add(ThreadKind.VIRTUAL.run(() -> {
                    computing.countDown();
                    while (!over.get()) {
                        Thread.onSpinWait();
                    }
                }));
            }
            computing.await();
            List<TlsSocket> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 20; i++) {
                    clients.add(Servers.connect(server));
                }
                Task.eventually(() -> server.statistics().accepted() == 20);
            } finally {
                over.set(true);
            }
            for (Task<Void> task : busy) {
                task.get();
            }
            for (TlsSocket client : clients) {
                Servers.assertEchoes(client);
                client.close();
            }
        }
    }
}
