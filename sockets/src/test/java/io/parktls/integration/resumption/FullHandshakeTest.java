package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsSessionCache;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.interop.Curl;
import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.OpenSsl;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.PemFiles;
import io.parktls.sockets.interop.Scenario;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that all handshakes are full ones, and none fails, if one of the ends does not resume sessions. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FullHandshakeTest {
    private static Scenario scenario(TlsVersion version) {
        return Scenario.with(
                        version == TlsVersion.TLS_1_3
                                ? CipherSuite.TLS_AES_128_GCM_SHA256
                                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                        NamedGroup.SECP256R1,
                        KeyKind.ECDSA_P256)
                .withName();
    }

    // ---- our server

    /** A command that connects several times. */
    @FunctionalInterface
    private interface Command {
        List<String> to(int port);
    }

    /** Clients of TLS 1.2 whose sessions our server cannot resume: it needs a ticket and extended master secret. */
    static Stream<Arguments> clients() {
        return Stream.of(
                client(
                        "s_client -no_ticket",
                        6,
                        port -> OpenSsl.client(scenario(TlsVersion.TLS_1_2), port, "-reconnect", "-no_ticket")),
                client("gnutls-cli %NO_TICKETS", 2, port -> gnuTls(port, "%NO_TICKETS")),
                client("gnutls-cli %NO_SESSION_HASH", 2, port -> gnuTls(port, "%NO_SESSION_HASH")),
                client(
                        "curl",
                        2,
                        port -> Curl.get(
                                scenario(TlsVersion.TLS_1_2),
                                port,
                                "https://" + TestContexts.HOST + ":" + port + "/")));
    }

    private static Arguments client(String name, int connections, Command command) {
        return Arguments.of(name, connections, command);
    }

    private static List<String> gnuTls(int port, String priority) {
        Scenario scenario = scenario(TlsVersion.TLS_1_2);
        return List.of(
                "gnutls-cli",
                "127.0.0.1",
                "--port",
                "" + port,
                "--x509cafile",
                PemFiles.of(scenario.server()).authorities(),
                "--priority",
                "NORMAL:-VERS-ALL:+VERS-TLS1.2:" + priority,
                "--verify-hostname",
                scenario.host(),
                "--sni-hostname",
                scenario.host(),
                "--resume");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("clients")
    void clientResumesNothing(String name, int connections, Command command) throws Exception {
        TlsContext context = scenario(TlsVersion.TLS_1_2)
                .serverContext(TlsEngineProvider.bouncyCastle())
                .build();
        try (ReportingServer server = new ReportingServer(context);
                ForeignPeer client = ForeignPeer.start(command.to(server.port()))) {
            client.type(Page.REQUEST);
            assertEquals(0, client.awaitExit(), client::said);
            server.handshakes(connections).forEach(session -> assertFalse(session.resumed(), session::toString));
            assertEquals(0, context.sessionStatistics().resumed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void ourServerIssuesNoTickets(TlsVersion version, @TempDir Path directory) throws Exception {
        Scenario scenario = scenario(version);
        TlsContext context = scenario.serverContext(TlsEngineProvider.bouncyCastle())
                .tickets(0, Duration.ofHours(1))
                .build();
        Path session = directory.resolve("session.pem");
        try (ReportingServer server = new ReportingServer(context)) {
            for (int i = 0; i < 2; i++) {
                assertFalse(OpenSslSessionFile.isResumed(scenario, server.port(), session));
            }
            server.handshakes(2).forEach(handshake -> assertFalse(handshake.resumed(), handshake::toString));
            assertEquals(0, context.sessionStatistics().issued());
        }
    }

    // ---- our client

    static Stream<Arguments> servers() {
        OpenSslServer forgetful = new OpenSslServer("-no_cache -no_ticket");
        GnuTlsServer withoutSessions = new GnuTlsServer(List.of("--noticket", "--nodb"));
        return Stream.of(
                // In TLS 1.3, its tickets name sessions that it has not kept.
                Arguments.of(forgetful, TlsVersion.TLS_1_3),
                Arguments.of(forgetful, TlsVersion.TLS_1_2),
                Arguments.of(new OpenSslServer("-num_tickets 0"), TlsVersion.TLS_1_3),
                Arguments.of(withoutSessions, TlsVersion.TLS_1_3),
                Arguments.of(withoutSessions, TlsVersion.TLS_1_2));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("servers")
    void serverResumesNothing(ForeignServer server, TlsVersion version) throws Exception {
        assertFull(server, scenario(version), TlsSessionCache.ofSize(10));
    }

    @ParameterizedTest
    @EnumSource
    void ourClientKeepsNoSessions(TlsVersion version) throws Exception {
        assertFull(new OpenSslServer(""), scenario(version), TlsSessionCache.none());
        assertFull(new JdkServer(false, true), scenario(version), TlsSessionCache.none());
    }

    private static void assertFull(ForeignServer server, Scenario scenario, TlsSessionCache cache) throws Exception {
        TlsContext context = scenario.clientContext(TlsEngineProvider.bouncyCastle())
                .sessionCache(cache)
                .build();
        try (ForeignServer.Running running = server.start(scenario)) {
            for (int i = 0; i < 2; i++) {
                try (TlsSocket ours = Ours.client(context, scenario.host(), running.port())) {
                    running.assertReports(Page.get(ours), false, "");
                    assertFalse(ours.session().resumed());
                }
            }
        }
    }
}
