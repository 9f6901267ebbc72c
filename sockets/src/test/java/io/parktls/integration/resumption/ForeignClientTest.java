package io.parktls.integration.resumption;

import static io.parktls.CipherSuite.TLS_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_AES_256_GCM_SHA384;
import static io.parktls.CipherSuite.TLS_CHACHA20_POLY1305_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
import static io.parktls.CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256;
import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.NamedGroup.SECP384R1;
import static io.parktls.NamedGroup.X25519;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static io.parktls.TestPki.KeyKind.RSA_2048;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.interop.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that clients of other implementations resume the sessions of our server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ForeignClientTest {
    private static final List<Named<ForeignClient>> CLIENTS = List.of(
            Named.of("s_client -reconnect", new OpenSslReconnect()),
            Named.of("s_client -sess_in", new OpenSslSessionFile()),
            Named.of("gnutls-cli", new GnuTlsClient()),
            Named.of("curl", new CurlClient()),
            Named.of("SSLSocket", new JdkClient(false)),
            Named.of("SSLEngine", new JdkClient(true)),
            Named.of("BoringSSL", new BoringSslClient()));

    static final List<Scenario> SCENARIOS = List.of(
            Scenario.with(TLS_AES_128_GCM_SHA256, X25519, ECDSA_P256).withName().withAlpn(),
            Scenario.with(TLS_AES_256_GCM_SHA384, SECP256R1, ECDSA_P256).withClient(ECDSA_P256),
            Scenario.with(TLS_CHACHA20_POLY1305_SHA256, X25519, ECDSA_P256)
                    .withName()
                    .withAnonymousClient(),
            Scenario.with(TLS_AES_128_GCM_SHA256, SECP384R1, ECDSA_P256)
                    .withName()
                    .withClient(ECDSA_P256)
                    .withRetry(),
            Scenario.with(TLS_AES_256_GCM_SHA384, SECP384R1, ECDSA_P256)
                    .withAlpn()
                    .withRetry(),
            Scenario.with(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, SECP256R1, ECDSA_P256)
                    .withName()
                    .withAlpn(),
            Scenario.with(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, SECP256R1, ECDSA_P256)
                    .withClient(ECDSA_P256),
            Scenario.with(TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, X25519, RSA_2048)
                    .withName()
                    .withAnonymousClient());

    @TempDir
    private Path directory;

    static Stream<Arguments> all() {
        return CLIENTS.stream().flatMap(client -> SCENARIOS.stream().map(scenario -> Arguments.of(client, scenario)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("all")
    void resumes(ForeignClient client, Scenario scenario) throws Exception {
        Optional<String> unable = client.unable(scenario);
        assumeTrue(unable.isEmpty(), () -> unable.orElse(""));
        try (ReportingServer server = new ReportingServer(
                scenario.serverContext(TlsEngineProvider.bouncyCastle()).build())) {
            int connections = client.connect(scenario, server.port(), directory);
            List<TlsSession> sessions = server.handshakes(connections);
            // The handler of one connection may start later than that of the next.
            assertEquals(
                    connections - 1,
                    sessions.stream().filter(TlsSession::resumed).count(),
                    sessions::toString);
            for (TlsSession session : sessions) {
                assertAgreed(scenario, session);
            }
        }
    }

    /** Asserts that a session has the parameters of the scenario, whether it is resumed or not. */
    private static void assertAgreed(Scenario scenario, TlsSession session) {
        assertEquals(scenario.version(), session.protocol());
        assertEquals(scenario.suite(), session.cipherSuite());
        assertEquals(scenario.named() ? scenario.host() : null, session.serverName());
        assertEquals(scenario.applicationProtocol(), session.applicationProtocol());
        // Resumption in TLS 1.2 has no key exchange.
        assertEquals(
                session.resumed() && scenario.version() == TlsVersion.TLS_1_2 ? null : scenario.group(),
                session.group());
        // Of the client's chain, its first certificate is sure to be sent.
        assertEquals(
                scenario.client().map(identity -> identity.chain().getFirst()),
                session.peerCertificate(),
                session::toString);
    }
}
