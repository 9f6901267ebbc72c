package io.parktls.engine.jsse;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.SigningKey.Authentication;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * What a peer asks of certificates, as it travels in the clear: in a ClientHello, or in a TLS 1.2 CertificateRequest. JSSE tells
 * a key manager only a part of it.
 *
 * @param signatureSchemes the codes of the schemes, in the peer's order; null if it sends none
 * @param certificateSchemes the codes of signature_algorithms_cert; null if the peer sends none
 * @param authorities the names of authorities; empty if there are none
 * @param groups a client's supported_groups; null if it sends none
 * @param cipherSuites a client's cipher suites; null for a server
 * @param authentications what the certificate_types of a server allow; all for a client
 * @param offersTls13 whether a client's supported_versions list TLS 1.3
 * @param resumes whether a client offers a session of TLS 1.3 to resume, for which no certificate is needed
 */
record PeerRequest(
        @Nullable List<Integer> signatureSchemes,
        @Nullable List<Integer> certificateSchemes,
        Set<X500Principal> authorities,
        @Nullable Set<Integer> groups,
        @Nullable Set<Integer> cipherSuites,
        Set<Authentication> authentications,
        boolean offersTls13,
        boolean resumes) {
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int PRE_SHARED_KEY = 41;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int CERTIFICATE_AUTHORITIES = 47;
    private static final int SIGNATURE_ALGORITHMS_CERT = 50;

    /**
     * Reads the body of a ClientHello from behind its session id (RFC 8446 4.1.2).
     *
     * @throws java.nio.BufferUnderflowException if it is cut short
     * @throws IndexOutOfBoundsException if it is cut short
     */
    static PeerRequest ofClient(ByteBuffer body) {
        List<Integer> suites = codes(HelloReader.vector16(body));
        body.position(body.position() + 1 + (body.get(body.position()) & 0xFF));
        List<Integer> schemes = null;
        List<Integer> certificateSchemes = null;
        List<Integer> groups = null;
        Set<X500Principal> authorities = Set.of();
        boolean offersTls13 = false;
        boolean resumes = false;
        ByteBuffer extensions = body.hasRemaining() ? HelloReader.vector16(body) : body;
        while (extensions.hasRemaining()) {
            int type = extensions.getShort() & 0xFFFF;
            ByteBuffer extension = HelloReader.vector16(extensions);
            switch (type) {
                case SUPPORTED_GROUPS -> groups = codes(HelloReader.vector16(extension));
                case SIGNATURE_ALGORITHMS -> schemes = codes(HelloReader.vector16(extension));
                case SIGNATURE_ALGORITHMS_CERT -> certificateSchemes = codes(HelloReader.vector16(extension));
                case PRE_SHARED_KEY -> resumes = true;
                case SUPPORTED_VERSIONS ->
                    offersTls13 =
                            codes(extension.position(extension.position() + 1)).contains(TlsVersion.TLS_1_3.code());
                case CERTIFICATE_AUTHORITIES -> authorities = authorities(HelloReader.vector16(extension));
                default -> {}
            }
        }
        return new PeerRequest(
                schemes,
                certificateSchemes,
                authorities,
                groups == null ? null : Set.copyOf(groups),
                Set.copyOf(suites),
                CertificateCriteria.ANY_AUTHENTICATION,
                offersTls13,
                resumes);
    }

    /**
     * Reads the body of a CertificateRequest of TLS 1.2 (RFC 5246 7.4.4).
     *
     * @throws java.nio.BufferUnderflowException if it is cut short
     * @throws IndexOutOfBoundsException if it is cut short
     */
    static PeerRequest ofServer(ByteBuffer body) {
        Set<Authentication> authentications = EnumSet.noneOf(Authentication.class);
        for (int types = body.get() & 0xFF; types > 0; types--) {
            Authentication authentication = Authentication.ofCertificateType(body.get() & 0xFF);
            if (authentication != null) {
                authentications.add(authentication);
            }
        }
        List<Integer> schemes = codes(HelloReader.vector16(body));
        return new PeerRequest(
                schemes,
                null,
                authorities(HelloReader.vector16(body)),
                null,
                null,
                Set.copyOf(authentications),
                false,
                false);
    }

    /** TLS 1.2: the types of keys that the common suites, or the certificate types, allow. */
    Set<Authentication> authentications(List<CipherSuite> ours) {
        Set<Integer> theirs = cipherSuites;
        if (theirs == null) {
            return authentications;
        }
        Set<Authentication> common = EnumSet.noneOf(Authentication.class);
        for (CipherSuite suite : ours) {
            if (suite.version() == TlsVersion.TLS_1_2 && theirs.contains(suite.code())) {
                common.add(suite.name().contains("_RSA_") ? Authentication.RSA : Authentication.ECDSA);
            }
        }
        return common;
    }

    private static List<Integer> codes(ByteBuffer list) {
        List<Integer> codes = new ArrayList<>(list.remaining() / 2);
        while (list.hasRemaining()) {
            codes.add(list.getShort() & 0xFFFF);
        }
        return codes;
    }

    private static Set<X500Principal> authorities(ByteBuffer list) {
        Set<X500Principal> authorities = new HashSet<>();
        while (list.hasRemaining()) {
            ByteBuffer name = HelloReader.vector16(list);
            byte[] encoded = new byte[name.remaining()];
            name.get(encoded);
            try {
                authorities.add(new X500Principal(encoded));
            } catch (IllegalArgumentException e) {
                // Not the name of an issuer of ours then.
            }
        }
        return authorities;
    }
}
