package io.parktls.integration.resumption;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import io.parktls.sockets.interop.Ours;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A server of ours that answers requests with a {@link Page}, and tells the test about each handshake. */
final class ReportingServer implements AutoCloseable {
    private final BlockingQueue<TlsSession> sessions = new LinkedBlockingQueue<>();
    private final TlsServer server;

    ReportingServer(TlsContext context) throws IOException {
        server = TlsServer.builder(context)
                .handshakeTimeout(Ours.PATIENCE)
                .readTimeout(Ours.PATIENCE)
                .handler(this::answer)
                .open(Ours.loopback(0));
    }

    private void answer(TlsSocket client) throws IOException {
        client.doHandshake();
        sessions.add(client.session());
        if (Page.readRequest(client.inputStream())) {
            client.outputStream().write(Page.of(client.session()));
        }
    }

    int port() {
        return server.port();
    }

    /** Replaces the context of new connections. */
    void context(TlsContext replacement) {
        server.context(replacement);
    }

    /** Waits for that many handshakes, in any order. */
    List<TlsSession> handshakes(int count) throws InterruptedException {
        List<TlsSession> seen = new ArrayList<>();
        while (seen.size() < count) {
            TlsSession next = sessions.poll(Ours.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("only " + seen.size() + " of " + count + " handshakes: " + seen);
            }
            seen.add(next);
        }
        return seen;
    }

    @Override
    public void close() {
        server.close();
    }
}
