package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.SignatureScheme;
import io.parktls.TlsSession;
import io.parktls.engine.PendingSession;
import java.security.Principal;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLKeyException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSessionBindingEvent;
import javax.net.ssl.SSLSessionBindingListener;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * The session of a socket or an engine. It begins with the handshake, when key managers and trust managers read it, and becomes
 * valid when the handshake is done. Thread-safe.
 */
final class SslSessionAdapter extends ExtendedSSLSession {
    /** The header, 2^14 bytes of data and the maximum expansion of a TLS 1.2 record (RFC 5246 6.2.3). */
    private static final int PACKET = 5 + 16_384 + 2_048;

    private static final int DATA = 16_384;
    private static final int ID_LENGTH = 32;

    private final @Nullable SessionContext sessions;
    private final @Nullable String peerHost;
    private final int peerPort;
    private final long created = System.currentTimeMillis();
    private final Map<String, Object> values = new ConcurrentHashMap<>();

    /** The schemes that this end accepts. */
    private final List<SignatureScheme> localSchemes;

    /** Null until the handshake has negotiated a version. Written by the thread that performs the handshake. */
    private volatile @Nullable PendingSession pending;

    /** Null until the handshake is done. Written once, before {@link #valid}. */
    private volatile @Nullable Established established;

    private volatile boolean valid;

    /** The negotiated parameters, and the exporter of the keys. */
    private record Established(TlsSession session, KeyExporter exporter) {}

    /** Exports keying material (RFC 5705, RFC 8446 7.5), and checks the arguments. */
    interface KeyExporter {
        byte[] export(String label, byte @Nullable [] context, int length) throws SSLException;
    }

    /** Null until it is asked for, which few programs do. */
    private final AtomicReference<byte @Nullable []> id = new AtomicReference<>();

    /**
     * Creates a session that is not valid yet.
     *
     * @param sessions null for the session of a socket whose handshake failed
     * @param peerPort -1 if there is none
     */
    SslSessionAdapter(
            @Nullable SessionContext sessions,
            @Nullable String peerHost,
            int peerPort,
            List<SignatureScheme> localSchemes) {
        this.sessions = sessions;
        this.peerHost = peerHost;
        this.peerPort = peerPort;
        this.localSchemes = localSchemes;
    }

    /** Creates the session that JSSE prescribes when a handshake has failed. */
    static SslSessionAdapter invalid(@Nullable String peerHost, int peerPort) {
        return new SslSessionAdapter(null, peerHost, peerPort, List.of());
    }

    /** Takes over a new state of the handshake. */
    void progress(PendingSession state) {
        pending = state;
    }

    /** Makes the session valid, because the handshake is done. */
    void complete(TlsSession session, KeyExporter exporter) {
        established = new Established(session, exporter);
        valid = true;
    }

    /** Returns whether the handshake has negotiated a version. */
    boolean hasBegun() {
        return pending != null;
    }

    /** Returns the protocol that ALPN has selected so far; null if none. */
    @Nullable
    String applicationProtocol() {
        PendingSession current = pending;
        String protocol = current == null ? null : current.applicationProtocol();
        return protocol == null ? null : JsseNames.toJsse(protocol);
    }

    private @Nullable TlsSession negotiated() {
        Established done = established;
        return done == null ? null : done.session;
    }

    @Override
    public byte[] getId() {
        if (sessions == null) {
            return new byte[0];
        }
        if (id.get() == null) {
            // RFC 8446 4.1.3: the field on the wire only echoes the client's, so it identifies no session.
            byte[] random = new byte[ID_LENGTH];
            new SecureRandom().nextBytes(random);
            id.compareAndSet(null, random);
        }
        return Objects.requireNonNull(id.get()).clone();
    }

    @Override
    public @Nullable SSLSessionContext getSessionContext() {
        return sessions;
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

    // ---- values of the application

    @Override
    public void putValue(String name, Object value) {
        requireNonNull(name, value);
        Object old = values.put(name, value);
        if (old instanceof SSLSessionBindingListener listener) {
            listener.valueUnbound(new SSLSessionBindingEvent(this, name));
        }
        if (value instanceof SSLSessionBindingListener listener) {
            listener.valueBound(new SSLSessionBindingEvent(this, name));
        }
    }

    @Override
    public @Nullable Object getValue(String name) {
        requireNonNull(name, name);
        return values.get(name);
    }

    @Override
    public void removeValue(String name) {
        requireNonNull(name, name);
        if (values.remove(name) instanceof SSLSessionBindingListener listener) {
            listener.valueUnbound(new SSLSessionBindingEvent(this, name));
        }
    }

    private static void requireNonNull(@Nullable String name, @Nullable Object value) {
        if (name == null || value == null) {
            throw new IllegalArgumentException("arguments can not be null");
        }
    }

    @Override
    public String[] getValueNames() {
        return values.keySet().toArray(String[]::new);
    }

    // ---- certificates

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        return peerCertificates().toArray(X509Certificate[]::new);
    }

    @Override
    public Certificate @Nullable [] getLocalCertificates() {
        List<X509Certificate> chain = localCertificates();
        return chain.isEmpty() ? null : chain.toArray(X509Certificate[]::new);
    }

    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        return peerCertificates().getFirst().getSubjectX500Principal();
    }

    @Override
    public @Nullable Principal getLocalPrincipal() {
        List<X509Certificate> chain = localCertificates();
        return chain.isEmpty() ? null : chain.getFirst().getSubjectX500Principal();
    }

    private List<X509Certificate> localCertificates() {
        TlsSession negotiated = negotiated();
        PendingSession current = pending;
        return negotiated != null
                ? negotiated.localCertificates()
                : current == null ? List.of() : current.localCertificates();
    }

    private List<X509Certificate> peerCertificates() throws SSLPeerUnverifiedException {
        TlsSession negotiated = negotiated();
        PendingSession current = pending;
        List<X509Certificate> chain = negotiated != null
                ? negotiated.peerCertificates()
                : current == null ? List.of() : current.peerCertificates();
        if (chain.isEmpty()) {
            throw new SSLPeerUnverifiedException("the peer has sent no certificate");
        }
        return chain;
    }

    // ---- what was negotiated

    @Override
    public String getCipherSuite() {
        TlsSession negotiated = negotiated();
        PendingSession current = pending;
        CipherSuite suite =
                negotiated != null ? negotiated.cipherSuite() : current == null ? null : current.cipherSuite();
        return suite == null ? "SSL_NULL_WITH_NULL_NULL" : suite.name();
    }

    @Override
    public String getProtocol() {
        TlsSession negotiated = negotiated();
        PendingSession current = pending;
        return negotiated != null
                ? negotiated.protocol().standardName()
                : current == null ? "NONE" : current.protocol().standardName();
    }

    @Override
    public String[] getLocalSupportedSignatureAlgorithms() {
        return localSchemes.stream().map(JsseNames::jcaName).distinct().toArray(String[]::new);
    }

    @Override
    public String[] getPeerSupportedSignatureAlgorithms() {
        PendingSession current = pending;
        return current == null
                ? new String[0]
                : current.peerSignatureSchemes().stream()
                        .map(JsseNames::jcaName)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toArray(String[]::new);
    }

    @Override
    public List<SNIServerName> getRequestedServerNames() {
        PendingSession current = pending;
        return current == null ? List.of() : current.serverNames();
    }

    /** Returns an empty list: ParkTLS does not request OCSP responses yet (RFC 6066 8). */
    @Override
    public List<byte[]> getStatusResponses() {
        return List.of();
    }

    @Override
    public SecretKey exportKeyingMaterialKey(String keyAlg, String label, byte @Nullable [] context, int length)
            throws SSLKeyException {
        return new SecretKeySpec(exportKeyingMaterialData(label, context, length), keyAlg);
    }

    @Override
    public byte[] exportKeyingMaterialData(String label, byte @Nullable [] context, int length) throws SSLKeyException {
        Established done = established;
        if (done == null) {
            throw new IllegalStateException("the handshake is not done");
        }
        try {
            return done.exporter.export(label, context, length);
        } catch (SSLException e) {
            SSLKeyException failure = new SSLKeyException(e.getMessage());
            failure.initCause(e);
            throw failure;
        }
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
        return "SSLSession[" + getProtocol() + " " + getCipherSuite() + (valid ? "" : ", not valid") + "]";
    }
}
