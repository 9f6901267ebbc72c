package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests that our server, which accepts no early data, skips it (RFC 8446 4.2.10). The client is {@code openssl s_client
 * -early_data} with a session of {@code openssl s_server}.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EarlyDataInteropTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"1, false", "1000, false", "16384, false", "1, true", "16384, true"})
    @DisplayName("C4 early data for a session of another server, with and without HelloRetryRequest")
    void skipped(int bytes, boolean retry) throws Exception {
        io.parktls.OpenSsl.run(directory, "version"); // skips the test without openssl
        talk(bytes, retry, TlsEngineProvider.bouncyCastle());
    }

    private void talk(int bytes, boolean retry, TlsEngineProvider engine) throws Exception {
        TlsContext context = TestContexts.server(engine, TlsVersion.TLS_1_3)
                .cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256)
                .groups(retry ? NamedGroup.SECP256R1 : NamedGroup.X25519)
                .build();
        Path data = Files.write(directory.resolve("data"), new byte[bytes]);
        Path session = session();
        try (TlsServerSocket server =
                        TlsServerSocket.open(context, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                ForeignPeer client = ForeignPeer.start(
                        client(server.port(), "-sess_in", session.toString(), "-early_data", data.toString()));
                TlsSocket socket = server.accept()) {
            socket.doHandshake();
            Talk.say(socket, "from ours");
            client.awaitText("from ours");
            client.type("from theirs");
            Talk.expect(socket, "from theirs");
            assertTrue(client.said().contains("Early data was rejected"), client.said());
        }
    }

    /** Creates a session with OpenSSL's server that allows 16 KiB of early data. */
    private Path session() throws IOException {
        PemFiles files = PemFiles.of(TestPki.server(KeyKind.ECDSA_P256));
        Path session = directory.resolve("session");
        List<String> command = List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-early_data",
                "-cert",
                files.chain(),
                "-key",
                files.key(),
                "-tls1_3");
        try (ForeignPeer server = ForeignPeer.start(command);
                ForeignPeer client = ForeignPeer.start(client(OpenSsl.port(server), "-sess_out", session.toString()))) {
            client.awaitText("Verify return code");
            // The server's data follows its session tickets.
            server.type("after the tickets");
            client.awaitText("after the tickets");
            client.type("Q");
            client.awaitExit();
        }
        return session;
    }

    private static List<String> client(int port, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-tls1_3",
                "-ciphersuites",
                "TLS_AES_128_GCM_SHA256",
                "-groups",
                "X25519:P-256",
                "-servername",
                TestContexts.HOST));
        command.addAll(List.of(more));
        return command;
    }
}
