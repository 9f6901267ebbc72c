package io.parktls.sockets.interop;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code curl} program, as a client. */
public final class Curl implements Peer {
    static final Curl INSTANCE = new Curl();

    private static final Pattern CONNECTION = Pattern.compile("SSL connection using (TLSv\\S+) / (\\S+)");
    private static final Pattern SUBJECT = Pattern.compile("\\*  subject: (.*)");
    private static final Pattern ALPN = Pattern.compile("ALPN: server accepted (\\S+)");

    private Curl() {}

    @Override
    public Server serve(Scenario scenario) {
        throw new UnsupportedOperationException("curl is no server");
    }

    @Override
    public End connect(Scenario scenario, int port) {
        return new Process(ForeignPeer.start(get(scenario, port)));
    }

    /** Returns the command that requests {@code /}. */
    public static List<String> get(Scenario scenario, int port, String... more) {
        PemFiles files = PemFiles.of(scenario.client().orElse(scenario.server()));
        List<String> command =
                new ArrayList<>(List.of("curl", "--verbose", "--silent", "--show-error", "--noproxy", "*"));
        command.addAll(List.of("--http1.1", "--max-time", "30", "--cacert", files.authorities()));
        if (scenario.version() == TlsVersion.TLS_1_3) {
            command.addAll(
                    List.of("--tlsv1.3", "--tls13-ciphers", scenario.suite().name()));
        } else {
            command.addAll(List.of("--tlsv1.2", "--tls-max", "1.2"));
            command.addAll(List.of("--ciphers", scenario.suite().openSslName()));
        }
        command.addAll(List.of("--curves", OpenSsl.groups(scenario.clientGroups())));
        if (scenario.clientKey() != null) {
            command.addAll(List.of("--cert", files.chain(), "--key", files.key()));
        }
        if (scenario.applicationProtocol() == null) {
            command.add("--no-alpn");
        }
        command.addAll(List.of("--resolve", Scenario.NAME + ":" + port + ":127.0.0.1"));
        command.addAll(List.of(more));
        command.add("https://" + scenario.host() + ":" + port + "/");
        return command;
    }

    /** Reads an HTTP request up to the empty line. */
    static List<String> request(TlsSocket ours) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = Talk.hear(ours); !line.isEmpty(); line = Talk.hear(ours)) {
            lines.add(line);
        }
        return lines;
    }

    /** Writes the head of an HTTP response. */
    static void respond(TlsSocket ours, long length) throws IOException {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\nConnection: close\r\n\r\n";
        ours.outputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private record Process(ForeignPeer peer) implements End {
        @Override
        public void talk(TlsSocket ours) throws IOException {
            List<String> request = request(ours);
            if (!request.getFirst().equals("GET / HTTP/1.1")) {
                throw new AssertionError("curl asked for " + request);
            }
            respond(ours, "from ours\n".length());
            Talk.say(ours, "from ours");
            peer.awaitText("from ours\n");
            ours.shutdownOutput();
            if (peer.awaitExit() != 0) {
                throw new AssertionError(peer);
            }
        }

        @Override
        public Report report() {
            String said = peer.said();
            Matcher connection = CONNECTION.matcher(said);
            Matcher subject = SUBJECT.matcher(said);
            Matcher alpn = ALPN.matcher(said);
            if (!connection.find() || !subject.find()) {
                throw new AssertionError(peer);
            }
            // curl does not report the group, but offers only one.
            return new Report(
                    TlsVersion.of(connection.group(1)),
                    CipherSuite.of(connection.group(2)),
                    null,
                    alpn.find() ? alpn.group(1) : "",
                    null,
                    subject.group(1));
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
}
