package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TlsVersion;
import io.parktls.sockets.interop.Curl;
import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.Scenario;
import java.nio.file.Path;
import java.util.Optional;

/** {@code curl} with three addresses on its command line: it needs a new connection for each, since the server closes. */
final class CurlClient implements ForeignClient {
    @Override
    public Optional<String> unable(Scenario scenario) {
        return scenario.version() == TlsVersion.TLS_1_2
                ? Optional.of("curl sends no tickets in TLS 1.2, and our server keeps no sessions for session ids")
                : Optional.empty();
    }

    @Override
    public int connect(Scenario scenario, int port, Path directory) {
        String url = "https://" + scenario.host() + ":" + port + "/";
        try (ForeignPeer client = ForeignPeer.start(Curl.get(scenario, port, url, url))) {
            assertEquals(0, client.awaitExit(), client::said);
        }
        return 3;
    }
}
