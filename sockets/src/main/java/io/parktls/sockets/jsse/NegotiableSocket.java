package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.net.Socket;
import java.security.Principal;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an {@code SSLSocket}: what to negotiate, whether it is a client, and the peer's host. They apply if
 * they are made before the handshake begins; later changes have no effect, as in the JDK with TLS 1.3.
 */
abstract class NegotiableSocket extends DelegatingSslSocket implements Endpoint {
    private final NegotiationSettings negotiation;

    /** The host that a client connects to; null until it is connected, and if it is not known. */
    private volatile @Nullable String host;

    private volatile boolean client;

    private volatile @Nullable BiFunction<SSLSocket, List<String>, String> protocolSelector;

    NegotiableSocket(Socket underlying, NegotiationSettings negotiation, @Nullable String host, boolean client) {
        super(underlying);
        this.negotiation = negotiation;
        this.host = host;
        this.client = client;
    }

    /** Returns whether the handshake has begun. */
    abstract boolean isNegotiationFixed();

    @Override
    public final NegotiationSettings negotiation() {
        return negotiation;
    }

    /** Returns the context of the connection. */
    final TlsContext context() throws SSLHandshakeException {
        return negotiation.context(client);
    }

    @Override
    public final @Nullable String host() {
        return host;
    }

    /** Sets the host that a client connects to, unless it is set already. */
    final void setHostIfAbsent(String connected) {
        if (host == null) {
            host = connected;
        }
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return negotiation.supportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return negotiation.cipherSuites(client);
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        negotiation.cipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return negotiation.supportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return negotiation.protocols(client);
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        negotiation.protocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return negotiation.parameters(client, host);
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        negotiation.parameters(parameters);
    }

    /**
     * Changes the mode, for instance for STARTTLS.
     *
     * @throws IllegalArgumentException if the handshake has begun
     */
    @Override
    public void setUseClientMode(boolean mode) {
        if (isNegotiationFixed()) {
            throw new IllegalArgumentException("the mode cannot be changed: the handshake has begun");
        }
        client = mode;
    }

    @Override
    public boolean getUseClientMode() {
        return client;
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        negotiation.needClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return negotiation.needsClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        negotiation.wantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return negotiation.wantsClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enabled) {
        negotiation.enableSessionCreation(enabled);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return negotiation.isSessionCreationEnabled();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(
            @Nullable BiFunction<SSLSocket, List<String>, String> selector) {
        protocolSelector = selector;
    }

    @Override
    public @Nullable BiFunction<SSLSocket, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return protocolSelector;
    }

    // ---- the handshake's view

    @Override
    public final @Nullable Function<List<String>, @Nullable String> protocolSelector() {
        BiFunction<SSLSocket, List<String>, String> selector = protocolSelector;
        return selector == null ? null : offered -> selector.apply(this, offered);
    }

    @Override
    public final @Nullable String chooseClientAlias(
            X509KeyManager manager, String[] keyTypes, Principal @Nullable [] issuers) {
        return manager.chooseClientAlias(keyTypes, issuers, this);
    }

    @Override
    public final @Nullable String chooseServerAlias(
            X509KeyManager manager, String keyType, Principal @Nullable [] issuers) {
        return manager.chooseServerAlias(keyType, issuers, this);
    }

    @Override
    public final X509TrustManager bound(X509ExtendedTrustManager manager) {
        return new BoundTrustManager(manager) {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                manager.checkClientTrusted(chain, authType, NegotiableSocket.this);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                manager.checkServerTrusted(chain, authType, NegotiableSocket.this);
            }
        };
    }
}
