package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsSocket;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests reading from foreign servers after our direction is closed. */
@Tag("H7")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HalfCloseInteropTest {
    private static final long SIZE = 100L << 20;

    /** The server sends 100 MB after the client's close_notify. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("H7 openssl s_server -WWW: a request, shutdownOutput, a reply of 100 MB")
    void opensslServer(TlsVersion version, @TempDir Path directory) throws Exception {
        io.parktls.OpenSsl.run(directory, "version"); // skips the test without openssl
        try (RandomAccessFile file =
                new RandomAccessFile(directory.resolve("large").toFile(), "rw")) {
            file.setLength(SIZE);
        }
        PemFiles files = PemFiles.of(TestPki.server(KeyKind.ECDSA_P256));
        List<String> command = List.of(
                "sh",
                "-c",
                "cd \"$0\" && exec openssl s_server -WWW -accept 127.0.0.1:0 -cert \"$1\" -key \"$2\"",
                directory.toString(),
                files.chain(),
                files.key());
        try (ForeignPeer server = ForeignPeer.start(command);
                TlsSocket socket = TlsSocket.connect(
                        TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                                .build(),
                        "127.0.0.1",
                        OpenSsl.port(server))) {
            socket.write(ByteBuffer.wrap("GET /large HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            socket.shutdownOutput();
            InputStream in = socket.inputStream();
            String head = head(in);
            assertTrue(head.startsWith("HTTP/1.0 200 ok"), head);
            byte[] buffer = new byte[1 << 20];
            long received = 0;
            for (int n; (n = in.read(buffer)) >= 0; ) {
                received += n;
            }
            assertEquals(SIZE, received);
        }
    }

    /** The server still echoes data after the client's close_notify. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("H7 gnutls-serv --echo: 100 KB, shutdownOutput, and the server echoes all of it")
    void gnutlsServer(TlsVersion version) throws Exception {
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_128_GCM_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        Scenario scenario = Scenario.with(suite, NamedGroup.SECP256R1, KeyKind.ECDSA_P256);
        Payload payload = new Payload(100_000);
        ForeignPeer.Listening server =
                ForeignPeer.listen(port -> ForeignPeer.start(GnuTls.server(scenario, port)), GnuTls.LISTENING);
        try (server;
                TlsSocket socket = TlsSocket.connect(
                        TestContexts.client(TlsEngineProvider.bouncyCastle(), version)
                                .build(),
                        "127.0.0.1",
                        server.port())) {
            payload.writeTo(socket.outputStream());
            socket.shutdownOutput();
            payload.readFrom(socket.inputStream());
            assertEquals(-1, socket.inputStream().read());
        }
    }

    private static String head(InputStream in) throws Exception {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            assertTrue(c >= 0, () -> "ended within: " + head);
            head.append((char) c);
        }
        return head.toString();
    }
}
