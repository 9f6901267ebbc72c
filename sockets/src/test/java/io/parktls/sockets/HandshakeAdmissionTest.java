package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests how many handshakes of a server compute at a time, how many may wait, and for how long. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HandshakeAdmissionTest {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Simulates a long computation: once {@code begun} is set, a signature spins until {@code over} is set. */
    private static final class Signing implements Runnable {
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        volatile boolean begun;
        volatile boolean over;

        @Override
        public void run() {
            if (!begun) {
                return;
            }
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            while (!over) {
                Thread.onSpinWait();
            }
            now.decrementAndGet();
        }
    }

    private final Signing signing = new Signing();
    private final TlsContext anonymous = Servers.client();
    private final List<TlsSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        signing.over = true;
        for (TlsSocket socket : sockets) {
            socket.abort();
        }
    }

    private TlsServer.Builder server() {
        TlsContext context = TestContexts.server(TlsEngineProvider.bouncyCastle(new SigningProvider(signing)))
                .build();
        return TlsServer.builder(context).handshakeTimeout(Task.HANG).handler(Servers::echo);
    }

    private TlsSocket connect(TlsServer server, TlsContext context) throws IOException {
        TlsSocket socket = Servers.connect(server, context);
        sockets.add(socket);
        return socket;
    }

    /** Starts a client whose handshake keeps the server computing. */
    private Task<Void> busy(TlsServer server) throws IOException {
        signing.begun = true;
        TlsSocket socket = connect(server, anonymous);
        return ThreadKind.PLATFORM.run(() -> Servers.assertEchoes(socket));
    }

    @Test
    @Tag("H13")
    @DisplayName("H13 one handshake for each processor computes while established connections are served")
    void handshakesLeaveTheCarriersToOthers() throws Exception {
        try (TlsServer server = server().open(Transport.loopback())) {
            TlsSocket established = connect(server, anonymous);
            Servers.assertEchoes(established);
            List<Task<Void>> handshaking = new ArrayList<>();
            for (int i = 0; i < PROCESSORS + 3; i++) {
                handshaking.add(busy(server));
            }
            Task.eventually(() -> signing.now.get() == PROCESSORS);
            Task.eventually(() -> server.statistics().queued() == 3);
            for (int i = 0; i < 100; i++) {
                Servers.assertEchoes(established);
            }
            signing.over = true;
            for (Task<Void> task : handshaking) {
                task.get();
            }
            assertEquals(PROCESSORS, signing.most.get());
            Task.eventually(() -> server.statistics().queued() == 0);
        }
    }

    @Test
    @Tag("H13")
    @DisplayName("H13 a handshake that waits for its peer does not delay other handshakes")
    void aStalledClientHoldsNoPermit() throws Exception {
        try (TlsServer server = server().handshakeParallelism(1).open(Transport.loopback())) {
            List<StalledClient> stalled = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                stalled.add(StalledClient.of(server));
            }
            Servers.assertServes(server);
            Task.eventually(() -> server.statistics().handshaking() == 5);
            for (StalledClient client : stalled) {
                Servers.assertEchoes(client.resume());
                client.close();
            }
        }
    }

    @Test
    void clientsBeyondTheQueueAreRefused() throws Exception {
        try (TlsServer server =
                server().handshakeParallelism(1).handshakeQueue(1).open(Transport.loopback())) {
            Task<Void> computing = busy(server);
            Task.eventually(() -> signing.now.get() == 1);
            Task<Void> waiting = busy(server);
            Task.eventually(() -> server.statistics().queued() == 1);
            TlsSocket third = connect(server, anonymous);
            assertThrows(IOException.class, third::doHandshake);
            Task.eventually(() -> server.statistics().refused() == 1);
            signing.over = true;
            computing.get();
            waiting.get();
            Servers.assertServes(server);
        }
    }

    /** Long enough for a handshake on a busy machine, since other clients are served before and after the timeout. */
    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    @Test
    @Tag("H3")
    @DisplayName("H3 the time in the queue counts towards the handshake timeout")
    void waitingForAProcessorCountsTowardsTheDeadline() throws Exception {
        try (TlsServer server =
                server().handshakeParallelism(1).handshakeTimeout(TIMEOUT).open(Transport.loopback())) {
            Servers.assertServes(server);
            Task<Void> computing = busy(server);
            Task.eventually(() -> signing.now.get() == 1);
            TlsSocket waiting = connect(server, anonymous);
            assertThrows(IOException.class, waiting::doHandshake);
            computing.failure();
            Task.eventually(() -> server.statistics().timedOut() == 2);
            Task.eventually(() -> server.statistics().queued() == 0);
            signing.over = true;
            Servers.assertServes(server);
        }
    }

    /** At one byte every 25 ms, the ClientHello alone takes longer than the timeout. */
    @Test
    @Tag("H3")
    @DisplayName("H3 a client that sends single bytes does not extend the handshake timeout")
    void aDrippingClientTimesOut() throws Exception {
        ByteBuffer clientHello = clientHello();
        try (TlsServer server = Servers.echoing().handshakeTimeout(TIMEOUT).open(Transport.loopback());
                SocketChannel dripping = SocketChannel.open(server.localAddress());
                SocketChannel silent = SocketChannel.open(server.localAddress());
                ScheduledExecutorService drops = Executors.newSingleThreadScheduledExecutor()) {
            Servers.assertServes(server);
            drops.scheduleAtFixedRate(() -> drip(clientHello, dripping), 0, 25, TimeUnit.MILLISECONDS);
            assertEnds(dripping);
            assertEnds(silent);
            drops.shutdownNow();
            assertTrue(clientHello.hasRemaining());
            Task.eventually(() -> server.statistics().timedOut() == 2);
            Servers.assertServes(server);
        }
    }

    private ByteBuffer clientHello() throws IOException {
        Bio[] pipe = Bio.pair(20_000);
        anonymous.connect(pipe[0], TestContexts.HOST, 0).doHandshake();
        ByteBuffer bytes = ByteBuffer.allocate(20_000);
        pipe[1].read(bytes);
        return bytes.flip();
    }

    private static void drip(ByteBuffer bytes, SocketChannel channel) {
        try {
            channel.write(bytes.slice(bytes.position(), 1));
            bytes.get();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertEnds(SocketChannel channel) {
        try {
            assertEquals(-1, channel.read(ByteBuffer.allocate(100)));
        } catch (IOException e) {
            // The connection was reset, since the server has not read all that was sent.
        }
    }
}
