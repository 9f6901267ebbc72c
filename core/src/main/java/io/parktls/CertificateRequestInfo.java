package io.parktls;

import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.IdentityChooser;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A server's request for a certificate (RFC 8446 4.3.2, RFC 5246 7.4.4), by which a {@link TlsIdentityChooser} chooses.
 * Immutable. In TLS 1.2 the request is not encrypted, but it is authenticated when the handshake is done.
 */
public final class CertificateRequestInfo {
    private final @Nullable String host;
    private final int port;
    private final CertificateCriteria criteria;

    /**
     * Creates the description of a request. For engines.
     *
     * @param host the server's host name or address; null if it is not known
     * @param port the server's port; 0 if it is not known
     * @param criteria the requirements
     */
    public CertificateRequestInfo(@Nullable String host, int port, CertificateCriteria criteria) {
        this.host = host;
        this.port = port;
        this.criteria = criteria;
    }

    /** {@return the host name or address that the client connects to; null if the connection was given none} */
    public @Nullable String host() {
        return host;
    }

    /** {@return the port that the client connects to; 0 if the connection was given none} */
    public int port() {
        return port;
    }

    /** {@return the negotiated version} */
    public TlsVersion protocol() {
        return criteria.version();
    }

    /**
     * {@return the authorities that the server names; empty if it names none} Servers may accept certificates of others,
     * and engines that only the platform provides may not report the names of a TLS 1.3 server.
     */
    public Set<X500Principal> authorities() {
        return criteria.authorities();
    }

    /** {@return the codes of the signature schemes that the server verifies, in its order of preference} */
    public List<Integer> signatureSchemes() {
        List<Integer> schemes = criteria.signatureSchemes();
        return schemes == null ? List.of() : schemes;
    }

    /**
     * {@return the codes of the schemes that the server verifies in certificates (RFC 8446 4.2.3)} These are
     * {@link #signatureSchemes} if the server does not distinguish.
     */
    public List<Integer> certificateSignatureSchemes() {
        List<Integer> schemes = criteria.certificateSchemes();
        return schemes == null ? signatureSchemes() : schemes;
    }

    /**
     * {@return whether the server can verify signatures of an identity's key} The authorities are not considered.
     *
     * @param identity the identity
     */
    public boolean canVerify(TlsIdentity identity) {
        return IdentityChooser.of(List.of(identity)).choose(criteria).isPresent();
    }

    /** Returns the host, the version and the number of authorities. */
    @Override
    public String toString() {
        return "CertificateRequestInfo[" + (host == null ? "" : host + ':' + port + ", ") + protocol() + ", "
                + authorities().size() + " authorities]";
    }
}
