package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsTicketKeys;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.PemFiles;
import io.parktls.sockets.interop.Scenario;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests clients that offer a session to a server that cannot resume it, because it has other keys and perhaps other
 * settings than the server that issued the ticket. The handshake is a full one, and the next one resumes its session.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ChangedServerTest {
    /** The port at which our client expects both servers. */
    private static final int PORT = 443;

    private static final List<ForeignServer> SERVERS = List.of(
            new OpenSslServer(""), new GnuTlsServer(List.of()), new JdkServer(false, true), new BoringSslServer(true));

    static Stream<Arguments> servers() {
        return SERVERS.stream().flatMap(server -> Change.ALL.stream().map(change -> Arguments.of(server, change)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("servers")
    void ourClient(ForeignServer server, Change change) throws Exception {
        assumeFalse(
                server instanceof BoringSslServer && change.isOfSuite13(),
                "BoringSSL chooses the cipher suite of TLS 1.3 itself");
        TlsContext client = TlsContext.builder()
                .engine(TlsEngineProvider.bouncyCastle())
                .protocols(change.versions())
                .cipherSuites(change.suites())
                .groups(Change.GROUPS.toArray(NamedGroup[]::new))
                .trust(TestPki.trust())
                .build();
        for (Scenario scenario : List.of(change.before(), change.after())) {
            try (ForeignServer.Running running = server.start(scenario)) {
                connect(scenario, client, running, false);
                connect(scenario, client, running, true);
            }
        }
    }

    private static void connect(Scenario scenario, TlsContext client, ForeignServer.Running running, boolean resumed)
            throws IOException {
        SocketChannel channel = SocketChannel.open(Ours.loopback(running.port()));
        try (TlsSocket ours = TlsSocket.client(client, channel, scenario.host(), PORT)) {
            ours.readTimeout(Ours.PATIENCE);
            ours.doHandshake();
            assertEquals(resumed, ours.session().resumed(), ours.session()::toString);
            assertEquals(scenario.suite(), ours.session().cipherSuite());
            running.assertReports(Page.get(ours), resumed, "");
        }
    }

    @ParameterizedTest
    @FieldSource("io.parktls.integration.resumption.Change#ALL")
    void ourServer(Change change, @TempDir Path directory) throws Exception {
        Path session = directory.resolve("session.pem");
        try (ReportingServer server = new ReportingServer(context(change.before()))) {
            List<String> client = client(server.port());
            for (Scenario scenario : List.of(change.before(), change.after())) {
                server.context(context(scenario));
                assertFalse(OpenSslSessionFile.isResumed(client, session));
                assertTrue(OpenSslSessionFile.isResumed(client, session));
                List<TlsSession> sessions = server.handshakes(2);
                assertEquals(
                        List.of(false, true),
                        sessions.stream().map(TlsSession::resumed).toList());
                for (TlsSession handshake : sessions) {
                    assertEquals(scenario.suite(), handshake.cipherSuite());
                }
            }
        }
    }

    private static TlsContext context(Scenario scenario) {
        return scenario.serverContext(TlsEngineProvider.bouncyCastle())
                .ticketKeys(TlsTicketKeys.perProcess())
                .build();
    }

    /** Returns the command of a client that supports everything, and sends a key share for the first group. */
    private static List<String> client(int port) {
        return List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-CAfile",
                PemFiles.of(Change.ALL.getFirst().before().server()).authorities(),
                "-verify_return_error",
                "-servername",
                Change.ALL.getFirst().before().host(),
                "-groups",
                "P-256:P-384");
    }
}
