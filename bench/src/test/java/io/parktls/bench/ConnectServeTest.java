package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code parktls connect} and {@code parktls serve} against each other. */
@Timeout(900)
class ConnectServeTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"bc, bc, 1.3", "bc, jsse, 1.2", "jsse, bc, 1.3", "jsse, bc, 1.2"})
    void theServerEchoesTheStandardInputOfTheClient(String serverEngine, String clientEngine, String protocol) {
        Path certificate = directory.resolve("certificate.pem");
        Tool server = serve("--once", "--cert-out", certificate.toString(), "--engine", serverEngine);
        Tool client = Tool.start(
                "there and back\n",
                Map.of(),
                "connect",
                "localhost:" + server.port(),
                "--ca",
                certificate.toString(),
                "--engine",
                clientEngine,
                "--protocol",
                protocol);

        assertEquals(0, client.exitCode(), client::toString);
        assertEquals("there and back\n", client.out());
        assertTrue(client.err().matches("(?s).*protocol +TLSv" + protocol + ".*SNI +localhost.*verification +ok.*"));
        assertEquals(0, server.exitCode(), server::toString);
    }

    @Test
    void bothEndsPrintTheSession() {
        Tool server = serve("--once", "--alpn", "h2,echo/1", "--exporter", "EXPERIMENTAL test");
        Tool client = connect(
                server,
                "--insecure",
                "--alpn",
                "echo/1",
                "--groups",
                "P-256",
                "--suites",
                "TLS_CHACHA20_POLY1305_SHA256",
                "--exporter",
                "EXPERIMENTAL test");

        assertEquals(0, client.exitCode(), client::toString);
        assertEquals(0, server.exitCode(), server::toString);
        for (String report : new String[] {client.err(), server.out()}) {
            assertTrue(report.contains("TLS_CHACHA20_POLY1305_SHA256"), report);
            assertTrue(report.contains("secp256r1"), report);
            assertTrue(report.contains("echo/1"), report);
        }
        assertTrue(client.err().contains("NOT VERIFIED"), client.err());
        assertEquals(exported(client.err()), exported(server.out()));
    }

    @Test
    void anUntrustedServerIsReportedWithTheAlert() {
        Tool server = serve("--once");
        Tool client = connect(server);

        assertEquals(1, client.exitCode(), client::toString);
        assertTrue(client.err().matches("(?s)parktls: TLS failed: .*\\[alert sent: \\w+\\(\\d+\\)]\\R"), client.err());
        assertEquals(1, server.exitCode(), server::toString);
        assertTrue(server.err().contains("the peer sent alert"), server.err());
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        Path certificate = directory.resolve("certificate.pem");
        Tool server = serve("--cert-out", certificate.toString(), "--count", "2");
        Tool other = connect(server, "--ca", certificate.toString(), "--servername", "other.example");
        assertEquals(1, other.exitCode(), other::toString);
        assertTrue(other.err().contains("other.example"), other.err());

        Tool unchecked =
                connect(server, "--ca", certificate.toString(), "--servername", "other.example", "--no-verify-host");
        assertEquals(0, unchecked.exitCode(), unchecked::toString);
        assertTrue(unchecked.err().contains("host name NOT VERIFIED"), unchecked.err());
        assertEquals(1, server.exitCode(), "one of the two failed");
    }

    @Test
    void endsWithoutACommonProtocolFail() {
        Tool server = serve("--once", "--protocol", "1.3");
        Tool client = connect(server, "--insecure", "--protocol", "1.2");

        assertEquals(1, client.exitCode(), client::toString);
        assertTrue(client.err().contains("protocol_version(70)"), client.err());
        assertEquals(1, server.exitCode());
    }

    @Test
    void httpRequestsAreAnswered() {
        Tool server = serve("--once", "--http");
        Tool client = Tool.start(
                "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
                Map.of(),
                "connect",
                "localhost:" + server.port(),
                "--insecure",
                "--quiet");

        assertEquals(0, client.exitCode(), client::toString);
        assertTrue(client.out().startsWith("HTTP/1.1 200 OK\r\n"), client.out());
        assertTrue(client.out().matches("(?s).*protocol +TLSv1.3.*"), client.out());
        assertEquals("", client.err());
        assertEquals(0, server.exitCode(), server::toString);
    }

    @Test
    void secretsAreLoggedIfTheEnvironmentVariableIsSet() throws IOException {
        Path keyLog = directory.resolve("keys.log");
        Tool server = serve("--once");
        Tool client = Tool.start(
                "", Map.of("SSLKEYLOGFILE", keyLog.toString()), "connect", "localhost:" + server.port(), "--insecure");

        assertEquals(0, client.exitCode(), client::toString);
        assertTrue(client.err().contains("warning: SSLKEYLOGFILE is set"), client.err());
        assertTrue(Files.readString(keyLog).contains("CLIENT_TRAFFIC_SECRET_0 "));
        assertEquals(0, server.exitCode(), server::toString);
    }

    @Test
    void aRefusedConnectionIsReported() {
        Tool server = serve("--count", "1");
        int port = server.port();
        Tool client = connect(server, "--insecure");
        assertEquals(0, client.exitCode(), client::toString);
        assertEquals(0, server.exitCode(), server::toString);

        Tool late = Tool.start("connect", "localhost:" + port, "--insecure");
        assertEquals(1, late.exitCode(), late::toString);
        assertTrue(late.err().startsWith("parktls: cannot connect to localhost:" + port), late.err());
    }

    private static Tool serve(String... more) {
        return Tool.start(concat(new String[] {"serve", "0", "--self-signed"}, more));
    }

    private static Tool connect(Tool server, String... more) {
        return Tool.start(concat(new String[] {"connect", "localhost:" + server.port()}, more));
    }

    private static String[] concat(String[] first, String[] more) {
        String[] all = new String[first.length + more.length];
        System.arraycopy(first, 0, all, 0, first.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private static String exported(String report) {
        return report.lines()
                .filter(line -> line.startsWith("  exported"))
                .findFirst()
                .orElseThrow();
    }
}
