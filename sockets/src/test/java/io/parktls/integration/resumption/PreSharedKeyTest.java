package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsPsk;
import io.parktls.TlsSession;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.GnuTls;
import io.parktls.sockets.interop.Ours;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests external pre-shared keys with OpenSSL and GnuTLS, and that their sessions are resumed (RFC 8446 4.2.11). */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PreSharedKeyTest {
    private static final String NAME = "sensor-17";
    private static final byte[] SECRET = HexFormat.of().parseHex("5f".repeat(32));
    private static final TlsPsk KEY = TlsPsk.of(NAME.getBytes(StandardCharsets.US_ASCII), SECRET);
    private static final Pattern OPENSSL_LISTENING = Pattern.compile("ACCEPT");
    private static final String GNUTLS_PRIORITY = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+ECDHE-PSK:+DHE-PSK:+PSK";

    /** Another implementation, as client and as server with a pre-shared key and without certificates. */
    enum Peer {
        OPENSSL {
            @Override
            List<String> client(int port, byte[] secret) {
                return List.of(
                        "openssl",
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + port,
                        "-tls1_3",
                        "-quiet",
                        "-psk_identity",
                        NAME,
                        "-psk",
                        hex(secret),
                        "-ciphersuites",
                        "TLS_AES_128_GCM_SHA256");
            }

            @Override
            ForeignPeer.Listening server(Path directory) {
                return ForeignPeer.listen(
                        port -> ForeignPeer.start(List.of(
                                "openssl",
                                "s_server",
                                "-accept",
                                "127.0.0.1:" + port,
                                "-tls1_3",
                                "-nocert",
                                "-www",
                                "-psk_identity",
                                NAME,
                                "-psk",
                                hex(SECRET))),
                        OPENSSL_LISTENING);
            }
        },
        GNUTLS {
            @Override
            List<String> client(int port, byte[] secret) {
                return List.of(
                        "gnutls-cli",
                        "127.0.0.1",
                        "--port",
                        "" + port,
                        "--priority",
                        GNUTLS_PRIORITY,
                        "--pskusername",
                        NAME,
                        "--pskkey",
                        hex(secret));
            }

            @Override
            ForeignPeer.Listening server(Path directory) throws Exception {
                Path keys = Files.writeString(directory.resolve("keys.psk"), NAME + ":" + hex(SECRET) + "\n");
                return ForeignPeer.listen(
                        port -> ForeignPeer.start(List.of(
                                "gnutls-serv",
                                "--port",
                                "" + port,
                                "--http",
                                "--pskpasswd",
                                keys.toString(),
                                "--priority",
                                GNUTLS_PRIORITY)),
                        GnuTls.LISTENING);
            }
        };

        abstract List<String> client(int port, byte[] secret);

        abstract ForeignPeer.Listening server(Path directory) throws Exception;

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
    }

    private static TlsContext server() {
        return TlsContext.builder()
                .pskLookup(identity -> Arrays.equals(identity, KEY.identity()) ? Optional.of(KEY) : Optional.empty())
                .requirePsk(true)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void theyConnect(Peer peer) throws Exception {
        try (ReportingServer server = new ReportingServer(server());
                ForeignPeer client = ForeignPeer.start(peer.client(server.port(), SECRET))) {
            client.type(Page.REQUEST);
            client.awaitText("200 OK");
            TlsSession session = server.handshakes(1).getFirst();
            assertEquals(NAME, session.pskIdentity());
            assertFalse(session.resumed());
            assertTrue(session.peerCertificates().isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theyHaveAnotherSecret(Peer peer) throws Exception {
        byte[] other = SECRET.clone();
        other[0]++;
        TlsContext context = server();
        try (ReportingServer server = new ReportingServer(context);
                ForeignPeer client = ForeignPeer.start(peer.client(server.port(), other))) {
            // RFC 8446 4.2.11: a binder that does not verify
            client.await(Pattern.compile("(?i)decrypt.?error|Decrypt error|Error in decryption|alert number 51"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void weConnect(Peer peer, @TempDir Path directory) throws Exception {
        TlsContext context = TlsContext.builder().psk(KEY).requirePsk(true).build();
        List<Boolean> resumed = new ArrayList<>();
        try (ForeignPeer.Listening server = peer.server(directory)) {
            for (int i = 0; i < 3; i++) {
                try (TlsSocket client = Ours.client(context, TestContexts.HOST, server.port())) {
                    client.outputStream().write(Page.REQUEST.getBytes(StandardCharsets.US_ASCII));
                    client.inputStream().read();
                    assertEquals(NAME, client.session().pskIdentity());
                    resumed.add(client.session().resumed());
                }
            }
        }
        assertEquals(List.of(false, true, true), resumed);
    }

    @Test
    void aServerWithoutTheKeyIsRefused(@TempDir Path directory) throws Exception {
        TlsPsk other = TlsPsk.of("another".getBytes(StandardCharsets.US_ASCII), SECRET);
        TlsContext context = TlsContext.builder().psk(other).requirePsk(true).build();
        try (ForeignPeer.Listening server = Peer.OPENSSL.server(directory);
                TlsSocket client = Ours.client(context, TestContexts.HOST, server.port())) {
            SSLException failure = assertThrows(SSLException.class, client::doHandshake);
            // OpenSSL has no certificate to continue with.
            assertEquals(Optional.of(TlsAlert.HANDSHAKE_FAILURE), ((TlsFailure) failure).alert());
        }
    }
}
