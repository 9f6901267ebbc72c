package io.parktls.integration.resumption;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.TlsVersion;
import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.OpenSsl;
import io.parktls.sockets.interop.Scenario;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code openssl s_client -reconnect}, which connects six times in one process. */
final class OpenSslReconnect implements ForeignClient {
    private static final int CONNECTIONS = 6;

    /** The line that s_client prints about each connection. */
    private static final Pattern REUSED = Pattern.compile("\nReused, TLSv1\\.[23], Cipher is ");

    @Override
    public Optional<String> unable(Scenario scenario) {
        return scenario.version() == TlsVersion.TLS_1_3
                ? Optional.of("s_client -reconnect drops each connection before the tickets of TLS 1.3 arrive")
                : Optional.empty();
    }

    @Override
    public int connect(Scenario scenario, int port, Path directory) throws Exception {
        try (ForeignPeer client = ForeignPeer.start(OpenSsl.client(scenario, port, "-reconnect"))) {
            client.type(Page.REQUEST);
            client.awaitExit();
            assertEquals(
                    CONNECTIONS - 1, REUSED.matcher(client.said()).results().count(), client::said);
        }
        return CONNECTIONS;
    }
}
