package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsRevocation;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Policies of revocation against the responder and the CRLs of OpenSSL, in handshakes over the loopback. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RevocationInteropTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final TestCertificate GOOD = TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND));
    private static final TestCertificate REVOKED = TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND));
    private static final TestCertificate UNKNOWN = TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND));

    @TempDir
    static Path directory;

    private static OpenSslResponder responder;
    private static URI closed;
    private static Path crl;

    @BeforeAll
    static void start() throws Exception {
        crl = crl();
        List<X509Certificate> revoked = List.of(REVOKED.certificate());
        responder = new OpenSslResponder(directory, KIND, List.of(GOOD.certificate()), revoked);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = URI.create("http://127.0.0.1:" + free.getLocalPort() + "/");
        }
    }

    @AfterAll
    static void stop() {
        responder.close();
    }

    /** Makes the CRL of the test authority with {@code openssl ca -gencrl}. */
    private static Path crl() throws Exception {
        Files.writeString(directory.resolve("ca.pem"), TestPki.pem(List.of(TestPki.ca(KIND))));
        Files.writeString(
                directory.resolve("ca.key"),
                TestPki.pem("PRIVATE KEY", TestPki.authority(KIND).privateKey().getEncoded()));
        String serial = "%04X".formatted(REVOKED.certificate().getSerialNumber());
        Files.writeString(
                directory.resolve("crl-index.txt"),
                "R\t491231235959Z\t250101000000Z,keyCompromise\t" + serial + "\tunknown\t/CN=test\n");
        Files.writeString(
                directory.resolve("ca.cnf"),
                "[ca]\ndefault_ca = test\n[test]\ndatabase = crl-index.txt\ndefault_md = sha256\n");
        io.parktls.OpenSsl.run(
                directory, "ca -gencrl -config ca.cnf -cert ca.pem -keyfile ca.key -crldays 2 -out ca.crl");
        return directory.resolve("ca.crl");
    }

    private static List<TlsEngineProvider> engines() {
        return List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());
    }

    /** Connects, and returns the alert of the client; null if it accepts the server. */
    private static @Nullable TlsAlert connect(TlsEngineProvider engine, TestCertificate server, TlsRevocation policy)
            throws IOException {
        TlsIdentity identity = server.identity();
        TlsContext context = TestContexts.client(engine)
                .trust(TestPki.trust(KIND).revocation(policy))
                .build();
        try (TlsServer serving = TlsServer.open(
                        TestContexts.server(engine).identity(identity).build(),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        socket -> socket.inputStream().readAllBytes());
                TlsSocket socket =
                        TlsSocket.client(context, SocketChannel.open(serving.localAddress()), TestContexts.HOST, 0)) {
            socket.doHandshake();
            return null;
        } catch (TlsPeerUnverifiedException e) {
            String message = String.valueOf(e.getMessage());
            assertTrue(message.contains("CN=test server"), message);
            return e.alert().orElseThrow();
        }
    }

    private static TlsRevocation ocsp(URI uri) {
        return TlsRevocation.online().onlyOcsp().timeout(Duration.ofMinutes(2)).responder(uri);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void responder(TlsEngineProvider engine) throws Exception {
        TlsRevocation hard = ocsp(responder.uri());
        assertNull(connect(engine, GOOD, hard));
        assertEquals(TlsAlert.CERTIFICATE_REVOKED, connect(engine, REVOKED, hard));
        assertEquals(TlsAlert.CERTIFICATE_UNKNOWN, connect(engine, UNKNOWN, hard));
        assertNull(connect(engine, GOOD, hard.softFail()));
        assertEquals(TlsAlert.CERTIFICATE_REVOKED, connect(engine, REVOKED, hard.softFail()));
        assertNull(connect(engine, UNKNOWN, hard.softFail()));
        assertEquals(TlsAlert.CERTIFICATE_UNKNOWN, connect(engine, GOOD, ocsp(closed)));
        assertNull(connect(engine, GOOD, ocsp(closed).softFail()));
        assertNull(connect(engine, REVOKED, TlsRevocation.off()));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void crls(TlsEngineProvider engine) throws Exception {
        TlsRevocation policy = TlsRevocation.crls(crl);
        assertNull(connect(engine, GOOD, policy));
        assertEquals(TlsAlert.CERTIFICATE_REVOKED, connect(engine, REVOKED, policy));
        assertEquals(TlsAlert.CERTIFICATE_REVOKED, connect(engine, REVOKED, policy.softFail()));
        assertThrows(IllegalArgumentException.class, () -> TlsRevocation.crls(directory.resolve("ca.pem")));
    }
}
