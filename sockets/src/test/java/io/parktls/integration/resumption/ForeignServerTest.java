package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that our client resumes its sessions with servers of other implementations. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignServerTest {
    private static final int CONNECTIONS = 3;

    private static final List<ForeignServer> SERVERS = List.of(
            new OpenSslServer(""),
            // Session ids in TLS 1.2, and tickets that only name a session in TLS 1.3.
            new OpenSslServer("-no_ticket"),
            new GnuTlsServer(List.of()),
            new GnuTlsServer(List.of("--noticket")),
            new JdkServer(false, true),
            new JdkServer(false, false),
            new JdkServer(true, true),
            new BoringSslServer(true),
            new BoringSslServer(false));

    static Stream<Arguments> all() {
        Stream<Arguments> each = SERVERS.stream()
                .flatMap(
                        server -> ForeignClientTest.SCENARIOS.stream().map(scenario -> Arguments.of(server, scenario)));
        Stream<Arguments> numbers = Stream.of("-num_tickets 1", "-num_tickets 9")
                .map(option -> Arguments.of(new OpenSslServer(option), ForeignClientTest.SCENARIOS.getFirst()));
        return Stream.concat(each, numbers);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("all")
    void resumes(ForeignServer server, Scenario scenario) throws Exception {
        Optional<String> unable = server.unable(scenario);
        assumeTrue(unable.isEmpty(), () -> unable.orElse(""));
        TlsContext context =
                scenario.clientContext(TlsEngineProvider.bouncyCastle()).build();
        try (ForeignServer.Running running = server.start(scenario)) {
            TlsSession first = connect(scenario, context, running, false);
            for (int i = 1; i < CONNECTIONS; i++) {
                TlsSession session = connect(scenario, context, running, true);
                assertEquals(first.peerCertificates(), session.peerCertificates());
            }
        }
    }

    private static TlsSession connect(
            Scenario scenario, TlsContext context, ForeignServer.Running running, boolean resumed) throws Exception {
        try (TlsSocket ours = Ours.client(context, scenario.host(), running.port())) {
            ours.doHandshake();
            TlsSession session = ours.session();
            assertEquals(resumed, session.resumed(), session::toString);
            assertEquals(scenario.version(), session.protocol());
            assertEquals(scenario.suite(), session.cipherSuite());
            assertEquals(scenario.applicationProtocol(), session.applicationProtocol());
            // Resumption in TLS 1.2 has no key exchange.
            assertEquals(
                    resumed && scenario.version() == TlsVersion.TLS_1_2 ? null : scenario.group(), session.group());
            assertEquals(
                    scenario.server().chain().getFirst(),
                    session.peerCertificates().getFirst());
            String client = session.localCertificates().stream()
                    .findFirst()
                    .map(Page::name)
                    .orElse("");
            assertEquals(
                    scenario.client()
                            .map(identity -> Page.name(identity.chain().getFirst()))
                            .orElse(""),
                    client);
            running.assertReports(Page.get(ours), resumed, client);
            return session;
        }
    }
}
