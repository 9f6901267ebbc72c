package io.parktls.bench.jmh.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsProtocol;
import org.bouncycastle.tls.TlsServerProtocol;

/** A client and a server of Bouncy Castle's low-level API in non-blocking mode. */
@SuppressWarnings("ByteBufferBackingArray") // the buffers of this wire are backed by whole arrays
final class BouncyCastleLink implements Link {
    private final BouncyCastleClient client;
    private final BouncyCastleServer server;
    private final Wire wire;
    private final TlsClientProtocol clientProtocol = new TlsClientProtocol();
    private final TlsServerProtocol serverProtocol = new TlsServerProtocol();

    BouncyCastleLink(BouncyCastleClient client, BouncyCastleServer server, Wire wire) {
        this.client = client;
        this.server = server;
        this.wire = wire;
    }

    @Override
    public void handshake() throws IOException {
        serverProtocol.accept(server);
        clientProtocol.connect(client);
        boolean moved;
        do {
            moved = move(clientProtocol, wire.toServer(), serverProtocol);
            moved |= move(serverProtocol, wire.toClient(), clientProtocol);
        } while (moved);
        if (!clientProtocol.isConnected() || !serverProtocol.isConnected()) {
            throw new IOException("the handshake does not complete");
        }
    }

    private static boolean move(TlsProtocol from, Pipe pipe, TlsProtocol to) throws IOException {
        if (from.getAvailableOutputBytes() == 0) {
            return false;
        }
        put(from, pipe);
        offer(pipe, to);
        return true;
    }

    private static void put(TlsProtocol from, Pipe pipe) {
        ByteBuffer room = pipe.toFill();
        int count = from.readOutput(room.array(), room.position(), room.remaining());
        room.position(room.position() + count);
        pipe.added(count);
    }

    private static void offer(Pipe pipe, TlsProtocol to) throws IOException {
        ByteBuffer arrived = pipe.toTake();
        to.offerInput(arrived.array(), arrived.position(), arrived.remaining());
        arrived.position(arrived.limit());
        pipe.taken();
    }

    @Override
    public void send() throws IOException {
        seal(clientProtocol, wire.toServer());
    }

    @Override
    public void receive() throws IOException {
        open(serverProtocol, wire.toServer());
    }

    @Override
    public void reply() throws IOException {
        seal(serverProtocol, wire.toClient());
        open(clientProtocol, wire.toClient());
    }

    private void seal(TlsProtocol sender, Pipe outgoing) throws IOException {
        ByteBuffer payload = wire.payload();
        sender.writeApplicationData(payload.array(), payload.position(), payload.remaining());
        put(sender, outgoing);
    }

    private void open(TlsProtocol receiver, Pipe incoming) throws IOException {
        offer(incoming, receiver);
        ByteBuffer data = wire.received().clear();
        data.position(receiver.readInput(data.array(), 0, data.capacity()));
        if (data.position() != wire.record()) {
            throw new IOException("expected a whole record, got " + data.position() + " bytes");
        }
    }

    @Override
    public void close() {}
}
