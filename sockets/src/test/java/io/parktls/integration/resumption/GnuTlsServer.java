package io.parktls.integration.resumption;

import io.parktls.TlsVersion;
import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.GnuTls;
import io.parktls.sockets.interop.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code gnutls-serv} as an HTTP server, which prints a description of each handshake.
 *
 * @param options more options of the program
 */
record GnuTlsServer(List<String> options) implements ForeignServer {
    @Override
    public Optional<String> unable(Scenario scenario) {
        return options.contains("--noticket") && scenario.version() == TlsVersion.TLS_1_3
                ? Optional.of("gnutls-serv --noticket resumes by session id, which TLS 1.3 does not have")
                : Optional.empty();
    }

    @Override
    public Running start(Scenario scenario) {
        ForeignPeer.Listening listening = ForeignPeer.listen(
                port -> {
                    List<String> command =
                            new ArrayList<>(GnuTls.server(scenario, port, options.toArray(String[]::new)));
                    command.remove("--echo");
                    return ForeignPeer.start(command);
                },
                GnuTls.LISTENING);
        return new Process(listening);
    }

    /** A running program. What it prints about a connection is complete before it answers the request. */
    private static final class Process implements Running {
        private final ForeignPeer.Listening listening;
        private int resumptions;

        Process(ForeignPeer.Listening listening) {
            this.listening = listening;
        }

        @Override
        public int port() {
            return listening.port();
        }

        @Override
        public void assertReports(String page, boolean resumed, String client) {
            if (resumed) {
                resumptions++;
                listening
                        .peer()
                        .await(Pattern.compile("(?:\\*\\*\\* This is a resumed session(?s:.*?)){" + resumptions + "}"));
            }
        }

        @Override
        public void close() {
            listening.close();
        }
    }

    @Override
    public String toString() {
        return "gnutls-serv " + String.join(" ", options);
    }
}
