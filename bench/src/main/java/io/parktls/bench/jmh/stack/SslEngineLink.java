package io.parktls.bench.jmh.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** Two {@link SSLEngine}s. */
final class SslEngineLink implements Link {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final SSLEngine client;
    private final SSLEngine server;
    private final Wire wire;
    private final Consumer<SSLEngine> release;

    /**
     * A client and a server.
     *
     * @param release frees an engine
     */
    SslEngineLink(SSLEngine client, SSLEngine server, Wire wire, Consumer<SSLEngine> release) {
        this.client = client;
        this.server = server;
        this.wire = wire;
        this.release = release;
    }

    @Override
    public void handshake() throws IOException {
        client.beginHandshake();
        server.beginHandshake();
        boolean moved;
        do {
            moved = advance(client, wire.toClient(), wire.toServer());
            moved |= advance(server, wire.toServer(), wire.toClient());
        } while (moved);
        if (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                || server.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            throw new SSLException("the handshake stopped: client " + client.getHandshakeStatus() + ", server "
                    + server.getHandshakeStatus());
        }
    }

    /** What that engine can do with what has arrived; returns whether that was anything. */
    private boolean advance(SSLEngine engine, Pipe incoming, Pipe outgoing) throws SSLException {
        boolean moved = false;
        for (; ; ) {
            HandshakeStatus status = engine.getHandshakeStatus();
            int count = 0;
            switch (status) {
                case NEED_TASK -> runTasks(engine);
                case NEED_WRAP -> count = wrap(engine, NO_DATA, outgoing);
                default -> {
                    // Netty's engine finishes in an unwrap that finds nothing after the last flight.
                    if (incoming.isEmpty() && (!moved || status == HandshakeStatus.NOT_HANDSHAKING)) {
                        return moved;
                    }
                    count = unwrap(engine, incoming);
                }
            }
            if (count == 0 && engine.getHandshakeStatus() == status) {
                return moved;
            }
            moved = true;
        }
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private static int wrap(SSLEngine engine, ByteBuffer data, Pipe outgoing) throws SSLException {
        SSLEngineResult result = engine.wrap(data, outgoing.toFill());
        outgoing.added(result.bytesProduced());
        requireOk(result);
        return result.bytesProduced();
    }

    private int unwrap(SSLEngine engine, Pipe incoming) throws SSLException {
        ByteBuffer source = incoming.toTake();
        try {
            SSLEngineResult result = engine.unwrap(source, wire.received());
            if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
                requireOk(result);
            }
            return result.bytesConsumed();
        } finally {
            incoming.taken();
        }
    }

    private static void requireOk(SSLEngineResult result) throws SSLException {
        if (result.getStatus() != Status.OK) {
            throw new SSLException("the engine answers " + result);
        }
    }

    @Override
    public void send() throws IOException {
        seal(client, wire.toServer());
    }

    @Override
    public void receive() throws IOException {
        open(server, wire.toServer());
    }

    @Override
    public void reply() throws IOException {
        seal(server, wire.toClient());
        open(client, wire.toClient());
    }

    private void seal(SSLEngine sender, Pipe outgoing) throws SSLException {
        ByteBuffer payload = wire.payload();
        wrap(sender, payload, outgoing);
        if (payload.hasRemaining()) {
            throw new SSLException("not all in one record: " + payload.remaining() + " bytes remain");
        }
    }

    private void open(SSLEngine receiver, Pipe incoming) throws SSLException {
        ByteBuffer data = wire.received().clear();
        while (data.position() < wire.record()) {
            if (unwrap(receiver, incoming) == 0) {
                throw new SSLException("not a whole record: " + data.position() + " bytes");
            }
        }
    }

    @Override
    public void close() {
        release.accept(client);
        release.accept(server);
    }
}
