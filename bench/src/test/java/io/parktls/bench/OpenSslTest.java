package io.parktls.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the tool with OpenSSL's {@code s_client} and {@code s_server}. */
@Timeout(900)
class OpenSslTest {
    private static final String PSK = "00112233445566778899aabbccddeeff";

    @TempDir
    private Path directory;

    @BeforeAll
    static void requireOpenSsl() {
        boolean present = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "openssl")));
        assumeTrue(present, "there is no openssl on the PATH");
    }

    @Test
    void theServerEchoesToAnOpenSslClient() throws IOException, InterruptedException {
        Path certificate = directory.resolve("certificate.pem");
        Tool server = Tool.start("serve", "0", "--self-signed", "--once", "--cert-out", certificate.toString());
        Process client = openssl(
                "s_client",
                "-connect",
                "localhost:" + server.port(),
                "-servername",
                "localhost",
                "-CAfile",
                certificate.toString(),
                "-verify_return_error",
                "-brief");
        try (BufferedReader fromClient = client.inputReader(US_ASCII)) {
            try (OutputStream toClient = client.getOutputStream()) {
                toClient.write("hello\n".getBytes(US_ASCII));
                toClient.flush();
                assertEquals("hello", await(fromClient, "hello"));
            }
            assertTrue(client.waitFor(120, TimeUnit.SECONDS), "at the end of its input the client ends");
        } finally {
            client.destroy();
        }
        assertEquals(0, server.exitCode(), server::toString);
        assertTrue(server.out().contains("SNI           localhost"), server.out());
    }

    @Test
    void theClientTalksToAnOpenSslServer() throws IOException, InterruptedException {
        Path certificate = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        Process generator = openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=DNS:localhost",
                "-keyout",
                key.toString(),
                "-out",
                certificate.toString());
        assertEquals(0, generator.waitFor());
        // -rev: sends each line back reversed
        Process server = openssl(
                "s_server",
                "-accept",
                "0",
                "-naccept",
                "1",
                "-rev",
                "-cert",
                certificate.toString(),
                "-key",
                key.toString());
        try (BufferedReader fromServer = server.inputReader(US_ASCII)) {
            String listening = await(fromServer, "ACCEPT .*:\\d+");
            String port = listening.substring(listening.lastIndexOf(':') + 1);
            Tool client =
                    Tool.start("hello\n", Map.of(), "connect", "localhost:" + port, "--ca", certificate.toString());

            assertEquals(0, client.exitCode(), client::toString);
            assertEquals("olleh\n", client.out());
        } finally {
            server.destroy();
        }
    }

    @Test
    void theClientAuthenticatesToAnOpenSslServerByAPreSharedKey() throws IOException {
        Process server =
                openssl("s_server", "-accept", "0", "-naccept", "1", "-rev", "-psk", PSK, "-nocert", "-tls1_3");
        try (BufferedReader fromServer = server.inputReader(US_ASCII)) {
            String listening = await(fromServer, "ACCEPT .*:\\d+");
            String port = listening.substring(listening.lastIndexOf(':') + 1);
            Tool client = Tool.start("hello\n", Map.of(), "connect", "localhost:" + port, "--psk", PSK);

            assertEquals(0, client.exitCode(), client::toString);
            assertEquals("olleh\n", client.out());
        } finally {
            server.destroy();
        }
    }

    @Test
    void theServerAuthenticatesAnOpenSslClientByAPreSharedKey() throws IOException, InterruptedException {
        Tool server = Tool.start("serve", "0", "--psk", PSK, "--once");
        Process client = openssl("s_client", "-connect", "localhost:" + server.port(), "-psk", PSK, "-brief");
        try (BufferedReader fromClient = client.inputReader(US_ASCII)) {
            try (OutputStream toClient = client.getOutputStream()) {
                toClient.write("hello\n".getBytes(US_ASCII));
                toClient.flush();
                assertEquals("hello", await(fromClient, "hello"));
            }
            assertTrue(client.waitFor(120, TimeUnit.SECONDS), "at the end of its input the client ends");
        } finally {
            client.destroy();
        }
        assertEquals(0, server.exitCode(), server::toString);
        assertTrue(server.out().contains("PSK identity  Client_identity"), server.out());
    }

    private static Process openssl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static String await(BufferedReader lines, String regex) throws IOException {
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.matches(regex)) {
                return line;
            }
        }
        throw new AssertionError("the process ended without a line '" + regex + "'");
    }
}
