package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import javax.net.ssl.SSLEngine;

/** A stack whose connections are {@link SSLEngine}s. */
abstract class SslEngineStack extends Stack {
    SslEngineStack(Wire wire, CipherSuite suite) {
        super(wire, suite);
    }

    /** Creates an engine for a client that connects to that host. */
    abstract SSLEngine clientEngine(String host);

    abstract SSLEngine serverEngine();

    /** Whether the server has tickets to send, and does so only with its first data. */
    boolean sendsTicketsWithData() {
        return false;
    }

    /** Frees the resources of an engine that the garbage collector does not. */
    void release(SSLEngine engine) {}

    @Override
    public final Link connect(String host) {
        Wire wire = wire();
        SSLEngine client = clientEngine(host);
        SSLEngine server = serverEngine();
        return new SslEngineLink(
                new SslEngineEnd(client, wire.toClient(), wire.toServer(), wire),
                new SslEngineEnd(server, wire.toServer(), wire.toClient(), wire),
                sendsTicketsWithData(),
                () -> {
                    release(client);
                    release(server);
                });
    }
}
