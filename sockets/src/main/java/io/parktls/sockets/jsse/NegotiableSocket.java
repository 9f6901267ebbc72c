package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * The settings of an {@code SSLSocket}: what to negotiate, whether it is a client, and the host to verify. They can be
 * changed until the handshake begins.
 */
abstract class NegotiableSocket extends DelegatingSslSocket {
    private final NegotiationSettings negotiation;

    /** The host that a client verifies; null until it is connected or set. Written until the handshake begins. */
    private volatile @Nullable String host;

    /** Written until the handshake begins. */
    private volatile boolean client;

    NegotiableSocket(Socket underlying, NegotiationSettings negotiation, @Nullable String host, boolean client) {
        super(underlying);
        this.negotiation = negotiation;
        this.host = host;
        this.client = client;
    }

    /** Returns whether the settings can no longer be changed. */
    abstract boolean isNegotiationFixed();

    /** Returns the context of the connection. */
    final TlsContext context() throws SSLException {
        return negotiation.context(client);
    }

    /** Returns the host that a client verifies; null if it is not set. */
    final @Nullable String host() {
        return host;
    }

    /** Sets the host that a client verifies, unless it is set already. */
    final void setHostIfAbsent(String connected) {
        if (host == null) {
            host = connected;
        }
    }

    private NegotiationSettings changeableSettings() {
        if (isNegotiationFixed()) {
            throw new IllegalStateException(
                    client
                            ? "the settings cannot be changed: the handshake has begun"
                            : "the settings of an accepted socket cannot be changed: use the server socket's setters");
        }
        return negotiation;
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return negotiation.supportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return negotiation.cipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        changeableSettings().cipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return negotiation.supportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return negotiation.protocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        changeableSettings().protocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return negotiation.parameters();
    }

    /** Applies the parameters. A server name becomes the host that the socket verifies. */
    @Override
    public void setSSLParameters(SSLParameters parameters) {
        NegotiationSettings settings = changeableSettings();
        List<SNIServerName> names = parameters.getServerNames();
        String newHost = null;
        if (names != null) {
            if (names.size() != 1 || !(names.getFirst() instanceof SNIHostName name)) {
                throw new UnsupportedOperationException("exactly one host name is needed for SNI, not " + names);
            }
            newHost = name.getAsciiName();
        }
        settings.parameters(parameters);
        if (newHost != null) {
            host = newHost;
        }
    }

    /** Changes the mode, for instance for STARTTLS. Allowed until the handshake begins. */
    @Override
    public void setUseClientMode(boolean mode) {
        if (mode != client) {
            changeableSettings();
            client = mode;
        }
    }

    @Override
    public boolean getUseClientMode() {
        return client;
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        changeableSettings().needClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return negotiation.needsClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        changeableSettings().wantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return negotiation.wantsClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean enabled) {
        negotiation.requireSessionCreation(enabled);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return true;
    }
}
