package io.parktls.sockets.interop;

import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TestPki;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.OcspStapler;
import io.parktls.sockets.OcspStaplerStatistics;
import io.parktls.sockets.Task;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.jsse.ParkTlsProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertPathBuilder;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.X509CertSelector;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests stapled OCSP responses with a real responder, {@code openssl ocsp}, and with the clients and servers of others.
 */
@Timeout(300)
class StaplingInteropTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final Pattern GOOD = Pattern.compile("OCSP Response Status: successful[\\s\\S]*Cert Status: good");
    private static final Pattern NONE = Pattern.compile("OCSP response: no response sent");

    private static final TlsIdentity VALID = identity();
    private static final TlsIdentity REVOKED = identity();
    private static final TlsIdentity UNKNOWN = identity();

    @TempDir
    private static Path directory;

    private static OpenSslResponder responder;
    private static OcspStapler stapler;
    private static TlsIdentity stapled;
    private static byte[] response;

    private static TlsIdentity identity() {
        return TestPki.goodServer(ECDSA_P256)
                .issuedBy(TestPki.authority(ECDSA_P256))
                .identity();
    }

    @BeforeAll
    static void start() throws Exception {
        responder = new OpenSslResponder(
                directory,
                ECDSA_P256,
                List.of(VALID.chain().getFirst()),
                List.of(REVOKED.chain().getFirst()));
        stapler = stapler();
        stapled = VALID.withStapler(stapler);
        assertTrue(stapler.await(Ours.PATIENCE), stapler::toString);
        response = stapler.responses(stapled.chain()).getFirst();
        Files.write(directory.resolve("response.der"), response);
    }

    private static OcspStapler stapler() {
        return OcspStapler.builder()
                .responder(responder.uri())
                .issuers(TestPki.ca(ECDSA_P256))
                .timeout(Ours.PATIENCE)
                .build();
    }

    @AfterAll
    static void stop() {
        if (stapler != null) {
            stapler.close();
        }
        if (responder != null) {
            responder.close();
        }
    }

    private static Scenario scenario(TlsVersion version) {
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_128_GCM_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        return Scenario.with(suite, SECP256R1, ECDSA_P256).withName().withServer(stapled);
    }

    static Stream<Arguments> versionsAndEngines() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Ours.ENGINES.stream().map(engine -> Arguments.of(version, engine)));
    }

    // ---- the responder

    @ParameterizedTest
    @EnumSource
    void responder(Status status) throws Exception {
        try (OcspStapler own = stapler()) {
            List<byte[]> first =
                    status.identity.withStapler(own).stapler().orElseThrow().responses(status.identity.chain());
            assertEquals(1, first.size());
            if (status == Status.GOOD) {
                assertTrue(own.await(Ours.PATIENCE), own::toString);
                assertEquals(new OcspStaplerStatistics(1, 1, 1, 0, null), own.statistics());
            } else {
                awaitFailure(own);
                assertEquals(0, own.responses(status.identity.chain()).getFirst().length);
                String failure = String.valueOf(own.statistics().lastFailure());
                assertTrue(failure.contains(status.reason), failure);
            }
        }
    }

    private enum Status {
        GOOD(VALID, ""),
        REVOKED(StaplingInteropTest.REVOKED, "revoked since 2025-01-01T00:00:00Z with the reason 1"),
        UNKNOWN(StaplingInteropTest.UNKNOWN, "unknown to the responder");

        private final TlsIdentity identity;
        private final String reason;

        Status(TlsIdentity identity, String reason) {
            this.identity = identity;
            this.reason = reason;
        }
    }

    private static void awaitFailure(OcspStapler own) {
        Task.eventually(() -> own.statistics().failures() > 0);
    }

    // ---- our server

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void opensslClient(TlsVersion version) throws Exception {
        talkToOpenssl(scenario(version), GOOD);
        talkToOpenssl(scenario(version).withServer(VALID), NONE);
    }

    private static void talkToOpenssl(Scenario scenario, Pattern expected) throws Exception {
        try (TlsServerSocket listening = Ours.server(scenario.serverContext(ENGINE));
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(scenario, Ours.port(listening), "-status"));
                TlsSocket ours = Ours.accept(listening)) {
            ours.doHandshake();
            theirs.await(expected);
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void gnutlsClient(TlsVersion version) throws Exception {
        Path saved = directory.resolve("saved-" + version.name());
        try (TlsServerSocket listening = Ours.server(scenario(version).serverContext(ENGINE));
                ForeignPeer theirs = ForeignPeer.start(
                        GnuTls.client(scenario(version), Ours.port(listening), "--save-ocsp=" + saved));
                TlsSocket ours = Ours.accept(listening)) {
            ours.doHandshake();
            theirs.await(Pattern.compile("- Handshake was completed"));
            assertArrayEquals(response, Files.readAllBytes(saved));
        }
    }

    static Stream<Arguments> versionsAndProviders() {
        Provider jdk = Security.getProvider("SunJSSE");
        return Stream.of(TlsVersion.values())
                .flatMap(version ->
                        Stream.of(jdk, new ParkTlsProvider()).map(provider -> Arguments.of(version, provider)));
    }

    /**
     * The JDK's trust manager requires a response and has no other source than the handshake, as the certificate names
     * no responder. It asks the session of the JDK's client, and that of our adapter.
     */
    @ParameterizedTest
    @MethodSource("versionsAndProviders")
    void jsseClientThatRequiresAResponse(TlsVersion version, Provider provider) throws Exception {
        assertArrayEquals(response, receivedByJsse(scenario(version), provider));
        assertThrows(
                SSLHandshakeException.class,
                () -> receivedByJsse(scenario(version).withServer(VALID), provider));
    }

    private static byte[] receivedByJsse(Scenario scenario, Provider provider) throws Exception {
        try (TlsServerSocket listening = Ours.server(scenario.serverContext(ENGINE))) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try (TlsSocket ours = Ours.accept(listening)) {
                    ours.doHandshake();
                    ours.inputStream().read();
                } catch (IOException e) {
                    // The client refuses the certificate.
                }
            });
            try (SSLSocket theirs = (SSLSocket) revocationChecking(provider)
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), listening.port())) {
                theirs.setSoTimeout((int) Ours.PATIENCE.toMillis());
                theirs.startHandshake();
                List<byte[]> received = ((ExtendedSSLSession) theirs.getSession()).getStatusResponses();
                assertEquals(1, received.size());
                return received.getFirst();
            } finally {
                serving.get(Ours.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
        }
    }

    private static SSLContext revocationChecking(Provider provider) throws Exception {
        PKIXRevocationChecker checker =
                (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
        checker.setOptions(EnumSet.of(PKIXRevocationChecker.Option.NO_FALLBACK));
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(TestPki.keyStore(TestPki.authorities()), new X509CertSelector());
        parameters.addCertPathChecker(checker);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(new CertPathTrustManagerParameters(parameters));
        SSLContext context = SSLContext.getInstance("TLS", provider);
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    // ---- our client

    @ParameterizedTest
    @MethodSource("versionsAndEngines")
    void opensslServer(TlsVersion version, TlsEngineProvider engine) throws Exception {
        Scenario scenario = scenario(version);
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(
                        scenario,
                        "-status_file",
                        directory.resolve("response.der").toString()));
                TlsSocket ours = Ours.client(
                        scenario.clientContext(engine).requestStaples(true), scenario.host(), OpenSsl.port(theirs))) {
            ours.doHandshake();
            List<byte[]> received = ours.connection().session().stapledResponses();
            // s_server sends the authority's certificate as well.
            int chain = ours.connection().session().peerCertificates().size();
            assertEquals(chain, received.size());
            assertArrayEquals(response, received.getFirst());
            assertTrue(received.stream().skip(1).allMatch(other -> other.length == 0));
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndEngines")
    void opensslServerWithoutAResponse(TlsVersion version, TlsEngineProvider engine) throws Exception {
        Scenario scenario = scenario(version);
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(scenario));
                TlsSocket ours = Ours.client(
                        scenario.clientContext(engine).requestStaples(true), scenario.host(), OpenSsl.port(theirs))) {
            ours.doHandshake();
            assertEquals(List.of(), ours.connection().session().stapledResponses());
        }
    }

    @ParameterizedTest
    @MethodSource("versionsAndEngines")
    void gnutlsServer(TlsVersion version, TlsEngineProvider engine) throws Exception {
        assertArrayEquals(response, receivedFromGnutls(version, engine, directory.resolve("response.der")));
    }

    /** Responses are opaque to the handshake in both versions. A trust that uses them refuses what it cannot parse. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void gnutlsServerWithGarbage(TlsVersion version) throws Exception {
        byte[] garbage = {1, 2, 3, 4, 5};
        Path file = directory.resolve("garbage-" + version.name());
        Files.write(file, garbage);
        assertArrayEquals(garbage, receivedFromGnutls(version, ENGINE, file));
    }

    private static byte[] receivedFromGnutls(TlsVersion version, TlsEngineProvider engine, Path file) throws Exception {
        Scenario scenario = scenario(version);
        try (ForeignPeer.Listening theirs = ForeignPeer.listen(
                        port -> ForeignPeer.start(GnuTls.server(
                                scenario, port, "--ocsp-response=" + file, "--ignore-ocsp-response-errors")),
                        GnuTls.LISTENING);
                TlsSocket ours = Ours.client(
                        scenario.clientContext(engine).requestStaples(true), scenario.host(), theirs.port())) {
            ours.doHandshake();
            List<byte[]> received = ours.connection().session().stapledResponses();
            assertEquals(1, received.size(), theirs.peer()::toString);
            return received.getFirst();
        }
    }
}
