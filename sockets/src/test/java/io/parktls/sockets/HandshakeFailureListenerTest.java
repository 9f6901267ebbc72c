package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.ClientHelloInfo;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests what the listener of a server learns about handshakes that fail, and that it cannot do harm. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HandshakeFailureListenerTest {
    private final BlockingQueue<TlsHandshakeFailure> told = new LinkedBlockingQueue<>();

    private static List<TlsEngineProvider> engines() {
        return List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());
    }

    private TlsServer open(TlsContext.Builder context) throws IOException {
        return Servers.serving(context.build())
                .handler(Servers::echo)
                .onHandshakeFailure(told::add)
                .open(Transport.loopback());
    }

    private static ClientHelloInfo hello(TlsHandshakeFailure failure) {
        ClientHelloInfo hello = failure.clientHello();
        assertNotNull(hello);
        return hello;
    }

    private TlsHandshakeFailure next() throws InterruptedException {
        TlsHandshakeFailure failure = told.poll(Task.HANG.toSeconds(), TimeUnit.SECONDS);
        assertNotNull(failure, "the listener was not called");
        return failure;
    }

    private static TlsContext.Builder distrustful() {
        return TestContexts.client(Servers.ENGINE)
                .applicationProtocols("h2", "http/1.1")
                .trust(TestPki.trust(KeyKind.ED25519));
    }

    /** Fails a handshake, and returns the client's address. */
    private static Object fail(TlsServer server, TlsContext.Builder context) throws IOException {
        try (TlsSocket client = Servers.connect(server, context.build())) {
            Object address = client.localAddress();
            assertThrows(IOException.class, client::doHandshake);
            return String.valueOf(address);
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void alertsThatTheClientSends(TlsEngineProvider engine) throws Exception {
        try (TlsServer server = open(TestContexts.server(engine).applicationProtocols("h2"))) {
            Object address = fail(server, distrustful());
            TlsHandshakeFailure failure = next();
            assertEquals(address, String.valueOf(failure.remoteAddress()));
            assertEquals(TestContexts.HOST, hello(failure).serverName());
            assertEquals(List.of("h2", "http/1.1"), hello(failure).applicationProtocols());
            assertEquals(TlsAlert.UNKNOWN_CA, failure.alert());
            assertTrue(failure.alertReceived());
            assertInstanceOf(TlsHandshakeException.class, failure.reason());
            assertFalse(failure.duration().isNegative());
            assertNull(failure.proxyHeader());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void alertsThatTheServerSends(TlsEngineProvider engine) throws Exception {
        TlsContext.Builder context = TestContexts.server(engine, TlsVersion.TLS_1_2)
                .clientAuth(ClientAuth.REQUIRED)
                .trust(TestPki.trust(KeyKind.ED25519));
        try (TlsServer server = open(context)) {
            fail(server, TestContexts.client(Servers.ENGINE).identity(TestPki.client(KeyKind.ECDSA_P256)));
            TlsHandshakeFailure failure = next();
            assertEquals(TestContexts.HOST, hello(failure).serverName());
            // JSSE has no way to send unknown_ca for a trust manager.
            boolean jsse = engine.name().equals("JSSE");
            assertEquals(jsse ? TlsAlert.CERTIFICATE_UNKNOWN : TlsAlert.UNKNOWN_CA, failure.alert());
            assertFalse(failure.alertReceived());
            assertInstanceOf(TlsPeerUnverifiedException.class, failure.reason());
        }
    }

    /** The ClientHello itself is the reason of the failure. */
    @ParameterizedTest
    @MethodSource("engines")
    void refusedHellos(TlsEngineProvider engine) throws Exception {
        try (TlsServer server = open(TestContexts.server(engine, TlsVersion.TLS_1_2))) {
            fail(server, TestContexts.client(Servers.ENGINE, TlsVersion.TLS_1_3));
            TlsHandshakeFailure failure = next();
            assertEquals(TlsAlert.PROTOCOL_VERSION, failure.alert());
            assertEquals(TestContexts.HOST, hello(failure).serverName());
        }
    }

    @Test
    void clientsThatDoNotSpeakTls() throws Exception {
        try (TlsServer server = open(TestContexts.server(Servers.ENGINE));
                SocketChannel client = SocketChannel.open(server.localAddress())) {
            client.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            TlsHandshakeFailure failure = next();
            assertNull(failure.clientHello());
            assertFalse(failure.alertReceived());
        }
    }

    @Test
    void clientsThatDisconnect() throws Exception {
        try (TlsServer server = open(TestContexts.server(Servers.ENGINE))) {
            SocketChannel.open(server.localAddress()).close();
            assertInstanceOf(TlsTruncatedException.class, next().reason());
            StalledClient.of(server).close();
            assertEquals(TestContexts.HOST, hello(next()).serverName());
        }
    }

    @Test
    void clientsThatMissTheDeadline() throws Exception {
        try (TlsServer server = TlsServer.builder(
                                TestContexts.server(Servers.ENGINE).build())
                        .handler(Servers::echo)
                        .handshakeTimeout(Duration.ofMillis(100))
                        .onHandshakeFailure(told::add)
                        .open(Transport.loopback());
                SocketChannel client = SocketChannel.open(server.localAddress())) {
            TlsHandshakeFailure failure = next();
            assertInstanceOf(SocketTimeoutException.class, failure.reason());
            assertNull(failure.alert());
            assertTrue(failure.duration().compareTo(Duration.ofMillis(100)) >= 0, failure::toString);
            assertTrue(client.isOpen());
        }
    }

    @Test
    void malformedProxyHeaders() throws Exception {
        try (TlsServer server = Servers.serving(
                                TestContexts.server(Servers.ENGINE).build())
                        .handler(Servers::echo)
                        .proxyProtocol(true)
                        .onHandshakeFailure(told::add)
                        .open(Transport.loopback());
                SocketChannel client = SocketChannel.open(server.localAddress())) {
            client.write(ByteBuffer.wrap("PROXY nonsense\r\n".getBytes(StandardCharsets.US_ASCII)));
            assertInstanceOf(ProtocolException.class, next().reason());
        }
    }

    @Test
    void handshakesThatSucceedAreNotTold() throws Exception {
        try (TlsServer server = open(TestContexts.server(Servers.ENGINE))) {
            Servers.assertServes(server);
            SocketChannel.open(server.localAddress()).close();
            next();
            assertEquals(1, server.statistics().handshakes());
        }
        assertTrue(told.isEmpty(), told::toString);
    }

    /** The server ends handshakes itself when it closes. */
    @Test
    void handshakesThatTheServerEndsAreNotTold() throws Exception {
        try (TlsServer server = open(TestContexts.server(Servers.ENGINE));
                StalledClient stalled = StalledClient.of(server)) {
            Task.eventually(() -> server.statistics().handshaking() == 1);
            server.close(Duration.ofMillis(10));
            assertNotNull(stalled);
        }
        assertTrue(told.isEmpty(), told::toString);
    }

    // ---- harmful listeners

    private static TlsServer opened(Consumer<TlsHandshakeFailure> listener, int connections) throws IOException {
        return Servers.echoing()
                .maxConnections(connections)
                .onHandshakeFailure(listener)
                .open(Transport.loopback());
    }

    @Test
    void aListenerThatThrowsDoesNoHarm() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (TlsServer server = opened(
                failure -> {
                    if (calls.incrementAndGet() == 1) {
                        throw new IllegalStateException("broken");
                    }
                    throw new AssertionError("broken");
                },
                1)) {
            fail(server, distrustful());
            fail(server, distrustful());
            Servers.assertServes(server);
            Task.eventually(() -> calls.get() == 2);
        }
    }

    /** The only connection that the server allows is free again, and the server closes. */
    @Test
    void aListenerThatWaitsDoesNoHarm() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Consumer<TlsHandshakeFailure> listener = failure -> {
            called.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (TlsServer server = opened(listener, 1)) {
            fail(server, distrustful());
            assertTrue(called.await(Task.HANG.toSeconds(), TimeUnit.SECONDS));
            Servers.assertServes(server);
            server.close(Task.HANG);
            assertFalse(server.isOpen());
        } finally {
            release.countDown();
        }
    }

    /** Clients that got a failure see the end of the connection, though the listener waits. */
    @Test
    void theConnectionIsClosedBeforeTheListenerIsCalled() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Consumer<TlsHandshakeFailure> listener = failure -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (TlsServer server = opened(listener, 10);
                SocketChannel client = SocketChannel.open(server.localAddress())) {
            client.write(ByteBuffer.wrap(new byte[100]));
            ByteBuffer received = ByteBuffer.allocate(1_000);
            Task<Void> reading = ThreadKind.VIRTUAL.run(() -> {
                while (client.read(received.clear()) >= 0) {
                    // The alert comes before the end.
                }
            });
            reading.get();
        } finally {
            release.countDown();
        }
    }
}
