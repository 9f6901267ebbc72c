package io.parktls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.parktls.bio.Bio;
import io.parktls.bio.CountingBio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** A client and a server at the two ends of a non-blocking pipe, both driven by the test's thread. */
public final class ConnectionPair {
    /** How many turns in a row may move no byte at either end before the test fails. */
    private static final int IDLE_TURNS = 100;

    private final CountingBio clientBio;
    private final CountingBio serverBio;
    private final TlsConnection client;
    private final TlsConnection server;

    public ConnectionPair(TlsContext client, TlsContext server, Bio[] pipe) {
        this(client, server, pipe, 0);
    }

    /** @param port the key of the session caches; equal ports stand for the same server */
    public ConnectionPair(TlsContext client, TlsContext server, Bio[] pipe, int port) {
        this.clientBio = new CountingBio(pipe[0]);
        this.serverBio = new CountingBio(pipe[1]);
        this.client = client.connect(clientBio, TestContexts.HOST, port);
        this.server = server.accept(serverBio);
    }

    public TlsConnection client() {
        return client;
    }

    public TlsConnection server() {
        return server;
    }

    public CountingBio clientBio() {
        return clientBio;
    }

    public CountingBio serverBio() {
        return serverBio;
    }

    /** Completes the handshake. */
    public ConnectionPair handshake() throws IOException {
        int idle = 0;
        while (!client.isHandshakeDone() || !server.isHandshakeDone()) {
            long before = moved();
            client.doHandshake();
            server.doHandshake();
            if (server.isHandshakeDone() && !client.isHandshakeDone()) {
                // A server sends its remaining output with the next operation.
                server.flush(Waiting.NEVER);
            }
            idle = check(before, idle);
        }
        return this;
    }

    /** Sends that many bytes in both directions at once, and compares what arrives. */
    public void transfer(int bytes) throws IOException {
        Transfer there = new Transfer(client, server, 1, bytes);
        Transfer back = new Transfer(server, client, 2, bytes);
        int idle = 0;
        while (!there.isDone() || !back.isDone()) {
            long before = moved();
            there.turn();
            back.turn();
            idle = check(before, idle);
        }
    }

    /** Closes both directions with close_notify, the client first. */
    public void shutdown() throws IOException {
        int idle = 0;
        TlsStatus clientStatus = client.shutdown();
        assertNotEquals(TlsStatus.CLOSED, clientStatus, "the server has not said anything");
        ByteBuffer nothing = ByteBuffer.allocate(100);
        while (server.read(nothing) != TlsStatus.CLOSED) {
            long before = moved();
            assertEquals(0, nothing.position());
            client.flush(Waiting.NEVER);
            idle = check(before, idle);
        }
        TlsStatus serverStatus = TlsStatus.OK;
        while (clientStatus != TlsStatus.CLOSED || serverStatus != TlsStatus.CLOSED) {
            long before = moved();
            if (serverStatus != TlsStatus.CLOSED) {
                serverStatus = server.shutdown();
            }
            if (clientStatus != TlsStatus.CLOSED) {
                clientStatus = client.shutdown();
            }
            idle = check(before, idle);
        }
    }

    private long moved() {
        return clientBio.bytesRead() + clientBio.bytesWritten() + serverBio.bytesRead() + serverBio.bytesWritten();
    }

    private int check(long before, int idle) {
        if (moved() > before) {
            return 0;
        }
        if (idle > IDLE_TURNS) {
            throw new AssertionError("no progress: " + client + " and " + server);
        }
        return idle + 1;
    }

    /** Returns pseudo-random bytes. */
    public static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** The data of one direction. */
    private static final class Transfer {
        private final TlsConnection from;
        private final TlsConnection to;
        private final ByteBuffer src;
        private final ByteBuffer dst;
        private boolean written;

        Transfer(TlsConnection from, TlsConnection to, int seed, int bytes) {
            this.from = from;
            this.to = to;
            this.src = ByteBuffer.wrap(random(seed, bytes));
            this.dst = ByteBuffer.allocate(bytes);
        }

        boolean isDone() {
            return written && !dst.hasRemaining();
        }

        void turn() throws IOException {
            if (!written) {
                written = from.write(src) == TlsStatus.OK;
            }
            if (dst.hasRemaining()) {
                to.read(dst);
                if (!dst.hasRemaining()) {
                    assertArrayEquals(src.array(), dst.array());
                }
            }
        }
    }
}
