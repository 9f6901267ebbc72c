package io.parktls.integration.resumption;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/** A foreign {@link SSLEngine} over a socket. One thread uses it. */
final class EngineSocket implements AutoCloseable {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Netty's engines need direct buffers, and accept a record of any size only in a large one. */
    private static final int SIZE = 1 << 16;

    private final SSLEngine engine;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final ByteBuffer received = ByteBuffer.allocateDirect(SIZE).limit(0);
    private final ByteBuffer sent = ByteBuffer.allocateDirect(SIZE);
    private final ByteBuffer plain = ByteBuffer.allocateDirect(SIZE);
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();

    EngineSocket(SSLEngine engine, Socket socket) throws IOException {
        this.engine = engine;
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    void handshake() throws IOException {
        engine.beginHandshake();
        while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            if (!step()) {
                throw new EOFException("the peer closes during the handshake");
            }
        }
    }

    /** Waits until the peer has sent the given end of a text, or closes. Returns all that it has sent. */
    String readUntil(String end) throws IOException {
        while (!text.toString(StandardCharsets.US_ASCII).endsWith(end) && step()) {
            continue;
        }
        return text.toString(StandardCharsets.US_ASCII);
    }

    /** Waits until the peer closes, and returns all that it has sent. */
    String readAll() throws IOException {
        while (step()) {
            continue;
        }
        return text.toString(StandardCharsets.US_ASCII);
    }

    void write(byte[] data) throws IOException {
        ByteBuffer left = ByteBuffer.allocateDirect(data.length).put(data).flip();
        while (left.hasRemaining()) {
            wrap(left);
        }
    }

    /** Does what the engine needs next; returns false if the peer has closed. */
    private boolean step() throws IOException {
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                    task.run();
                }
            }
            case NEED_WRAP -> wrap(NOTHING);
            default -> {
                return unwrap();
            }
        }
        return true;
    }

    private boolean unwrap() throws IOException {
        SSLEngineResult result = engine.unwrap(received, plain);
        byte[] data = new byte[plain.flip().remaining()];
        plain.get(data).clear();
        text.writeBytes(data);
        // In TLS 1.2, Netty's engine reports the end of the handshake only when it is given no more data.
        if (result.getStatus() == Status.BUFFER_UNDERFLOW && result.getHandshakeStatus() != HandshakeStatus.FINISHED) {
            received.compact();
            byte[] more = new byte[received.remaining()];
            int n = input.read(more);
            received.put(more, 0, Math.max(n, 0)).flip();
            return n >= 0;
        }
        return result.getStatus() != Status.CLOSED;
    }

    private void wrap(ByteBuffer from) throws IOException {
        engine.wrap(from, sent);
        byte[] data = new byte[sent.flip().remaining()];
        sent.get(data).clear();
        output.write(data);
    }

    /** Sends close_notify, and closes the socket. */
    @Override
    public void close() throws IOException {
        try (socket) {
            engine.closeOutbound();
            while (!engine.isOutboundDone()) {
                wrap(NOTHING);
            }
        }
    }
}
