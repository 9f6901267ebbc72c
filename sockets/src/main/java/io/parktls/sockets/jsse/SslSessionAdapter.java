package io.parktls.sockets.jsse;

import io.parktls.CipherSuite;
import io.parktls.SignatureScheme;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import io.parktls.engine.PendingSession;
import io.parktls.session.ClientSession;
import java.security.Principal;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

    /** The schemes that this end accepts. */
    private final List<SignatureScheme> localSchemes;

    /** Null until the handshake has negotiated a version. Written by the thread that performs the handshake. */
    private volatile @Nullable PendingSession pending;

    /** Null until the handshake is done. Written once, before {@link #valid}. */
    private volatile @Nullable Established established;

    private volatile boolean valid;

    /** Replaced if the handshake resumes a session. */
    private volatile SessionFamily family = new SessionFamily();

    /** When this session was resumed, in milliseconds since 1970; 0 if it was not. */
    private volatile long resumed;

    /** The negotiated parameters, and the exporter of the keys. */
    private record Established(TlsSession session, KeyExporter exporter) {}

    /** Exports keying material (RFC 5705, RFC 8446 7.5), and checks the arguments. */
    interface KeyExporter {
        byte[] export(String label, byte @Nullable [] context, int length) throws SSLException;
    }

    /** The source of ids, which are no secrets; their bytes differ between sessions. */
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Null until it is asked for. */
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

    /** Continues a session, because the handshake resumes it. Precedes {@link #complete}. */
    void resume(SslSessionAdapter original) {
        family = original.family;
        id.set(original.getId());
        resumed = System.currentTimeMillis();
    }

    /** Returns the session of a ticket that this connection has received, with an id of its own. */
    SslSessionAdapter ofTicket(ClientSession ticket) {
        return copy(ticket.protocol(), ticket.cipherSuite(), ticket.peerCertificates(), ticket.localCertificates());
    }

    /** Returns an equal session for the cache. Unlike this one, it does not keep the connection reachable. */
    SslSessionAdapter detached(ClientSession resumable) {
        SslSessionAdapter copy = ofTicket(resumable);
        copy.id.set(getId());
        return copy;
    }

    /** As {@link #detached(ClientSession)}. */
    SslSessionAdapter detached(TlsSession result) {
        SslSessionAdapter copy =
                copy(result.protocol(), result.cipherSuite(), result.peerCertificates(), result.localCertificates());
        copy.id.set(getId());
        return copy;
    }

    private SslSessionAdapter copy(
            TlsVersion protocol, CipherSuite suite, List<X509Certificate> peer, List<X509Certificate> local) {
        SslSessionAdapter copy = new SslSessionAdapter(sessions, peerHost, peerPort, localSchemes);
        copy.family = family;
        copy.resumed = resumed;
        copy.pending =
                new PendingSession(protocol, suite, List.of(), getRequestedServerNames(), null, peer, local, List.of());
        copy.valid = true;
        return copy;
    }

    SessionFamily family() {
        return family;
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
            RANDOM.nextBytes(random);
            id.compareAndSet(null, random);
        }
        return Objects.requireNonNull(id.get()).clone();
    }

    /** Returns null for an invalidated session, as the JDK does. */
    @Override
    public @Nullable SSLSessionContext getSessionContext() {
        return family.isValid() ? sessions : null;
    }

    @Override
    public long getCreationTime() {
        return family.created();
    }

    @Override
    public long getLastAccessedTime() {
        return resumed == 0 ? family.created() : resumed;
    }

    /** Invalidates all sessions that descend from the same full handshake; none of them is resumed any more. */
    @Override
    public void invalidate() {
        SessionFamily invalidated = family;
        invalidated.invalidate();
        if (sessions != null) {
            sessions.remove(invalidated);
        }
    }

    @Override
    public boolean isValid() {
        return valid && family.isValid();
    }

    /** Returns whether the other session has the same id, as those of connections that resume a session of TLS 1.2. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (sessions != null
                        && other instanceof SslSessionAdapter session
                        && Arrays.equals(getId(), session.getId()));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(getId());
    }

    // ---- values of the application

    @Override
    public void putValue(String name, Object value) {
        requireNonNull(name, value);
        Object old = family.values().put(name, value);
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
        return family.values().get(name);
    }

    @Override
    public void removeValue(String name) {
        requireNonNull(name, name);
        if (family.values().remove(name) instanceof SSLSessionBindingListener listener) {
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
        return family.values().keySet().toArray(String[]::new);
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

    /**
     * Returns copies of the OCSP responses that the server stapled (RFC 6066 8). A session that was resumed has none,
     * since they may have expired.
     */
    @Override
    public List<byte[]> getStatusResponses() {
        TlsSession negotiated = negotiated();
        PendingSession current = pending;
        if (negotiated != null) {
            return negotiated.stapledResponses();
        }
        return current == null
                ? List.of()
                : current.stapledResponses().stream().map(byte[]::clone).toList();
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
        return "SSLSession[" + getProtocol() + " " + getCipherSuite() + (isValid() ? "" : ", not valid") + "]";
    }
}
