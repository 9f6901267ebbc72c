package io.parktls.sockets.interop;

import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static io.parktls.TestPki.KeyKind.RSA_2048;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestPki;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsProtocolException;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests how handshakes fail at both ends: the types and messages of the exceptions, and that one carries the alert as
 * sent and the other the same alert as received.
 */
@Timeout(300)
class FailureTest {
    static Stream<Arguments> all() {
        return Ours.ENGINES.stream()
                .flatMap(engine -> Stream.of(TlsVersion.values()).map(version -> Arguments.of(engine, version)));
    }

    static Stream<Arguments> badCertificates() {
        return all().flatMap(end ->
                Stream.of(BadCertificate.values()).map(bad -> Arguments.of(bad, end.get()[0], end.get()[1])));
    }

    // ---- certificates

    @Tag("H11")
    @ParameterizedTest
    @MethodSource("badCertificates")
    void badServerCertificate(BadCertificate bad, TlsEngineProvider engine, TlsVersion version) throws Exception {
        Encounter met =
                Encounter.of(client(engine, version), context(engine, version).identity(bad.identity()));
        assertSent(TlsPeerUnverifiedException.class, bad.alertOf(engine), bad.message(), met.client());
        assertReceived(TlsHandshakeException.class, bad.alertOf(engine), met.server());
    }

    @ParameterizedTest
    @MethodSource("all")
    void aWrongHostIsAcceptedIfItIsNotVerified(TlsEngineProvider engine, TlsVersion version) throws Exception {
        Encounter met = Encounter.of(
                client(engine, version).verifyHost(false),
                context(engine, version).identity(TestPki.wrongHost(ECDSA_P256)));
        assertEquals(new Encounter(null, null), met);
    }

    @ParameterizedTest
    @MethodSource("all")
    void noClientCertificate(TlsEngineProvider engine, TlsVersion version) throws Exception {
        Encounter met =
                Encounter.of(client(engine, version), server(engine, version).clientAuth(ClientAuth.REQUIRED));
        TlsAlert alert = version == TlsVersion.TLS_1_3 ? TlsAlert.CERTIFICATE_REQUIRED : TlsAlert.HANDSHAKE_FAILURE;
        String message = isJsse(engine) ? "Empty client certificate chain" : "the client sent no certificate";
        assertSent(TlsPeerUnverifiedException.class, alert, message, met.server());
        assertRefusedClient(version, alert, met);
    }

    @ParameterizedTest
    @MethodSource("all")
    void expiredClientCertificate(TlsEngineProvider engine, TlsVersion version) throws Exception {
        assertClientRefused(
                engine,
                version,
                TestPki.expired(ECDSA_P256),
                TlsAlert.CERTIFICATE_EXPIRED,
                "'CN=test server' expired on ");
    }

    @ParameterizedTest
    @MethodSource("all")
    void clientCertificateOfAnUnknownAuthority(TlsEngineProvider engine, TlsVersion version) throws Exception {
        assertClientRefused(
                engine, version, TestPki.unknownCa(ECDSA_P256), TlsAlert.UNKNOWN_CA, "issued by 'CN=Unknown CA");
    }

    @ParameterizedTest
    @MethodSource("all")
    void clientCertificateForServers(TlsEngineProvider engine, TlsVersion version) throws Exception {
        assertClientRefused(
                engine,
                version,
                TestPki.server(ECDSA_P256),
                TlsAlert.UNSUPPORTED_CERTIFICATE,
                "may not be used by a TLS client (its extended key usage has no clientAuth)");
    }

    private static void assertClientRefused(
            TlsEngineProvider engine, TlsVersion version, TlsIdentity identity, TlsAlert alert, String message)
            throws Exception {
        Encounter met = Encounter.of(
                client(engine, version).identity(identity),
                server(engine, version).clientAuth(ClientAuth.REQUIRED));
        // SunJSSE's servers send the same alert for every defect of a client's certificate.
        TlsAlert expected = isJsse(engine) ? TlsAlert.CERTIFICATE_UNKNOWN : alert;
        assertSent(TlsPeerUnverifiedException.class, expected, message, met.server());
        assertRefusedClient(version, expected, met);
    }

    /** A TLS 1.3 client has completed its handshake before the server refuses it. */
    private static void assertRefusedClient(TlsVersion version, TlsAlert alert, Encounter met) {
        assertReceived(
                version == TlsVersion.TLS_1_3 ? TlsProtocolException.class : TlsHandshakeException.class,
                alert,
                met.client());
    }

    @Test
    void keyThatDoesNotMatchItsCertificate() {
        TlsIdentity one = TestPki.server(ECDSA_P256);
        X509Certificate other = TestPki.expired(ECDSA_P256).chain().getFirst();
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> TlsIdentity.of(one.privateKey(), other));
        assertTrue(refusal.getMessage().contains("key"), refusal.getMessage());
    }

    @ParameterizedTest
    @MethodSource("all")
    void serverWithoutIdentity(TlsEngineProvider engine, TlsVersion version) {
        TlsContext context = context(engine, version).build();
        TlsSocket socket = TlsSocket.over(context.accept(Bio.pair(1_000)[0]));
        IllegalStateException misuse = assertThrows(IllegalStateException.class, socket::doHandshake);
        assertTrue(misuse.getMessage().contains("identity"), misuse.getMessage());
    }

    // ---- no common parameters

    @ParameterizedTest
    @MethodSource("all")
    void noCommonVersion(TlsEngineProvider engine, TlsVersion version) throws Exception {
        TlsVersion other = version == TlsVersion.TLS_1_2 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
        Encounter met = Encounter.of(client(engine, version), server(engine, other));
        assertServerRefuses(TlsAlert.PROTOCOL_VERSION, met, "version", version.toString(), other.toString());
    }

    @ParameterizedTest
    @MethodSource("all")
    void noCommonCipherSuite(TlsEngineProvider engine, TlsVersion version) throws Exception {
        CipherSuite theirs =
                suite(version, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, CipherSuite.TLS_AES_128_GCM_SHA256);
        CipherSuite ours =
                suite(version, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, CipherSuite.TLS_AES_256_GCM_SHA384);
        Encounter met = Encounter.of(
                client(engine, version).cipherSuites(theirs),
                server(engine, version).cipherSuites(ours));
        assertServerRefuses(TlsAlert.HANDSHAKE_FAILURE, met, "cipher suite");
        if (!isJsse(engine)) {
            assertServerRefuses(TlsAlert.HANDSHAKE_FAILURE, met, theirs.name(), ours.name());
        }
    }

    private static CipherSuite suite(TlsVersion version, CipherSuite of12, CipherSuite of13) {
        return version == TlsVersion.TLS_1_3 ? of13 : of12;
    }

    @ParameterizedTest
    @MethodSource("all")
    void noCertificateForTheClientsCipherSuites(TlsEngineProvider engine, TlsVersion version) throws Exception {
        if (version == TlsVersion.TLS_1_3) {
            return; // TLS 1.3 cipher suites do not determine the kind of certificate.
        }
        Encounter met = Encounter.of(
                client(engine, version).cipherSuites(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
                context(engine, version).identity(TestPki.server(RSA_2048)));
        assertServerRefuses(TlsAlert.HANDSHAKE_FAILURE, met, "cipher suite");
    }

    @ParameterizedTest
    @MethodSource("all")
    void noCommonGroup(TlsEngineProvider engine, TlsVersion version) throws Exception {
        Encounter met = Encounter.of(
                client(engine, version).groups(NamedGroup.X25519),
                server(engine, version).groups(NamedGroup.SECP384R1));
        if (!isJsse(engine)) {
            assertServerRefuses(TlsAlert.HANDSHAKE_FAILURE, met, "no common group", "x25519", "secp384r1");
        } else if (version == TlsVersion.TLS_1_2) {
            assertServerRefuses(TlsAlert.HANDSHAKE_FAILURE, met, "no cipher suites in common");
        } else {
            // SunJSSE's alert; RFC 8446 4.1.1 specifies handshake_failure or insufficient_security.
            assertServerRefuses(TlsAlert.UNEXPECTED_MESSAGE, met, "No common named group");
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void noCommonApplicationProtocol(TlsEngineProvider engine, TlsVersion version) throws Exception {
        Encounter met = Encounter.of(
                client(engine, version).applicationProtocols("h2"),
                server(engine, version).applicationProtocols("http/1.1"));
        assertServerRefuses(TlsAlert.NO_APPLICATION_PROTOCOL, met, "application");
        if (!isJsse(engine)) {
            assertServerRefuses(TlsAlert.NO_APPLICATION_PROTOCOL, met, "(ALPN)", "offers h2;", "accepts http/1.1");
        }
    }

    private static void assertServerRefuses(TlsAlert alert, Encounter met, String... message) {
        for (String word : message) {
            assertSent(TlsHandshakeException.class, alert, word, met.server());
        }
        assertReceived(TlsHandshakeException.class, alert, met.client());
    }

    // ---- misuse

    @ParameterizedTest
    @MethodSource("all")
    void handshakeBeforeTheRoleIsSet(TlsEngineProvider engine, TlsVersion version) throws Exception {
        TlsSocket socket = TlsSocket.over(context(engine, version).build().connection(Bio.pair(1_000)[0]));
        for (int i = 0; i < 2; i++) {
            IllegalStateException misuse = assertThrows(IllegalStateException.class, socket::doHandshake);
            assertTrue(misuse.getMessage().contains("connection type not set"), misuse.getMessage());
        }
        assertTrue(socket.isOpen());
        assertFalse(socket.connection().isFailed());
    }

    // ---- assertions

    /** Asserts the type, the sent alert and the message of a failure. */
    private static void assertSent(Class<? extends IOException> type, TlsAlert alert, String message, IOException e) {
        TlsFailure failure = (TlsFailure) assertInstanceOf(type, e);
        assertEquals(alert, failure.alert().orElse(null), e.getMessage());
        assertFalse(failure.isAlertReceived(), e.getMessage());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private static void assertReceived(Class<? extends IOException> type, TlsAlert alert, IOException e) {
        TlsFailure failure = (TlsFailure) assertInstanceOf(type, e);
        assertEquals(alert, failure.alert().orElse(null), e.getMessage());
        assertTrue(failure.isAlertReceived(), e.getMessage());
        assertTrue(e.getMessage().contains("the peer sent alert " + alert), e.getMessage());
    }

    private static boolean isJsse(TlsEngineProvider engine) {
        return engine.name().equals("JSSE");
    }

    private static TlsContext.Builder client(TlsEngineProvider engine, TlsVersion version) {
        return context(engine, version);
    }

    private static TlsContext.Builder server(TlsEngineProvider engine, TlsVersion version) {
        return context(engine, version).identity(TestPki.server(ECDSA_P256));
    }

    private static TlsContext.Builder context(TlsEngineProvider engine, TlsVersion version) {
        return TlsContext.builder().engine(engine).protocols(version).trust(TestPki.trust());
    }
}
