package io.parktls.sockets.interop;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The {@code openssl s_server} and {@code openssl s_client} programs. */
public final class OpenSsl implements Peer {
    static final OpenSsl INSTANCE = new OpenSsl();

    private static final Pattern ACCEPT = Pattern.compile("ACCEPT \\S+:(\\d+)");
    private static final Pattern CLIENT_CONNECTED = Pattern.compile("Verify return code: .*\n(.*\n)*?---\n");
    private static final Pattern SERVER_CONNECTED = Pattern.compile("Secure Renegotiation IS .*\n");

    private OpenSsl() {}

    @Override
    public Server serve(Scenario scenario) {
        ForeignPeer peer = ForeignPeer.start(server(scenario));
        return new Process(peer, true, port(peer));
    }

    @Override
    public End connect(Scenario scenario, int port) {
        return new Process(ForeignPeer.start(client(scenario, port)), false, port);
    }

    /** Returns the command of a server on any free port. */
    public static List<String> server(Scenario scenario, String... more) {
        return server(scenario, 0, more);
    }

    /** Returns the command of a server on the given port, or on any free port if it is 0. */
    static List<String> server(Scenario scenario, int port, String... more) {
        PemFiles files = PemFiles.of(scenario.server());
        List<String> command = new ArrayList<>(List.of(
                "openssl", "s_server", "-accept", "127.0.0.1:" + port, "-cert", files.chain(), "-key", files.key()));
        command.addAll(List.of("-cert_chain", files.chain(), "-CAfile", files.authorities(), "-tlsextdebug"));
        command.addAll(common(scenario));
        command.addAll(List.of("-groups", groups(List.of(scenario.group()))));
        if (scenario.clients() == ClientAuth.WANTED) {
            command.addAll(List.of("-verify", "5", "-verify_return_error"));
        } else if (scenario.clients() == ClientAuth.REQUIRED) {
            command.addAll(List.of("-Verify", "5", "-verify_return_error"));
        }
        if (scenario.applicationProtocol() != null) {
            command.addAll(List.of("-alpn", scenario.applicationProtocol()));
        }
        command.addAll(List.of(more));
        return command;
    }

    /** Returns the command of a client. */
    public static List<String> client(Scenario scenario, int port, String... more) {
        PemFiles files = PemFiles.of(scenario.client().orElse(scenario.server()));
        List<String> command = new ArrayList<>(
                List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port, "-CAfile", files.authorities()));
        command.add("-verify_return_error");
        command.addAll(common(scenario));
        command.addAll(List.of("-groups", groups(scenario.clientGroups())));
        command.addAll(
                scenario.named()
                        ? List.of("-servername", scenario.host(), "-verify_hostname", scenario.host())
                        : List.of("-noservername", "-verify_ip", scenario.host()));
        if (scenario.clientKey() != null) {
            command.addAll(List.of("-cert", files.chain(), "-key", files.key(), "-cert_chain", files.chain()));
        }
        if (scenario.applicationProtocol() != null) {
            command.addAll(List.of("-alpn", "something-else," + scenario.applicationProtocol()));
        }
        command.addAll(List.of(more));
        return command;
    }

    /** Returns the port of a server that was started on any free port. */
    public static int port(ForeignPeer server) {
        return Integer.parseInt(server.await(ACCEPT).group(1));
    }

    private static List<String> common(Scenario scenario) {
        return scenario.version() == TlsVersion.TLS_1_3
                ? List.of("-tls1_3", "-ciphersuites", scenario.suite().name())
                : List.of("-tls1_2", "-cipher", scenario.suite().openSslName());
    }

    /** Returns OpenSSL's names of groups. */
    static String groups(List<NamedGroup> groups) {
        return groups.stream()
                .map(group -> group == NamedGroup.X25519
                        ? "X25519"
                        : "P-" + group.standardName().substring(4, 7))
                .collect(Collectors.joining(":"));
    }

    private record Process(ForeignPeer peer, boolean server, int port) implements Server {
        @Override
        public void talk(TlsSocket ours) throws IOException {
            Talk.say(ours, "from ours");
            peer.awaitText("from ours");
            peer.type("from theirs");
            Talk.expect(ours, "from theirs");
        }

        @Override
        public Report report() {
            peer.await(server ? SERVER_CONNECTED : CLIENT_CONNECTED);
            String said = peer.said();
            return server ? serverReport(said) : clientReport(said);
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

    private static Report clientReport(String said) {
        Matcher cipher = find(said, "New, (TLSv\\S+), Cipher is (\\S+)");
        return new Report(
                TlsVersion.of(cipher.group(1)),
                CipherSuite.of(cipher.group(2)),
                group(find(said, "Server Temp Key: (?:ECDH, )?([^,]+)").group(1)),
                said.contains("No ALPN negotiated")
                        ? ""
                        : find(said, "ALPN protocol: (\\S+)").group(1),
                null,
                subject(said));
    }

    private static Report serverReport(String said) {
        Matcher sni = Pattern.compile("TLS client extension \"server name\".*\n((?:[0-9a-f]{4} - .*\n)+)")
                .matcher(said);
        Matcher alpn = Pattern.compile("ALPN protocols selected: (\\S+)").matcher(said);
        return new Report(
                sessionProtocol(said),
                CipherSuite.of(find(said, "CIPHER is (\\S+)").group(1)),
                group(find(said, "Shared groups: (\\S+)").group(1)),
                alpn.find() ? alpn.group(1) : "",
                sni.find() ? serverName(sni.group(1)) : "",
                said.contains("Client certificate") ? subject(said) : "");
    }

    private static String subject(String said) {
        return find(said, "\nsubject=(.*)").group(1).replace(" = ", "=");
    }

    private static NamedGroup group(String name) {
        return NamedGroup.of(name.equals("prime256v1") ? "secp256r1" : name);
    }

    /** The extension consists of the length of the list, the type, the length of the name and the name (RFC 6066 3). */
    private static String serverName(String dump) {
        StringBuilder hex = new StringBuilder();
        for (String line : dump.split("\n")) {
            hex.append(line.substring(7, 7 + 16 * 3).replace('-', ' ').replace(" ", ""));
        }
        return new String(HexFormat.of().parseHex(hex)).substring(5);
    }

    /** The session that a server prints contains the version: SEQUENCE { INTEGER 1, INTEGER version, ... }. */
    private static TlsVersion sessionProtocol(String said) {
        String base64 = find(said, "BEGIN SSL SESSION PARAMETERS-----\n([^-]+)").group(1);
        String hex = HexFormat.of().formatHex(Base64.getMimeDecoder().decode(base64));
        int code = Integer.parseInt(
                find(hex, "^30(?:82....|81..|..)0201010202(....)").group(1), 16);
        return Arrays.stream(TlsVersion.values())
                .filter(version -> version.code() == code)
                .findFirst()
                .orElseThrow();
    }

    private static Matcher find(String said, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(said);
        if (!matcher.find()) {
            throw new AssertionError("no /" + pattern + "/ in:\n" + said);
        }
        return matcher;
    }
}
