package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsRevocation;
import io.parktls.TlsTrust;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * H16: an OCSP responder that accepts and never answers delays only the handshakes of certificates that name it. The
 * server has a single place for computing handshakes.
 */
@Tag("H16")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HangingResponderTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final int HANGING = 8;

    /** The connections to the responder, which are never answered. */
    private static final BlockingQueue<Socket> REQUESTS = new LinkedBlockingQueue<>();

    private static ServerSocket responder;
    private static Task<Void> accepting;
    private static TlsIdentity hanging;

    private final BlockingQueue<TlsHandshakeFailure> failures = new LinkedBlockingQueue<>();

    @BeforeAll
    static void listen() throws IOException {
        responder = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        accepting = ThreadKind.VIRTUAL.run(() -> {
            while (!responder.isClosed()) {
                REQUESTS.add(responder.accept());
            }
        });
        hanging = client("http://127.0.0.1:" + responder.getLocalPort() + "/");
    }

    @AfterAll
    static void close() throws Exception {
        responder.close();
        assertNotNull(accepting.failure());
        for (Socket request : REQUESTS) {
            request.close();
        }
    }

    private static TlsIdentity client(String url) {
        return TestCertificate.of(KIND, "test client")
                .purposes(TestCertificate.CLIENT_AUTH)
                .responder(url)
                .issuedBy(TestPki.authority(KIND))
                .identity();
    }

    private static List<TlsEngineProvider> engines() {
        return List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());
    }

    private static TlsContext.Builder clients() {
        return TestContexts.client(Servers.ENGINE);
    }

    private TlsServer open(TlsEngineProvider engine, Duration ofFetches, Duration ofHandshakes) throws IOException {
        TlsTrust trust =
                TestPki.trust(KIND).revocation(TlsRevocation.online().onlyOcsp().timeout(ofFetches));
        TlsContext context = TestContexts.server(engine)
                .clientAuth(ClientAuth.WANTED)
                .trust(trust)
                .build();
        return TlsServer.builder(context)
                .handler(Servers::echo)
                .handshakeParallelism(1)
                .handshakeTimeout(ofHandshakes)
                .onHandshakeFailure(failures::add)
                .open(Transport.loopback());
    }

    private static TlsSocket begin(TlsServer server) throws IOException {
        TlsSocket socket = Servers.connect(server, clients().identity(hanging).build());
        // In TLS 1.3 the client is done before the server has verified it.
        socket.doHandshake();
        return socket;
    }

    @ParameterizedTest
    @MethodSource("engines")
    void otherHandshakesGoOn(TlsEngineProvider engine) throws Exception {
        List<TlsSocket> waiting = new ArrayList<>();
        try (TlsServer server = open(engine, Duration.ofMinutes(10), Duration.ofMinutes(10))) {
            try {
                for (int i = 0; i < HANGING; i++) {
                    waiting.add(begin(server));
                }
                assertNotNull(REQUESTS.poll(Task.HANG.toSeconds(), TimeUnit.SECONDS), "the responder was asked");
                for (int i = 0; i < HANGING; i++) {
                    try (TlsSocket other = Servers.connect(server)) {
                        Servers.assertEchoes(other);
                    }
                }
                assertEquals(HANGING, server.statistics().handshaking());
                assertTrue(failures.isEmpty(), failures::toString);
            } finally {
                for (TlsSocket socket : waiting) {
                    socket.abort();
                }
            }
            server.close(Duration.ofMillis(100));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void theTimeoutOfThePolicyEndsTheHandshake(TlsEngineProvider engine) throws Exception {
        try (TlsServer server = open(engine, Duration.ofMillis(100), Task.HANG);
                TlsSocket socket = begin(server)) {
            TlsHandshakeFailure failure = failures.poll(Task.HANG.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(failure);
            assertEquals(TlsAlert.CERTIFICATE_UNKNOWN, failure.alert());
            assertTrue(failure.reason() instanceof TlsPeerUnverifiedException, failure::toString);
            String message = String.valueOf(failure.reason().getMessage());
            assertTrue(message.contains("no answer within"), message);
            assertThrows(IOException.class, () -> Servers.assertEchoes(socket));
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void theDeadlineOfTheHandshakeEndsTheWait(TlsEngineProvider engine) throws Exception {
        try (TlsServer server = open(engine, Duration.ofMinutes(10), Duration.ofSeconds(2))) {
            // On a busy machine the deadline may pass before the client is done.
            Task<Void> client = ThreadKind.VIRTUAL.run(() -> {
                try (TlsSocket socket = begin(server)) {
                    Servers.assertEchoes(socket);
                }
            });
            TlsHandshakeFailure failure = failures.poll(Task.HANG.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(failure);
            assertTrue(failure.reason() instanceof SocketTimeoutException, failure::toString);
            assertInstanceOf(IOException.class, client.failure());
        }
    }
}
