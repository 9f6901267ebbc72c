package io.parktls.sockets.jsse;

import java.security.Principal;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an {@code SSLEngine}: what to negotiate, and whether it is a client. They apply if they are made
 * before the handshake begins; later changes have no effect, as in the JDK with TLS 1.3.
 */
abstract class NegotiableEngine extends SSLEngine implements Endpoint {
    private final NegotiationSettings negotiation;

    /** Null until it is set. */
    private volatile @Nullable Boolean client;

    private volatile @Nullable BiFunction<SSLEngine, List<String>, String> protocolSelector;

    /** The maximum length of the records that are sent, in bytes; 0 for that of TLS. */
    private volatile int maximumPacketSize;

    /**
     * Creates an engine whose mode is not set.
     *
     * @param host the host that a client connects to; null if it is not known
     * @param port the port of that host; -1 if it is not known
     */
    NegotiableEngine(NegotiationSettings negotiation, @Nullable String host, int port) {
        super(host, port);
        this.negotiation = negotiation;
    }

    /** Returns whether the handshake has begun. */
    abstract boolean isNegotiationFixed();

    /** @throws IllegalStateException if the mode is not set */
    final void requireMode() {
        if (client == null) {
            throw new IllegalStateException("the mode is not set: call setUseClientMode(...) first");
        }
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return negotiation.supportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return negotiation.cipherSuites(getUseClientMode());
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
        return negotiation.protocols(getUseClientMode());
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        negotiation.protocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        SSLParameters parameters = negotiation.parameters(getUseClientMode(), host());
        parameters.setMaximumPacketSize(maximumPacketSize);
        return parameters;
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        negotiation.parameters(parameters);
        maximumPacketSize = parameters.getMaximumPacketSize();
    }

    final int maximumPacketSize() {
        return maximumPacketSize;
    }

    /**
     * Sets the mode.
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

    /** {@inheritDoc} Returns false if the mode is not set. */
    @Override
    public boolean getUseClientMode() {
        return Boolean.TRUE.equals(client);
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
            @Nullable BiFunction<SSLEngine, List<String>, String> selector) {
        protocolSelector = selector;
    }

    @Override
    public @Nullable BiFunction<SSLEngine, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return protocolSelector;
    }

    // ---- the handshake's view

    @Override
    public final NegotiationSettings negotiation() {
        return negotiation;
    }

    @Override
    public final @Nullable String host() {
        return getPeerHost();
    }

    @Override
    public final @Nullable Function<List<String>, @Nullable String> protocolSelector() {
        BiFunction<SSLEngine, List<String>, String> selector = protocolSelector;
        return selector == null ? null : offered -> selector.apply(this, offered);
    }

    /** {@inheritDoc} A manager that is not extended knows sockets only, and is asked without one, as by the JDK. */
    @Override
    public final @Nullable String chooseClientAlias(
            X509KeyManager manager, String[] keyTypes, Principal @Nullable [] issuers) {
        return manager instanceof X509ExtendedKeyManager extended
                ? extended.chooseEngineClientAlias(keyTypes, issuers, this)
                : manager.chooseClientAlias(keyTypes, issuers, null);
    }

    /** {@inheritDoc} As {@link #chooseClientAlias}. */
    @Override
    public final @Nullable String chooseServerAlias(
            X509KeyManager manager, String keyType, Principal @Nullable [] issuers) {
        return manager instanceof X509ExtendedKeyManager extended
                ? extended.chooseEngineServerAlias(keyType, issuers, this)
                : manager.chooseServerAlias(keyType, issuers, null);
    }

    @Override
    public final X509TrustManager bound(X509ExtendedTrustManager manager) {
        return new BoundTrustManager(manager) {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                manager.checkClientTrusted(chain, authType, NegotiableEngine.this);
            }

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                manager.checkServerTrusted(chain, authType, NegotiableEngine.this);
            }
        };
    }
}
