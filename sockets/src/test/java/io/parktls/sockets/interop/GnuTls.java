package io.parktls.sockets.interop;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code gnutls-serv} and {@code gnutls-cli} programs. */
public final class GnuTls implements Peer {
    static final GnuTls INSTANCE = new GnuTls();

    public static final Pattern LISTENING = Pattern.compile("listening on IPv4 .* port \\d+\\.\\.\\.done");

    private static final Pattern CLIENT_CONNECTED = Pattern.compile("- Handshake was completed");
    private static final Pattern SERVER_CONNECTED = Pattern.compile("- Channel bindings");

    private GnuTls() {}

    @Override
    public Server serve(Scenario scenario) {
        ForeignPeer.Listening listening =
                ForeignPeer.listen(port -> ForeignPeer.start(server(scenario, port)), LISTENING);
        return new Process(listening.peer(), true, listening.port());
    }

    @Override
    public End connect(Scenario scenario, int port) {
        return new Process(ForeignPeer.start(client(scenario, port)), false, port);
    }

    /** Returns the command of a server that sends every line back. */
    public static List<String> server(Scenario scenario, int port, String... more) {
        PemFiles files = PemFiles.of(scenario.server());
        List<String> command = new ArrayList<>(List.of("gnutls-serv", "--echo", "--crlf", "--port", "" + port));
        command.addAll(files(files));
        command.addAll(List.of("--priority", priority(scenario, List.of(scenario.group()))));
        command.add(
                switch (scenario.clients()) {
                    case NONE -> "--disable-client-cert";
                    case WANTED -> "--verify-client-cert";
                    case REQUIRED -> "--require-client-cert";
                });
        if (scenario.clients() == ClientAuth.REQUIRED) {
            command.add("--verify-client-cert");
        }
        if (scenario.applicationProtocol() != null) {
            command.addAll(List.of("--alpn", scenario.applicationProtocol(), "--alpn-fatal"));
        }
        command.addAll(List.of(more));
        return command;
    }

    /** Returns the command of a client. */
    public static List<String> client(Scenario scenario, int port, String... more) {
        PemFiles files = PemFiles.of(scenario.client().orElse(scenario.server()));
        List<String> command = new ArrayList<>(List.of("gnutls-cli", "127.0.0.1", "--port", "" + port));
        if (scenario.clientKey() == null) {
            command.addAll(List.of("--x509cafile", files.authorities()));
        } else {
            command.addAll(files(files));
        }
        command.addAll(List.of("--priority", priority(scenario, scenario.clientGroups()), "--single-key-share"));
        command.addAll(List.of("--verify-hostname", scenario.host()));
        command.addAll(scenario.named() ? List.of("--sni-hostname", scenario.host()) : List.of("--disable-sni"));
        if (scenario.applicationProtocol() != null) {
            command.addAll(List.of("--alpn", "something-else", "--alpn", scenario.applicationProtocol()));
        }
        command.addAll(List.of(more));
        return command;
    }

    private static List<String> files(PemFiles files) {
        return List.of(
                "--x509cafile", files.authorities(), "--x509certfile", files.chain(), "--x509keyfile", files.key());
    }

    private static String priority(Scenario scenario, List<NamedGroup> groups) {
        StringBuilder priority = new StringBuilder("NORMAL:-VERS-ALL:-CIPHER-ALL:-GROUP-ALL");
        priority.append(":+VERS-").append(version(scenario.version()));
        priority.append(":+").append(cipher(scenario.suite()));
        groups.forEach(group -> priority.append(":+GROUP-").append(group.name()));
        return priority.toString();
    }

    private static String version(TlsVersion version) {
        return version == TlsVersion.TLS_1_3 ? "TLS1.3" : "TLS1.2";
    }

    private static String cipher(CipherSuite suite) {
        String name = suite.name();
        return name.contains("CHACHA20")
                ? "CHACHA20-POLY1305"
                : name.contains("AES_128") ? "AES-128-GCM" : "AES-256-GCM";
    }

    private record Process(ForeignPeer peer, boolean server, int port) implements Server {
        @Override
        public void talk(TlsSocket ours) throws IOException {
            Talk.say(ours, "from ours");
            if (server) {
                Talk.expect(ours, "from ours");
            } else {
                peer.awaitText("from ours");
                peer.type("from theirs");
                Talk.expect(ours, "from theirs");
            }
        }

        @Override
        public Report report() {
            peer.await(server ? SERVER_CONNECTED : CLIENT_CONNECTED);
            return GnuTls.report(peer.said(), server);
        }

        @Override
        public String failure() {
            return peer.said();
        }

        @Override
        public void close() {
            peer.close();
        }

        @Override
        public String toString() {
            return peer.toString();
        }
    }

    private static final Pattern DESCRIPTION =
            Pattern.compile("- Description: \\((TLS1\\..)[^)]*\\)-\\(ECDHE-([^)]+)\\)-\\(([^)]+)\\)-\\(([^)]+)\\)");

    private static Report report(String said, boolean server) {
        Matcher description = DESCRIPTION.matcher(said);
        if (!description.find()) {
            throw new AssertionError("no description in:\n" + said);
        }
        TlsVersion version = TlsVersion.of(description.group(1));
        return new Report(
                version,
                suite(version, description.group(3), description.group(4)),
                NamedGroup.of(description.group(2)),
                first(said, "- Application protocol: (\\S+)"),
                server ? first(said, "- Given server name\\[1\\]: (\\S+)") : null,
                server
                        ? first(said, "\tSubject: (.*)")
                        : first(said, "- Certificate\\[0\\] info:\n - subject `([^']*)'"));
    }

    private static CipherSuite suite(TlsVersion version, String signature, String cipher) {
        String key = signature.startsWith("RSA") ? "ECDHE_RSA" : "ECDHE_ECDSA";
        return Arrays.stream(CipherSuite.values())
                .filter(suite -> suite.version() == version && cipher(suite).equals(cipher))
                .filter(suite -> version == TlsVersion.TLS_1_3 || suite.name().contains(key))
                .findFirst()
                .orElseThrow();
    }

    private static String first(String said, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(said);
        return matcher.find() ? matcher.group(1) : "";
    }
}
