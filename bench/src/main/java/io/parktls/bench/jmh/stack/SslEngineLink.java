package io.parktls.bench.jmh.stack;

import java.io.IOException;
import javax.net.ssl.SSLException;

/**
 * A connection between two {@link javax.net.ssl.SSLEngine}s.
 *
 * @param ticketsWithData whether the server sends its session tickets only with its first data
 * @param release frees both engines
 */
record SslEngineLink(SslEngineEnd client, SslEngineEnd server, boolean ticketsWithData, Runnable release)
        implements Link {
    @Override
    public void handshake() throws IOException {
        client.begin();
        server.begin();
        boolean moved;
        do {
            moved = client.advance();
            moved |= server.advance();
        } while (moved);
        if (!client.isDone() || !server.isDone()) {
            throw new SSLException("the handshake does not complete: client " + client + ", server " + server);
        }
        if (ticketsWithData) {
            server.sendByte();
            client.receiveByte();
        }
    }

    @Override
    public void send() throws IOException {
        client.seal();
    }

    @Override
    public void receive() throws IOException {
        server.open();
    }

    @Override
    public void reply() throws IOException {
        server.seal();
        client.open();
    }

    @Override
    public void close() {
        release.run();
    }
}
