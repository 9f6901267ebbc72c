package io.parktls.sockets;

import io.parktls.TestContexts;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;

/** The two ends of a connection. Closing the pair aborts both. */
record SocketPair(TlsSocket client, TlsSocket server) implements AutoCloseable {
    static SocketPair open(TlsEngineProvider engine, Transport transport, TlsVersion... versions) throws Exception {
        return transport.open(
                TestContexts.client(engine, versions).build(),
                TestContexts.server(engine, versions).build());
    }

    /** Performs the handshake of both ends. */
    SocketPair established() throws Exception {
        Task<Void> serving = ThreadKind.VIRTUAL.run(server::doHandshake);
        client.doHandshake();
        serving.get();
        return this;
    }

    @Override
    public void close() throws IOException {
        client.abort();
        server.abort();
    }
}
