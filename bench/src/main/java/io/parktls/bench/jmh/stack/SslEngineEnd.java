package io.parktls.bench.jmh.stack;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** One end of a connection: an {@link SSLEngine} between two pipes. */
final class SslEngineEnd {
    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final Pipe incoming;
    private final Pipe outgoing;
    private final Wire wire;

    SslEngineEnd(SSLEngine engine, Pipe incoming, Pipe outgoing, Wire wire) {
        this.engine = engine;
        this.incoming = incoming;
        this.outgoing = outgoing;
        this.wire = wire;
    }

    void begin() throws SSLException {
        engine.beginHandshake();
    }

    boolean isDone() {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /** Continues the handshake with the received bytes, and returns whether it has made progress. */
    boolean advance() throws SSLException {
        boolean moved = false;
        for (; ; ) {
            HandshakeStatus status = engine.getHandshakeStatus();
            int count = 0;
            switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> count = wrap(NO_DATA);
                default -> {
                    // Netty's engine completes the handshake in an unwrap without input after the last flight.
                    if (incoming.isEmpty() && (!moved || status == HandshakeStatus.NOT_HANDSHAKING)) {
                        return moved;
                    }
                    count = unwrap();
                }
            }
            if (count == 0 && engine.getHandshakeStatus() == status) {
                return moved;
            }
            moved = true;
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private int wrap(ByteBuffer data) throws SSLException {
        SSLEngineResult result = engine.wrap(data, outgoing.toFill());
        outgoing.added(result.bytesProduced());
        requireOk(result);
        return result.bytesProduced();
    }

    private int unwrap() throws SSLException {
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
            throw new SSLException("the engine has returned " + result);
        }
    }

    /** Seals {@link Wire#payload()} into one record. */
    void seal() throws SSLException {
        ByteBuffer payload = wire.payload();
        wrap(payload);
        if (payload.hasRemaining()) {
            throw new SSLException(
                    "the payload does not fit into one record: " + payload.remaining() + " bytes remain");
        }
    }

    /** Sends one byte of data, and the tickets that a server may have waiting. */
    void sendByte() throws SSLException {
        wrap(wire.payload().slice(0, 1));
    }

    /** Receives what {@link #sendByte} sends. */
    void receiveByte() throws SSLException {
        ByteBuffer data = wire.received().clear();
        while (data.position() < 1) {
            if (unwrap() == 0) {
                throw new SSLException("expected a byte, got nothing");
            }
        }
    }

    /** Opens a record into {@link Wire#received()}. */
    void open() throws SSLException {
        ByteBuffer data = wire.received().clear();
        while (data.position() < wire.record()) {
            if (unwrap() == 0) {
                throw new SSLException("expected a whole record, got " + data.position() + " bytes");
            }
        }
    }

    @Override
    public String toString() {
        return engine.getHandshakeStatus().toString();
    }
}
