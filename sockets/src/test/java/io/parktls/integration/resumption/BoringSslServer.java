package io.parktls.integration.resumption;

import io.netty.handler.ssl.SslContext;
import io.parktls.sockets.interop.Scenario;

/**
 * A server of BoringSSL.
 *
 * @param tickets whether the server has ticket keys; without them, it keeps the sessions of TLS 1.2 in its cache
 */
record BoringSslServer(boolean tickets) implements ForeignServer {
    @Override
    public Running start(Scenario scenario) throws Exception {
        SslContext context = BoringSsl.server(scenario);
        if (tickets) {
            BoringSsl.enableTickets(context);
        }
        return new EngineServer(() -> BoringSsl.engine(context));
    }

    @Override
    public String toString() {
        return "BoringSSL" + (tickets ? "" : " with a cache");
    }
}
