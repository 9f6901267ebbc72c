package io.parktls.sockets.jsse.engine.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** Two ends in memory that work in lockstep, in one thread. */
final class EngineSession {
    /** More steps than any handshake takes. */
    private static final int MOST_STEPS = 10_000;

    private final End client;
    private final End server;
    private final Role tested;

    EngineSession(End client, End server, Role tested) {
        this.client = client;
        this.server = server;
        this.tested = tested;
        client.connect(server);
        server.connect(client);
    }

    End client() {
        return client;
    }

    End server() {
        return server;
    }

    End tested() {
        return tested == Role.CLIENT ? client : server;
    }

    End peer() {
        return tested == Role.CLIENT ? server : client;
    }

    /** Returns the tested engine. */
    SSLEngine engine() {
        return tested().engine;
    }

    /** Begins the handshake of both ends. */
    void begin() throws SSLException {
        client.engine.beginHandshake();
        server.engine.beginHandshake();
    }

    /** Performs the handshake, which must succeed at both ends. */
    EngineSession handshake() throws Exception {
        begin();
        pump();
        for (End end : new End[] {client, server}) {
            Exception failure = end.failure();
            if (failure != null) {
                throw new AssertionError("the handshake fails", failure);
            }
        }
        return this;
    }

    /** Lets both ends work until neither has anything to do. */
    void pump() {
        for (int steps = 0; client.step() | server.step(); steps++) {
            assertTrue(
                    steps < MOST_STEPS, () -> "the ends do not come to rest: " + client.last() + ", " + server.last());
        }
    }

    /** Sends data of the tested end, and returns what the peer receives. */
    String sendAndReceive(String text) throws SSLException {
        tested().send(text);
        pump();
        return peer().received();
    }

    /** Sends data of the peer, and returns what the tested end receives. */
    String reply(String text) throws SSLException {
        peer().send(text);
        pump();
        return tested().received();
    }
}
