package io.parktls.bench.load;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.TlsSessionCache;
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
 * The address of a server, and the parameters that each connection to it has to negotiate: the client offers one cipher
 * suite and one group, so that all servers use the same. Thread-safe.
 */
final class ServerEndpoint {
    private static final CipherSuite SUITE = CipherSuite.TLS_AES_128_GCM_SHA256;
    private static final NamedGroup GROUP = NamedGroup.X25519;

    private final InetSocketAddress address;
    private final @Nullable TlsContext context;

    /** The parameters that the first connection has negotiated. Written and read by any thread. */
    private volatile String negotiated = "nothing";

    private ServerEndpoint(InetSocketAddress address, @Nullable TlsContext context) {
        this.address = address;
        this.context = context;
    }

    static ServerEndpoint of(int port, boolean tls, Pki pki) throws IOException {
        return new ServerEndpoint(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), tls ? context(pki) : null);
    }

    private static TlsContext context(Pki pki) throws IOException {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", pki.authority());
            return TlsContext.builder()
                    .engine(Engine.lightest())
                    .sessionCache(TlsSessionCache.none())
                    .protocols(TlsVersion.TLS_1_3)
                    .cipherSuites(SUITE)
                    .groups(GROUP)
                    .trust(TlsTrust.of(trusted))
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot trust the certificate of the authority", e);
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
     * Checks the parameters that a connection has negotiated.
     *
     * @throws IOException if they are not the required ones
     */
    void requireNegotiated(Link link) throws IOException {
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

    /** The negotiated parameters as text. */
    String negotiated() {
        return negotiated;
    }
}
