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
                () -> {
                    release(client);
                    release(server);
                });
    }
}
