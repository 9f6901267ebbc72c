package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server's handshakes: how many compute at a time, how many may wait, and for how long. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HandshakeAdmissionTest {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /** Stands for the computing of a handshake that takes long: checks client certificates until told to stop. */
    private static final class Checking implements X509TrustManager {
        final AtomicInteger now = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();
        volatile boolean over;

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            while (!over) {
                Thread.onSpinWait();
            }
            now.decrementAndGet();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private final Checking checking = new Checking();
    private final TlsContext anonymous = Servers.client();
    private final TlsContext certified = TestContexts.client(Servers.ENGINE)
            .identity(TestPki.client(KeyKind.ECDSA_P256))
            .build();
    private final List<TlsSocket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        checking.over = true;
        for (TlsSocket socket : sockets) {
            socket.abort();
        }
    }

    private TlsServer.Builder server() {
        TlsContext context = TestContexts.server(Servers.ENGINE)
                .trust(TlsTrust.of(checking))
                .clientAuth(ClientAuth.WANTED)
                .build();
        return TlsServer.builder(context).handshakeTimeout(Task.HANG).handler(Servers::echo);
    }

    private TlsSocket connect(TlsServer server, TlsContext context) throws IOException {
        TlsSocket socket = Servers.connect(server, context);
        sockets.add(socket);
        return socket;
    }

    /** A client whose certificate the server begins to check. */
    private Task<Void> busy(TlsServer server) throws IOException {
        TlsSocket socket = connect(server, certified);
        return ThreadKind.PLATFORM.run(() -> Servers.assertEchoes(socket));
    }

    @Test
    @Tag("H13")
    @DisplayName("H13 a handshake for each processor computes, and established connections are served")
    void handshakesLeaveTheCarriersToOthers() throws Exception {
        try (TlsServer server = server().open(Transport.loopback())) {
            TlsSocket established = connect(server, anonymous);
            Servers.assertEchoes(established);
            List<Task<Void>> handshaking = new ArrayList<>();
            for (int i = 0; i < PROCESSORS + 3; i++) {
                handshaking.add(busy(server));
            }
            Task.eventually(() -> checking.now.get() == PROCESSORS);
            Task.eventually(() -> server.statistics().queued() == 3);
            for (int i = 0; i < 100; i++) {
                Servers.assertEchoes(established);
            }
            checking.over = true;
            for (Task<Void> task : handshaking) {
                task.get();
            }
            assertEquals(PROCESSORS, checking.most.get());
            assertEquals(0, server.statistics().queued());
        }
    }

    @Test
    @Tag("H13")
    @DisplayName("H13 who waits for its peer holds up nobody else's handshake")
    void aStalledClientHoldsNoSlot() throws Exception {
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
    void thoseBeyondTheQueueAreRefused() throws Exception {
        try (TlsServer server =
                server().handshakeParallelism(1).handshakeQueue(1).open(Transport.loopback())) {
            Task<Void> computing = busy(server);
            Task.eventually(() -> checking.now.get() == 1);
            Task<Void> waiting = busy(server);
            Task.eventually(() -> server.statistics().queued() == 1);
            TlsSocket third = connect(server, anonymous);
            assertThrows(IOException.class, third::doHandshake);
            Task.eventually(() -> server.statistics().refused() == 1);
            checking.over = true;
            computing.get();
            waiting.get();
            Servers.assertServes(server);
        }
    }

    /** Long enough for a handshake on a busy machine, since clients are served before and after the one that is cut off. */
    private static final Duration DEADLINE = Duration.ofSeconds(8);

    @Test
    @Tag("H3")
    @DisplayName("H3 the time in the queue counts: who has not come to its turn by the deadline is cut off")
    void waitingForAProcessorCountsTowardsTheDeadline() throws Exception {
        try (TlsServer server =
                server().handshakeParallelism(1).handshakeTimeout(DEADLINE).open(Transport.loopback())) {
            Servers.assertServes(server);
            Task<Void> computing = busy(server);
            Task.eventually(() -> checking.now.get() == 1);
            TlsSocket waiting = connect(server, anonymous);
            assertThrows(IOException.class, waiting::doHandshake);
            computing.failure();
            Task.eventually(() -> server.statistics().timedOut() == 2);
            assertEquals(0, server.statistics().queued());
            checking.over = true;
            Servers.assertServes(server);
        }
    }

    /** At this pace the ClientHello alone takes tens of seconds. */
    @Test
    @Tag("H3")
    @DisplayName("H3 a client that drips is cut off at the deadline")
    void aDrippingClientIsCutOff() throws Exception {
        ByteBuffer clientHello = clientHello();
        try (TlsServer server = Servers.echoing().handshakeTimeout(DEADLINE).open(Transport.loopback());
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
            // A reset: what it sent last was not read.
        }
    }
}
