package io.parktls.integration.resumption;

import io.parktls.sockets.interop.ForeignPeer;
import io.parktls.sockets.interop.GnuTls;
import io.parktls.sockets.interop.Scenario;
import java.nio.file.Path;

/** {@code gnutls-cli -r}, which connects twice in one process. */
final class GnuTlsClient implements ForeignClient {
    @Override
    public int connect(Scenario scenario, int port, Path directory) throws Exception {
        try (ForeignPeer client = ForeignPeer.start(GnuTls.client(scenario, port, "--resume", "--waitresumption"))) {
            client.type(Page.REQUEST);
            client.awaitText("*** This is a resumed session");
            client.awaitExit();
        }
        return 2;
    }
}
