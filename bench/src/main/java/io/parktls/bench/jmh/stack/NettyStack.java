package io.parktls.bench.jmh.stack;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Netty's engines on BoringSSL (netty-tcnative). They use the addresses of direct buffers, so they get direct buffers.
 */
final class NettyStack extends SslEngineStack {
    private final boolean resumed;
    private final SslContext client;
    private final SslContext server;

    NettyStack(Terms terms, Pki pki) throws SSLException {
        super(new Wire(true, Wire.LARGEST_RECORD), BoringSsl.suite(terms));
        this.resumed = terms.resumed();
        this.client = context(
                SslContextBuilder.forClient().trustManager(pki.authority()).endpointIdentificationAlgorithm("HTTPS"),
                terms);
        this.server = context(SslContextBuilder.forServer(pki.key(), pki.leaf()), terms);
    }

    private SslContext context(SslContextBuilder builder, Terms terms) throws SSLException {
        SslContext context = builder.sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols(suite().version().standardName())
                .ciphers(List.of(suite().name()))
                .option(OpenSslContextOption.GROUPS, groups(terms))
                .build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(terms.resumed());
            if (terms.resumed()) {
                // Without keys, BoringSSL makes its own. Both ends use tickets only after this call.
                sessions.setTicketKeys(new OpenSslSessionTicketKey[0]);
            }
        }
        return context;
    }

    private String[] groups(Terms terms) {
        String group = terms.group().standardName();
        // In TLS 1.2 the groups have to include the curve of an ECDSA key (RFC 8422 5.1).
        return suite().version() == TlsVersion.TLS_1_3
                ? new String[] {group}
                : new String[] {group, NamedGroup.SECP256R1.standardName()};
    }

    @Override
    SSLEngine clientEngine(String host) {
        return client.newEngine(ByteBufAllocator.DEFAULT, host, Pki.PORT);
    }

    @Override
    SSLEngine serverEngine() {
        return server.newEngine(ByteBufAllocator.DEFAULT);
    }

    /** BoringSSL's servers never wait for a client that does not read, and so send tickets with data only. */
    @Override
    boolean sendsTicketsWithData() {
        return resumed;
    }

    @Override
    void release(SSLEngine engine) {
        ReferenceCountUtil.release(engine);
    }

    @Override
    public void close() {
        ReferenceCountUtil.release(client);
        ReferenceCountUtil.release(server);
    }
}
