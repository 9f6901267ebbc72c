package io.parktls.bench.load;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.TlsSessionCache;
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
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The address of a server, and the parameters that each connection to it has to negotiate: the client offers one cipher
 * suite and one group, so that all servers use the same. Either no connection resumes a session, or all but the first
 * do.
 */
final class ServerEndpoint {
    private static final CipherSuite SUITE = CipherSuite.TLS_AES_128_GCM_SHA256;
    private static final NamedGroup GROUP = NamedGroup.X25519;

    private static final String NOTHING = "nothing";

    private final InetSocketAddress address;
    private final @Nullable TlsContext context;

    /** The port by which sessions are kept. */
    private final int sessionPort;

    private final boolean isResuming;

    /** Whether there has to be a session to resume. Written and read by the threads of the loops. */
    private volatile boolean hasSession;

    /** The parameters that the first connection has negotiated. Written and read by any thread. */
    private volatile String negotiated = NOTHING;

    private ServerEndpoint(
            InetSocketAddress address, @Nullable TlsContext context, int sessionPort, boolean isResuming) {
        this.address = address;
        this.context = context;
        this.sessionPort = sessionPort;
        this.isResuming = isResuming;
    }

    static ServerEndpoint of(int port, boolean tls, Pki pki) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        return new ServerEndpoint(address, tls ? context(pki, TlsSessionCache.none()) : null, port, false);
    }

    /**
     * Returns endpoints whose connections resume the session of the one before. Each is for one connection at a time, so
     * that connections at the same time do not take each other's tickets.
     *
     * @param count the number of connections at the same time
     */
    static List<ServerEndpoint> resuming(int port, boolean tls, Pki pki, int count) throws IOException {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        TlsContext context = tls ? context(pki, TlsSessionCache.ofSize(count)) : null;
        return IntStream.rangeClosed(1, count)
                .mapToObj(number -> new ServerEndpoint(address, context, number, true))
                .toList();
    }

    private static TlsContext context(Pki pki, TlsSessionCache sessions) throws IOException {
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
                    .sessionCache(sessions)
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
                : new Link.Tls(context.connect(Bio.of(channel), Pki.HOST, sessionPort));
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
                || (isResuming ? hasSession && !session.resumed() : session.resumed())) {
            throw new IOException("negotiated " + session + ", not a " + (isResuming ? "resumed" : "full")
                    + " TLSv1.3 handshake with " + SUITE + " and " + GROUP);
        }
        if (!isUsed()) {
            negotiated = session.toString();
        }
    }

    /** Reports that a connection has received data, and therefore also the tickets that precede them. */
    void complete() {
        hasSession = true;
    }

    /** Reports that a connection has failed, which may have used the only ticket. */
    void failed() {
        hasSession = false;
    }

    /** Whether a connection has been established. */
    boolean isUsed() {
        return !negotiated.equals(NOTHING);
    }

    /** The negotiated parameters as text. */
    String negotiated() {
        return negotiated;
    }
}
