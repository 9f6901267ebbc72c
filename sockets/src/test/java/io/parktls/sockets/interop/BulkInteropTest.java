package io.parktls.sockets.interop;

import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.JdkContext;
import io.parktls.NamedGroup;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests 100 MB in each direction with every foreign peer in either role. */
@Timeout(300)
class BulkInteropTest {
    private static final long PATIENCE_SECONDS = 240;

    private enum Version {
        TLS_1_2(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, NamedGroup.SECP256R1),
        TLS_1_3(CipherSuite.TLS_AES_128_GCM_SHA256, NamedGroup.X25519);

        private final Scenario scenario;

        Version(CipherSuite suite, NamedGroup group) {
            scenario = Scenario.with(suite, group, ECDSA_P256).withName();
        }
    }

    private static final Scenario SCENARIO = Version.TLS_1_3.scenario;

    @ParameterizedTest
    @EnumSource
    void opensslServer(Version version) throws Exception {
        ForeignPeer.Listening listening = ForeignPeer.listen(
                port -> ForeignPeer.startForData(OpenSsl.server(version.scenario, port, "-quiet")), null);
        try (ForeignPeer server = listening.peer();
                TlsSocket ours = client(version.scenario, listening.port())) {
            // Handshake first: s_server may send earlier input to the connection that only checked whether it listens.
            ours.doHandshake();
            eachWay(ours, server.keyboard(), server.data());
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensslClient(Version version) throws Exception {
        try (TlsServerSocket listening = server(version.scenario);
                ForeignPeer client =
                        ForeignPeer.startForData(OpenSsl.client(version.scenario, Ours.port(listening), "-quiet"));
                TlsSocket ours = Ours.accept(listening)) {
            eachWay(ours, client.keyboard(), client.data());
        }
    }

    /** gnutls-serv echoes, and does not read while it writes. */
    @Test
    void gnutlsServer() throws Exception {
        ForeignPeer.Listening listening =
                ForeignPeer.listen(port -> ForeignPeer.start(GnuTls.server(SCENARIO, port)), GnuTls.LISTENING);
        try (listening;
                TlsSocket ours = client(SCENARIO, listening.port())) {
            CompletableFuture<?> written = meanwhile(() -> Payload.WHOLE.writeTo(ours.outputStream()));
            Payload.WHOLE.readFrom(ours.inputStream());
            done(written);
        }
    }

    @Test
    void gnutlsClient() throws Exception {
        gnutlsClient(new Payload(5_000_000));
    }

    @Test
    @Tag("slow")
    void gnutlsClientToTheEnd() throws Exception {
        gnutlsClient(Payload.WHOLE);
    }

    /** @param back the data for gnutls-cli, which prints it with a system call for each byte: 100 MB take a minute */
    private static void gnutlsClient(Payload back) throws Exception {
        try (TlsServerSocket listening = server(SCENARIO);
                ForeignPeer client = ForeignPeer.startForData(
                        GnuTls.client(SCENARIO, Ours.port(listening), "--logfile", "/dev/stderr"));
                TlsSocket ours = Ours.accept(listening)) {
            oneWay(client.keyboard(), ours.inputStream(), Payload.WHOLE);
            oneWay(ours.outputStream(), client.data(), back);
        }
    }

    @Test
    void curlDownload() throws Exception {
        try (TlsServerSocket listening = server(SCENARIO);
                ForeignPeer client = ForeignPeer.startForData(Curl.get(SCENARIO, Ours.port(listening)));
                TlsSocket ours = Ours.accept(listening)) {
            CompletableFuture<?> read = meanwhile(() -> Payload.WHOLE.readFrom(client.data()));
            Curl.request(ours);
            Curl.respond(ours, Payload.WHOLE.length());
            Payload.WHOLE.writeTo(ours.outputStream());
            ours.shutdownOutput();
            done(read);
            assertEquals(0, client.awaitExit(), client::toString);
        }
    }

    @Test
    void curlUpload() throws Exception {
        try (TlsServerSocket listening = server(SCENARIO);
                ForeignPeer client = ForeignPeer.start(Curl.get(
                        SCENARIO,
                        Ours.port(listening),
                        "--upload-file",
                        "-",
                        "--header",
                        "Transfer-Encoding:",
                        "--header",
                        "Expect:",
                        "--header",
                        "Content-Length: " + Payload.WHOLE.length()));
                TlsSocket ours = Ours.accept(listening)) {
            CompletableFuture<?> written = meanwhile(() -> {
                try (OutputStream keyboard = client.keyboard()) {
                    Payload.WHOLE.writeTo(keyboard);
                }
            });
            Curl.request(ours);
            Payload.WHOLE.readFrom(ours.inputStream());
            done(written);
            Curl.respond(ours, 0);
            ours.shutdownOutput();
            assertEquals(0, client.awaitExit(), client::toString);
        }
    }

    @Test
    void jdkServer() throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket) JdkContext.of(SCENARIO.server())
                        .getServerSocketFactory()
                        .createServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TlsSocket ours = client(SCENARIO, listening.getLocalPort());
                Socket theirs = listening.accept()) {
            eachWay(ours, theirs.getOutputStream(), theirs.getInputStream());
            ours.shutdownOutput();
        }
    }

    @Test
    void jdkClient() throws Exception {
        try (TlsServerSocket listening = server(SCENARIO);
                SSLSocket theirs = (SSLSocket) JdkContext.of(null)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), Ours.port(listening));
                TlsSocket ours = Ours.accept(listening)) {
            eachWay(ours, theirs.getOutputStream(), theirs.getInputStream());
        }
    }

    private static TlsSocket client(Scenario scenario, int port) throws IOException {
        return Ours.client(scenario.clientContext(TlsEngineProvider.bouncyCastle()), scenario.host(), port);
    }

    private static TlsServerSocket server(Scenario scenario) throws IOException {
        return Ours.server(scenario.serverContext(TlsEngineProvider.bouncyCastle()));
    }

    /** Sends in one direction after the other, since some peers do not read while they write. */
    private static void eachWay(TlsSocket ours, OutputStream toTheirs, InputStream fromTheirs) throws Exception {
        oneWay(toTheirs, ours.inputStream(), Payload.WHOLE);
        oneWay(ours.outputStream(), fromTheirs, Payload.WHOLE);
    }

    private static void oneWay(OutputStream from, InputStream to, Payload payload) throws Exception {
        CompletableFuture<?> written = meanwhile(() -> payload.writeTo(from));
        payload.readFrom(to);
        done(written);
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private static CompletableFuture<?> meanwhile(Transfer transfer) {
        return Jdk.run(() -> {
            transfer.run();
            return null;
        });
    }

    private static void done(CompletableFuture<?> transfer)
            throws InterruptedException, ExecutionException, TimeoutException {
        transfer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
