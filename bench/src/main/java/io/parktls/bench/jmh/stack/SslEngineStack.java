package io.parktls.bench.jmh.stack;

import io.parktls.CipherSuite;
import javax.net.ssl.SSLEngine;

/** A stack whose connections are {@link SSLEngine}s. */
abstract class SslEngineStack extends Stack {
    SslEngineStack(Wire wire, CipherSuite suite) {
        super(wire, suite);
    }

    /** A new client, which means to reach that host. */
    abstract SSLEngine clientEngine(String host);

    abstract SSLEngine serverEngine();

    /** Frees what the garbage collector does not. */
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
