package io.parktls.sockets.interop;

import static io.parktls.CipherSuite.TLS_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_AES_256_GCM_SHA384;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.NamedGroup.SECP384R1;
import static io.parktls.NamedGroup.X25519;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests failed handshakes with foreign peers: the alert that the peer reports is the alert of our exception. */
@Timeout(300)
class FailureInteropTest {
    /** The scenarios in which the ends agree unless a test changes one of them. */
    private static final List<Scenario> SCENARIOS = List.of(
            Scenario.with(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, SECP256R1, ECDSA_P256)
                    .withName()
                    .withAlpn(),
            Scenario.with(TLS_AES_128_GCM_SHA256, SECP256R1, ECDSA_P256)
                    .withName()
                    .withAlpn());

    static Stream<Arguments> all() {
        return Ours.ENGINES.stream()
                .flatMap(engine -> SCENARIOS.stream().map(scenario -> Arguments.of(engine, scenario)));
    }

    static Stream<Arguments> badCertificates() {
        return all().flatMap(end ->
                Stream.of(BadCertificate.values()).map(bad -> Arguments.of(bad, end.get()[0], end.get()[1])));
    }

    // ---- certificates

    @ParameterizedTest
    @MethodSource("badCertificates")
    void opensslServersCertificateIsBad(BadCertificate bad, TlsEngineProvider engine, Scenario scenario)
            throws Exception {
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(scenario.withServer(bad.identity()), "-msg"))) {
            TlsFailure failure = refused(scenario.clientContext(engine), OpenSsl.port(theirs));
            if (bad == BadCertificate.NOT_FOR_SIGNING && scenario.version() == TlsVersion.TLS_1_2) {
                // OpenSSL detects the defect itself, and has no usable cipher suite.
                assertReceived(TlsAlert.HANDSHAKE_FAILURE, failure);
                return;
            }
            assertInstanceOf(TlsPeerUnverifiedException.class, failure);
            assertSent(bad.alertOf(engine), failure);
            assertEquals(bad.alertOf(engine), opensslsAlert(theirs, "<<<"));
        }
    }

    @ParameterizedTest
    @MethodSource("badCertificates")
    void opensslClientRefusesOurCertificate(BadCertificate bad, TlsEngineProvider engine, Scenario scenario)
            throws Exception {
        try (TlsServerSocket listening =
                        Ours.server(scenario.serverContext(engine).identity(bad.identity()));
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(scenario, Ours.port(listening), "-msg"))) {
            if (bad == BadCertificate.NOT_FOR_SIGNING && scenario.version() == TlsVersion.TLS_1_3) {
                talk(listening); // OpenSSL 3.0 checks the key usage only in TLS 1.2.
                return;
            }
            TlsFailure failure = refused(listening);
            TlsAlert sent = opensslsAlert(theirs, ">>>");
            // OpenSSL starts to use its handshake keys with its next flight, so in TLS 1.3 this alert is plain text.
            assertReceived(sent, failure);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void gnutlsServersCertificateIsBad(TlsEngineProvider engine, Scenario scenario) throws Exception {
        Scenario bad = scenario.withServer(BadCertificate.EXPIRED.identity());
        try (ForeignPeer.Listening theirs = ForeignPeer.listen(
                port -> ForeignPeer.start(GnuTls.server(bad, port, "--debug", "5")), GnuTls.LISTENING)) {
            TlsFailure failure = refused(scenario.clientContext(engine), theirs.port());
            assertSent(TlsAlert.CERTIFICATE_EXPIRED, failure);
            theirs.peer().awaitText("Alert[2|45] - Certificate is expired - was received");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void gnutlsClientRefusesOurCertificate(TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (TlsServerSocket listening =
                        Ours.server(scenario.serverContext(engine).identity(TestPki.wrongHost(ECDSA_P256)));
                ForeignPeer theirs = ForeignPeer.start(GnuTls.client(scenario, Ours.port(listening)))) {
            TlsFailure failure = refused(listening);
            theirs.awaitText("The name in the certificate does not match the expected");
            assertReceived(TlsAlert.BAD_CERTIFICATE, failure);
        }
    }

    @ParameterizedTest
    @MethodSource("badCertificates")
    void jdkServersCertificateIsBad(BadCertificate bad, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (Peer.Server theirs = Jdk.INSTANCE.serve(scenario.withServer(bad.identity()))) {
            TlsFailure failure = refused(scenario.clientContext(engine), theirs.port());
            assertInstanceOf(TlsPeerUnverifiedException.class, failure);
            assertSent(bad.alertOf(engine), failure);
            assertJdkReceived(failure, theirs);
        }
    }

    @ParameterizedTest
    @MethodSource("badCertificates")
    void jdkClientRefusesOurCertificate(BadCertificate bad, TlsEngineProvider engine, Scenario scenario)
            throws Exception {
        try (TlsServerSocket listening =
                        Ours.server(scenario.serverContext(engine).identity(bad.identity()));
                Peer.End theirs = Jdk.INSTANCE.connect(scenario, Ours.port(listening))) {
            TlsFailure failure = refused(listening);
            assertJdkSent(failure, theirs);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslClientHasNoCertificate(TlsEngineProvider engine, Scenario scenario) throws Exception {
        Scenario required = scenario.withClient(ECDSA_P256);
        try (TlsServerSocket listening = Ours.server(required.serverContext(engine));
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(scenario, Ours.port(listening), "-msg"))) {
            TlsFailure failure = refused(listening);
            assertInstanceOf(TlsPeerUnverifiedException.class, failure);
            assertSent(certificateRequired(scenario), failure);
            assertEquals(certificateRequired(scenario), opensslsAlert(theirs, "<<<"));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslServerRequiresACertificate(TlsEngineProvider engine, Scenario scenario) throws Exception {
        Scenario required = scenario.withClient(ECDSA_P256);
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(required, "-msg"))) {
            TlsFailure failure = refused(scenario.clientContext(engine), OpenSsl.port(theirs));
            assertReceived(opensslsAlert(theirs, ">>>"), failure);
            assertReceived(certificateRequired(scenario), failure);
        }
    }

    private static TlsAlert certificateRequired(Scenario scenario) {
        return scenario.version() == TlsVersion.TLS_1_3 ? TlsAlert.CERTIFICATE_REQUIRED : TlsAlert.HANDSHAKE_FAILURE;
    }

    /** The key that signs CertificateVerify or ServerKeyExchange is not the certificate's key. */
    @ParameterizedTest
    @MethodSource("all")
    void jdkServersKeyDoesNotMatchItsCertificate(TlsEngineProvider engine, Scenario scenario) throws Exception {
        TlsIdentity other = TestPki.client(ECDSA_P256);
        try (Peer.Server theirs = Jdk.serve(scenario, other.privateKey())) {
            TlsFailure failure = refused(scenario.clientContext(engine), theirs.port());
            assertInstanceOf(TlsHandshakeException.class, failure);
            assertJdkReceived(failure, theirs);
        }
    }

    // ---- no common parameters

    /** The parameter that the two ends do not have in common, and the resulting alert. */
    private enum Difference {
        VERSION(TlsAlert.PROTOCOL_VERSION, scenario -> SCENARIOS.get(1 - SCENARIOS.indexOf(scenario))),
        CIPHER_SUITE(
                TlsAlert.HANDSHAKE_FAILURE,
                scenario -> scenario.withSuite(
                        scenario.version() == TlsVersion.TLS_1_3
                                ? TLS_AES_256_GCM_SHA384
                                : TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384)),
        GROUP(
                TlsAlert.HANDSHAKE_FAILURE,
                scenario -> scenario.withGroup(scenario.version() == TlsVersion.TLS_1_3 ? X25519 : SECP384R1)),
        APPLICATION_PROTOCOL(TlsAlert.NO_APPLICATION_PROTOCOL, scenario -> scenario.withAlpn("h2"));

        private final TlsAlert alert;
        private final UnaryOperator<Scenario> change;

        Difference(TlsAlert alert, UnaryOperator<Scenario> change) {
            this.alert = alert;
            this.change = change;
        }
    }

    static Stream<Arguments> differences() {
        return all().flatMap(end ->
                Stream.of(Difference.values()).map(difference -> Arguments.of(difference, end.get()[0], end.get()[1])));
    }

    @ParameterizedTest
    @MethodSource("differences")
    void opensslServer(Difference difference, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(scenario, "-msg"))) {
            TlsFailure failure = refused(difference.change.apply(scenario).clientContext(engine), OpenSsl.port(theirs));
            assertReceived(opensslsAlert(theirs, ">>>"), failure);
            assertReceived(difference.alert, failure);
        }
    }

    @ParameterizedTest
    @MethodSource("differences")
    void opensslClient(Difference difference, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (TlsServerSocket listening =
                        Ours.server(difference.change.apply(scenario).serverContext(engine));
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(scenario, Ours.port(listening), "-msg"))) {
            TlsFailure failure = refused(listening);
            assertEquals(opensslsAlert(theirs, "<<<"), failure.alert().orElseThrow());
            assertSent(alert(difference, engine, scenario), failure);
        }
    }

    @ParameterizedTest
    @MethodSource("differences")
    void jdkServer(Difference difference, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (Peer.Server theirs = Jdk.INSTANCE.serve(scenario)) {
            TlsFailure failure = refused(difference.change.apply(scenario).clientContext(engine), theirs.port());
            assertJdkSent(failure, theirs);
        }
    }

    @ParameterizedTest
    @MethodSource("differences")
    void jdkClient(Difference difference, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (TlsServerSocket listening =
                        Ours.server(difference.change.apply(scenario).serverContext(engine));
                Peer.End theirs = Jdk.INSTANCE.connect(scenario, Ours.port(listening))) {
            TlsFailure failure = refused(listening);
            assertSent(alert(difference, engine, scenario), failure);
            assertJdkReceived(failure, theirs);
        }
    }

    /** SunJSSE sends unexpected_message if there is no common group in TLS 1.3. */
    private static TlsAlert alert(Difference difference, TlsEngineProvider server, Scenario scenario) {
        boolean unexpected = server.name().equals("JSSE")
                && difference == Difference.GROUP
                && scenario.version() == TlsVersion.TLS_1_3;
        return unexpected ? TlsAlert.UNEXPECTED_MESSAGE : difference.alert;
    }

    // ---- our ends

    private static TlsFailure refused(TlsContext.Builder client, int port) throws IOException {
        try (TlsSocket ours = Ours.client(client, Scenario.NAME, port)) {
            return refused(ours);
        }
    }

    private static TlsFailure refused(TlsServerSocket listening) throws IOException {
        try (TlsSocket ours = Ours.accept(listening)) {
            return refused(ours);
        }
    }

    private static TlsFailure refused(TlsSocket ours) {
        return assertInstanceOf(TlsFailure.class, Encounter.failure(() -> {
            ours.doHandshake();
            // A TLS 1.3 client receives the server's alert only now.
            Talk.hear(ours);
        }));
    }

    private static void talk(TlsServerSocket listening) throws IOException {
        try (TlsSocket ours = Ours.accept(listening)) {
            Talk.say(ours, "hello");
        }
    }

    private static void assertSent(TlsAlert alert, TlsFailure failure) {
        assertEquals(alert, failure.alert().orElse(null), failure::toString);
        assertEquals(false, failure.isAlertReceived(), failure::toString);
    }

    private static void assertReceived(TlsAlert alert, TlsFailure failure) {
        assertEquals(alert, failure.alert().orElse(null), failure::toString);
        assertEquals(true, failure.isAlertReceived(), failure::toString);
    }

    private static TlsAlert opensslsAlert(ForeignPeer openssl, String direction) {
        String code = openssl.await(Pattern.compile(direction + " .*, Alert .*\n    02 ([0-9a-f]{2})\n"))
                .group(1);
        return TlsAlert.of(Integer.parseInt(code, 16)).orElseThrow();
    }

    private static void assertJdkReceived(TlsFailure failure, Peer.End jdk) {
        String message = jdk.failure();
        String alert = failure.alert().orElseThrow().standardName();
        assertTrue(message.endsWith("Received fatal alert: " + alert), () -> alert + " and " + message);
    }

    private static void assertJdkSent(TlsFailure failure, Peer.End jdk) {
        String message = jdk.failure();
        String alert = failure.alert().orElseThrow().standardName();
        assertTrue(message.startsWith("(" + alert + ")"), () -> alert + " and " + message);
        assertReceived(failure.alert().orElseThrow(), failure);
    }
}
