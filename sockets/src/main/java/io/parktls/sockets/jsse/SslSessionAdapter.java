package io.parktls.sockets.jsse;

import io.parktls.TlsSession;
import java.security.Principal;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** Adapts a {@link TlsSession} to {@code SSLSession}. Connections are never resumed through this object. */
final class SslSessionAdapter implements SSLSession {
    /** The header, 2^14 bytes of data and the maximum expansion of a TLS 1.2 record (RFC 5246 6.2.3). */
    private static final int PACKET = 5 + 16_384 + 2_048;

    private static final int DATA = 16_384;

    private final @Nullable TlsSession session;
    private final @Nullable String peerHost;
    private final int peerPort;
    private final long created = System.currentTimeMillis();
    private final Map<String, Object> values = new ConcurrentHashMap<>();

    private volatile boolean valid;

    /**
     * Creates an adapter.
     *
     * @param session null if the handshake failed
     * @param peerPort -1 if there is none
     */
    SslSessionAdapter(@Nullable TlsSession session, @Nullable String peerHost, int peerPort) {
        this.session = session;
        this.peerHost = peerHost;
        this.peerPort = peerPort;
        this.valid = session != null;
    }

    @Override
    public byte[] getId() {
        return new byte[0];
    }

    @Override
    public @Nullable SSLSessionContext getSessionContext() {
        return null;
    }

    @Override
    public long getCreationTime() {
        return created;
    }

    @Override
    public long getLastAccessedTime() {
        return created;
    }

    @Override
    public void invalidate() {
        valid = false;
    }

    @Override
    public boolean isValid() {
        return valid;
    }

    @Override
    public void putValue(String name, Object value) {
        values.put(name, value);
    }

    @Override
    public @Nullable Object getValue(String name) {
        return values.get(name);
    }

    @Override
    public void removeValue(String name) {
        values.remove(name);
    }

    @Override
    public String[] getValueNames() {
        return values.keySet().toArray(String[]::new);
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        return peerCertificates().toArray(Certificate[]::new);
    }

    @Override
    public Certificate @Nullable [] getLocalCertificates() {
        return session == null || session.localCertificates().isEmpty()
                ? null
                : session.localCertificates().toArray(Certificate[]::new);
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        return peerCertificates().getFirst().getSubjectX500Principal();
    }

    @Override
    public @Nullable Principal getLocalPrincipal() {
        return session == null || session.localCertificates().isEmpty()
                ? null
                : session.localCertificates().getFirst().getSubjectX500Principal();
    }

    private List<X509Certificate> peerCertificates() throws SSLPeerUnverifiedException {
        if (session == null || session.peerCertificates().isEmpty()) {
            throw new SSLPeerUnverifiedException("the peer has sent no certificate");
        }
        return session.peerCertificates();
    }

    @Override
    public String getCipherSuite() {
        return session == null
                ? "SSL_NULL_WITH_NULL_NULL"
                : session.cipherSuite().name();
    }

    @Override
    public String getProtocol() {
        return session == null ? "NONE" : session.protocol().standardName();
    }

    @Override
    public @Nullable String getPeerHost() {
        return peerHost;
    }

    @Override
    public int getPeerPort() {
        return peerPort;
    }

    @Override
    public int getPacketBufferSize() {
        return PACKET;
    }

    @Override
    public int getApplicationBufferSize() {
        return DATA;
    }

    @Override
    public String toString() {
        return "SSLSession[" + session + "]";
    }
}
