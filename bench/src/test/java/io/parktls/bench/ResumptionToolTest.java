package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the options of {@code parktls connect} and {@code serve} for sessions, tickets and pre-shared keys. */
@Timeout(900)
class ResumptionToolTest {
    private static final String KEY = "00112233445566778899aabbccddeeff";
    private static final String OTHER_KEY = "ffeeddccbbaa99887766554433221100";

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void reconnectionsResume(String protocol) {
        Tool server = serve("--count", "4");
        Tool client = connect(server, "--insecure", "--reconnect", "3", "--protocol", protocol);

        assertEquals(0, client.exitCode(), client::toString);
        assertEquals(List.of("resumed", "resumed", "resumed"), reconnections(client));
        assertTrue(client.err().matches("(?s).*reconnection 3: resumed, TLSv" + protocol + ", TLS_\\w+\\R.*"));
        assertEquals(0, server.exitCode(), server::toString);
        assertEquals(List.of("new", "resumed", "resumed", "resumed"), sessions(server.out()));
    }

    @ParameterizedTest
    @CsvSource({"--tickets 0, ''", "'', --no-session"})
    void bothEndsCanSwitchResumptionOff(String ofServer, String ofClient) {
        Tool server = serve(("--count 3 " + ofServer).split(" "));
        Tool client = connect(server, ("--insecure --reconnect 2 " + ofClient).split(" "));

        assertEquals(0, client.exitCode(), client::toString);
        assertEquals(List.of("new", "new"), reconnections(client));
        assertEquals(0, server.exitCode(), server::toString);
    }

    @Test
    void aSessionFileServesTheNextRun() throws IOException {
        Path file = directory.resolve("session");
        Path certificate = directory.resolve("certificate.pem");
        Tool server = serve("--count", "3", "--cert-out", certificate.toString());
        String[] options = {"--ca", certificate.toString(), "--session-file", file.toString()};
        for (String expected : List.of("new", "resumed", "resumed")) {
            Tool client = connect(server, options);
            assertEquals(0, client.exitCode(), client::toString);
            assertEquals(List.of(expected), sessions(client.err()));
        }
        assertEquals(0, server.exitCode(), server::toString);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void aFileWithoutASessionIsLeftAlone() throws IOException {
        Path file = directory.resolve("letter");
        Files.writeString(file, "Dear Alice");
        Tool client = Tool.start("connect", "localhost:1", "--insecure", "--session-file", file.toString());

        assertEquals(2, client.exitCode(), client::toString);
        assertFalse(client.err().contains("Alice"), client.err());
        assertEquals("Dear Alice", Files.readString(file));
    }

    /** A session made without verification must not become a way around it. */
    @Test
    void aSessionOfAnUntrustedServerIsNotResumed() throws IOException {
        Path file = directory.resolve("session");
        Tool server = serve("--count", "2");
        Tool careless = connect(server, "--insecure", "--session-file", file.toString());
        assertEquals(0, careless.exitCode(), careless::toString);
        byte[] before = Files.readAllBytes(file);

        Tool careful = connect(server, "--session-file", file.toString());
        assertEquals(1, careful.exitCode(), careful::toString);
        assertTrue(careful.err().contains("is not resumed: "), careful.err());
        assertArrayEquals(before, Files.readAllBytes(file));
        assertEquals(1, server.exitCode(), server::toString);
    }

    @ParameterizedTest
    @CsvSource({"--ticket-secret-file, 32", "--ticket-key, 48", "--ticket-key, 80"})
    void serversWithTheSameKeysResumeEachOthersSessions(String option, int length) throws IOException {
        List<String> seen = new ArrayList<>();
        Path file = directory.resolve("session");
        Path keys = random("shared", length);
        Path otherKeys = random("other", length);
        for (Path of : List.of(keys, keys, otherKeys)) {
            Tool server = serve("--once", option, of.toString());
            Tool client = connect(server, "--insecure", "--session-file", file.toString());
            assertEquals(0, client.exitCode(), client::toString);
            assertEquals(0, server.exitCode(), server::toString);
            seen.addAll(sessions(server.out()));
        }
        assertEquals(List.of("new", "resumed", "new"), seen);
    }

    @Test
    void aPreSharedKeyReplacesCertificates() throws IOException {
        Path file = directory.resolve("key");
        Files.writeString(file, KEY + "\n");
        Tool server =
                Tool.start("serve", "0", "--psk-file", file.toString(), "--psk-identity", "sensor 17", "--count", "2");
        Tool client = connect(server, "--psk", KEY, "--psk-identity", "sensor 17", "--reconnect", "1");

        assertEquals(0, client.exitCode(), client::toString);
        assertEquals(List.of("resumed"), reconnections(client));
        assertEquals(0, server.exitCode(), server::toString);
        for (String report : List.of(client.err(), server.out())) {
            assertTrue(report.matches("(?s).*PSK identity +sensor 17\\R.*"), report);
            assertTrue(report.contains("has the pre-shared key"), report);
        }
    }

    @ParameterizedTest
    @CsvSource({
        OTHER_KEY + ", Client_identity",
        KEY + ", somebody",
    })
    void anotherKeyOrIdentityIsRefused(String key, String identity) {
        Tool server = Tool.start("serve", "0", "--psk", KEY, "--once");
        Tool client = connect(server, "--psk", key, "--psk-identity", identity);

        assertEquals(1, client.exitCode(), client::toString);
        assertEquals(1, server.exitCode(), server::toString);
        for (Tool tool : List.of(client, server)) {
            assertFalse(tool.toString().contains(KEY.substring(0, 8)), tool::toString);
            assertFalse(tool.toString().contains(OTHER_KEY.substring(0, 8)), tool::toString);
        }
    }

    @Test
    void aServerWithACertificateAcceptsClientsWithoutTheKey() {
        Tool server = serve("--psk", KEY, "--count", "2");
        Tool without = connect(server, "--insecure");
        assertEquals(0, without.exitCode(), without::toString);
        assertFalse(without.err().contains("PSK identity"), without.err());
        Tool with = connect(server, "--psk", KEY);
        assertEquals(0, with.exitCode(), with::toString);
        assertTrue(with.err().contains("PSK identity"), with.err());
        assertEquals(0, server.exitCode(), server::toString);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connect localhost:1 --reconnect -1",
                "connect localhost:1 --no-session --session-file f",
                "connect localhost:1 --session-file f --engine jsse",
                "connect localhost:1 --psk 00",
                "connect localhost:1 --psk 0011223344556677 --psk-file f",
                "connect localhost:1 --psk-file does-not-exist",
                "connect localhost:1 --psk 00112233445566778899aabbccddeeff --protocol 1.2",
                "serve 0",
                "serve 0 --self-signed --tickets 17",
                "serve 0 --self-signed --ticket-secret-file does-not-exist",
                "serve 0 --self-signed --ticket-secret-file a --ticket-key b",
                "serve 0 --psk 00112233445566778899aabbccddeeff --cert-out f"
            })
    void wrongOptionsAreReported(String arguments) {
        Tool tool = Tool.start(arguments.split(" "));

        assertEquals(2, tool.exitCode(), tool::toString);
        assertTrue(tool.err().startsWith("parktls: "), tool.err());
    }

    private Path random(String name, int length) throws IOException {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return Files.write(directory.resolve(name), bytes);
    }

    /** The words after "reconnection N: ". */
    private static List<String> reconnections(Tool client) {
        return client.err()
                .lines()
                .filter(line -> line.startsWith("reconnection "))
                .map(line -> line.replaceFirst("reconnection \\d+: (\\w+), .*", "$1"))
                .toList();
    }

    /** The words of the reports' lines about sessions. */
    private static List<String> sessions(String report) {
        return report.lines()
                .filter(line -> line.startsWith("  session "))
                .map(line -> line.strip().replaceFirst("session +", ""))
                .toList();
    }

    private static Tool serve(String... more) {
        return Tool.start(concat(new String[] {"serve", "0", "--self-signed"}, more));
    }

    private static Tool connect(Tool server, String... more) {
        return Tool.start(concat(new String[] {"connect", "localhost:" + server.port()}, more));
    }

    private static String[] concat(String[] first, String[] more) {
        List<String> all = new ArrayList<>(List.of(first));
        for (String each : more) {
            if (!each.isEmpty()) {
                all.add(each);
            }
        }
        return all.toArray(String[]::new);
    }
}
