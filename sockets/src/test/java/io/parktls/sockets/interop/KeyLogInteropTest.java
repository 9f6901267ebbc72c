package io.parktls.sockets.interop;

import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that our key log and the foreign peer's key log of a connection have the same lines. */
@Timeout(300)
class KeyLogInteropTest {
    private enum Version {
        TLS_1_2(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, Set.of("CLIENT_RANDOM")),
        TLS_1_3(
                CipherSuite.TLS_AES_256_GCM_SHA384,
                Set.of(
                        "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                        "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                        "CLIENT_TRAFFIC_SECRET_0",
                        "SERVER_TRAFFIC_SECRET_0",
                        "EXPORTER_SECRET"));

        private final Scenario scenario;
        private final Set<String> labels;

        Version(CipherSuite suite, Set<String> labels) {
            scenario = Scenario.with(suite, SECP256R1, ECDSA_P256).withName();
            this.labels = labels;
        }
    }

    private final List<String> logged = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void opensslServer(Version version) throws Exception {
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(version.scenario, "-keylogfile", theirLog()))) {
            client(version, theirs, OpenSsl.port(theirs));
        }
    }

    @ParameterizedTest
    @EnumSource
    void gnutlsServer(Version version) throws Exception {
        Map<String, String> environment = Map.of("SSLKEYLOGFILE", theirLog());
        try (ForeignPeer.Listening theirs = ForeignPeer.listen(
                port -> ForeignPeer.start(GnuTls.server(version.scenario, port), environment), GnuTls.LISTENING)) {
            client(version, theirs.peer(), theirs.port());
        }
    }

    private void client(Version version, ForeignPeer theirs, int port) throws IOException {
        Scenario scenario = version.scenario;
        try (TlsSocket ours = Ours.client(
                scenario.clientContext(TlsEngineProvider.bouncyCastle()).keyLog(logged::add), scenario.host(), port)) {
            Talk.say(ours, "hello");
            theirs.awaitText("hello");
            compare(version);
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensslClient(Version version) throws Exception {
        try (TlsServerSocket listening = server(version);
                ForeignPeer theirs = ForeignPeer.start(
                        OpenSsl.client(version.scenario, Ours.port(listening), "-keylogfile", theirLog()))) {
            server(version, listening, theirs);
        }
    }

    @ParameterizedTest
    @EnumSource
    void gnutlsClient(Version version) throws Exception {
        Map<String, String> environment = Map.of("SSLKEYLOGFILE", theirLog());
        try (TlsServerSocket listening = server(version);
                ForeignPeer theirs =
                        ForeignPeer.start(GnuTls.client(version.scenario, Ours.port(listening)), environment)) {
            server(version, listening, theirs);
        }
    }

    private TlsServerSocket server(Version version) throws IOException {
        return Ours.server(
                version.scenario.serverContext(TlsEngineProvider.bouncyCastle()).keyLog(logged::add));
    }

    private void server(Version version, TlsServerSocket listening, ForeignPeer theirs) throws IOException {
        try (TlsSocket ours = Ours.accept(listening)) {
            Talk.say(ours, "hello");
            theirs.awaitText("hello");
            compare(version);
        }
    }

    private void compare(Version version) throws IOException {
        Set<String> labels = logged.stream().map(line -> line.split(" ")[0]).collect(Collectors.toSet());
        assertEquals(version.labels, labels);
        assertEquals(version.labels.size(), logged.size(), "a line for each");
        Set<String> theirs = Files.readAllLines(Path.of(theirLog())).stream()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(theirs, new TreeSet<>(logged));
    }

    private String theirLog() {
        return directory.resolve("keys").toString();
    }
}
