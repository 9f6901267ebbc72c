package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** What an {@code SSLSocket} is to negotiate, as which end and with whom: to be said until the handshake begins. */
abstract class NegotiableSocket extends DelegatingSslSocket {
    private final NegotiationSettings negotiation;

    /** Whom a client means; null until it is connected. Changed until the handshake begins, by whoever sets the socket up. */
    private volatile @Nullable String host;

    /** Changed until the handshake begins, by whoever sets the socket up. */
    private volatile boolean client;

    NegotiableSocket(Socket under, NegotiationSettings negotiation, @Nullable String host, boolean client) {
        super(under);
        this.negotiation = negotiation;
        this.host = host;
        this.client = client;
    }

    /** Whether it is too late to say anything. */
    abstract boolean isNegotiationFixed();

    /** What to make the connection from. */
    final TlsContext context() throws SSLException {
        return negotiation.context(client);
    }

    /** Whom a client means; null if nobody has said. */
    final @Nullable String host() {
        return host;
    }

    /** Means a host, unless another one was said to be meant. */
    final void hostUnlessSaid(String connected) {
        if (host == null) {
            host = connected;
        }
    }

    private NegotiationSettings stillNegotiable() {
        if (isNegotiationFixed()) {
            throw new IllegalStateException(
                    client
                            ? "the handshake has begun: what to negotiate is fixed"
                            : "what to negotiate was for the server socket to say");
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
        stillNegotiable().cipherSuites(suites);
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
        stillNegotiable().protocols(protocols);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return negotiation.parameters();
    }

    /** A server name becomes the host that is meant: the one that is verified. */
    @Override
    public void setSSLParameters(SSLParameters parameters) {
        NegotiationSettings mine = stillNegotiable();
        List<SNIServerName> names = parameters.getServerNames();
        String meant = null;
        if (names != null) {
            if (names.size() != 1 || !(names.getFirst() instanceof SNIHostName name)) {
                throw new UnsupportedOperationException("not one host name for SNI: " + names);
            }
            meant = name.getAsciiName();
        }
        mine.parameters(parameters);
        if (meant != null) {
            host = meant;
        }
    }

    /** May be turned until the handshake begins, for instance for STARTTLS. */
    @Override
    public void setUseClientMode(boolean mode) {
        if (mode != client) {
            stillNegotiable();
            client = mode;
        }
    }

    @Override
    public boolean getUseClientMode() {
        return client;
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        stillNegotiable().needClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return negotiation.needsClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        stillNegotiable().wantClientAuth(want);
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
