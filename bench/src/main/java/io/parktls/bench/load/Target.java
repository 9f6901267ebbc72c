package io.parktls.bench.load;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.bench.jmh.stack.Pki;
import io.parktls.bench.tool.Engine;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import org.jspecify.annotations.Nullable;

/**
 * The server that is measured, and what is to be agreed on with it: the client offers one suite and one group, and trusts one
 * authority, so every server has the same choice.
 */
final class Target {
    private static final CipherSuite SUITE = CipherSuite.TLS_AES_128_GCM_SHA256;
    private static final NamedGroup GROUP = NamedGroup.X25519;

    private final InetSocketAddress address;
    private final @Nullable TlsContext context;

    /** What the first connection negotiated. */
    private volatile String negotiated = "nothing";

    private Target(InetSocketAddress address, @Nullable TlsContext context) {
        this.address = address;
        this.context = context;
    }

    static Target of(int port, boolean tls, Pki pki) throws IOException {
        return new Target(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls ? context(pki) : null);
    }

    private static TlsContext context(Pki pki) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", pki.authority());
            return TlsContext.builder()
                    .engine(Engine.lightest())
                    .protocols(TlsVersion.TLS_1_3)
                    .cipherSuites(SUITE)
                    .groups(GROUP)
                    .trust(TlsTrust.of(trusted))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate that cannot be trusted", e);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    Link link(SocketChannel channel) {
        return context == null
                ? new Link.Plain(channel)
                : new Link.Tls(context.connect(Bio.of(channel), Pki.HOST, address.getPort()));
    }

    /**
     * Looks at what a connection negotiated.
     *
     * @throws IOException if it is not what was to be
     */
    void requireAgreed(Link link) throws IOException {
        TlsSession session = link.session();
        if (session == null) {
            return;
        }
        if (session.protocol() != TlsVersion.TLS_1_3
                || session.cipherSuite() != SUITE
                || session.group() != GROUP
                || session.resumed()) {
            throw new IOException(
                    "negotiated " + session + ", not a full TLSv1.3 handshake with " + SUITE + " and " + GROUP);
        }
        if (negotiated.equals("nothing")) {
            negotiated = session.toString();
        }
    }

    /** What was negotiated, in words. */
    String negotiated() {
        return negotiated;
    }
}
