package io.parktls.pki;

import io.parktls.TlsPeerUnverifiedException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Decides whether to trust a chain of certificates, whatever host it is for. Thread-safe. */
public interface PeerVerifier {
    /** Which end of the connection sent the chain: what its certificate has to be good for. */
    enum Peer {
        CLIENT,
        SERVER
    }

    /**
     * Returns if the chain is to be trusted.
     *
     * @param authType as {@link javax.net.ssl.X509TrustManager} has it
     */
    void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException;

    /**
     * Whether {@link #verify} or {@link #authorities} may wait, for instance since code of the application's does the work. May change
     * with time.
     */
    default boolean mayWait() {
        return false;
    }

    /** The authorities that a server names to its clients, each once; empty for none in particular. */
    List<X500Principal> authorities();

    /** The certificates of the {@link #authorities}, one for each, in the same order. */
    default List<X509Certificate> authorityCertificates() {
        return List.of();
    }
}
