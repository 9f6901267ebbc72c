package io.parktls.pki;

import io.parktls.TlsPeerUnverifiedException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** Decides whether to trust a certificate chain. Does not check which hosts the chain is for. Thread-safe. */
public interface PeerVerifier {
    /** The peer that sent the chain, which determines the required key usage. */
    enum Peer {
        CLIENT,
        SERVER
    }

    /**
     * Returns normally if the chain is trusted.
     *
     * @param chain the certificates in the order in which the peer sent them, its own first
     * @param authType the authentication type for {@link javax.net.ssl.X509TrustManager}
     * @throws TlsPeerUnverifiedException if the chain is not trusted
     */
    void verify(List<X509Certificate> chain, String authType, Peer peer) throws TlsPeerUnverifiedException;

    /** Returns whether the verification covers the issuers of a peer's certificate, which could revoke it. */
    default boolean verifiesIssuers() {
        return true;
    }

    /**
     * Returns the path by which a chain is verified. Only for chains that {@link #verify} has accepted.
     *
     * @param chain the certificates in the order in which the peer sent them, its own first
     * @throws TlsPeerUnverifiedException if the path cannot be determined
     */
    default CertificationPath path(List<X509Certificate> chain) throws TlsPeerUnverifiedException {
        return CertificationPath.ofLeaf(chain.getFirst());
    }

    /**
     * Whether {@link #verify} or {@link #authorities} may block, for instance because they call code of the
     * application. The result may change over time.
     */
    default boolean mayWait() {
        return false;
    }

    /** Returns the authorities that a server sends to clients, without duplicates; empty for no particular ones. */
    List<X500Principal> authorities();

    /** Returns the certificates of the {@link #authorities}, one for each, in the same order. */
    default List<X509Certificate> authorityCertificates() {
        return List.of();
    }
}
