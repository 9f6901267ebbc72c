package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.OpenSsl;
import io.parktls.sockets.interop.Scenario;
import java.util.stream.Stream;

/**
 * {@code openssl s_server -www}, whose page describes the handshake.
 *
 * @param options more options of the program, separated by spaces
 */
record OpenSslServer(String options) implements ForeignServer {
    @Override
    public Running start(Scenario scenario) {
        String[] more = Stream.concat(Stream.of("-www"), options.lines().flatMap(line -> Stream.of(line.split(" "))))
                .toArray(String[]::new);
        ForeignPeer peer = ForeignPeer.start(OpenSsl.server(scenario, more));
        return new Process(peer, OpenSsl.port(peer));
    }

    private record Process(ForeignPeer peer, int port) implements Running {
        @Override
        public void assertReports(String page, boolean resumed, String client) {
            assertTrue(page.contains(resumed ? "\nReused, TLSv1." : "\nNew, TLSv1."), page);
            boolean named = page.replace(" = ", "=").contains("Subject: CN=");
            assertEquals(!client.isEmpty(), named, page);
            assertTrue(page.replace(" = ", "=").contains(client), page);
        }

        @Override
        public void close() {
            peer.close();
        }
    }

    @Override
    public String toString() {
        return "s_server " + options;
    }
}
