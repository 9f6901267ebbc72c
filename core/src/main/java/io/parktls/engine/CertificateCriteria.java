package io.parktls.engine;

import io.parktls.TlsVersion;
import io.parktls.engine.SigningKey.Authentication;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A peer's requirements for this end's certificate. A client states them in its ClientHello, a server in its
 * CertificateRequest. An {@link IdentityChooser} chooses an identity by these criteria. Immutable.
 *
 * @param fromClient whether the peer is a client, which requires a server certificate
 * @param version the negotiated version
 * @param signatureSchemes the codes in the {@code signature_algorithms} extension, or in TLS 1.2 in a
 *     CertificateRequest's {@code supported_signature_algorithms}, in the peer's order; null if the peer sends none,
 *     which in TLS 1.2 means SHA-1 (RFC 5246 7.4.1.4.1)
 * @param certificateSchemes the codes of {@code signature_algorithms_cert} (RFC 8446 4.2.3); null if the peer sends
 *     none
 * @param serverName the host name that the client requests (RFC 6066 3); null if it requests none
 * @param authorities the names of the authorities that the peer accepts (RFC 8446 4.2.4, RFC 5246 7.4.4); empty if it
 *     names none
 * @param authentications TLS 1.2: the types of keys that the common cipher suites, or the certificate_types of a
 *     CertificateRequest (RFC 5246 7.4.4), allow. TLS 1.3: all types
 * @param curves TLS 1.2: the codes in the client's {@code supported_groups}, which also apply to certificates (RFC 8422
 *     5.1.1, 5.3); null if the client sends no such extension, and in TLS 1.3, where signature schemes determine the
 *     curve
 */
public record CertificateCriteria(
        boolean fromClient,
        TlsVersion version,
        @Nullable List<Integer> signatureSchemes,
        @Nullable List<Integer> certificateSchemes,
        @Nullable String serverName,
        Set<X500Principal> authorities,
        Set<Authentication> authentications,
        @Nullable Set<Integer> curves) {

    /** All types of keys: neither a cipher suite nor a certificate type excludes any. */
    public static final Set<Authentication> ANY_AUTHENTICATION = Set.copyOf(EnumSet.allOf(Authentication.class));

    /** Copies the collections. */
    public CertificateCriteria {
        signatureSchemes = signatureSchemes == null ? null : List.copyOf(signatureSchemes);
        certificateSchemes = certificateSchemes == null ? null : List.copyOf(certificateSchemes);
        authorities = Set.copyOf(authorities);
        authentications = Set.copyOf(authentications);
        curves = curves == null ? null : Set.copyOf(curves);
    }
}
