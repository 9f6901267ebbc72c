package io.parktls.engine.jsse;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.SigningKey.Authentication;
import io.parktls.wire.ClientHello;
import io.parktls.wire.ExtensionType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * A peer's requirements for certificates, as far as they are sent unencrypted: those of a ClientHello or of a TLS 1.2
 * CertificateRequest. JSSE passes only a part of them to a key manager.
 *
 * @param signatureSchemes the codes of the schemes, in the peer's order; null if the peer sends none
 * @param certificateSchemes the codes of signature_algorithms_cert; null if the peer sends none
 * @param authorities the names of authorities; empty if there are none
 * @param groups a client's supported_groups; null if it sends none
 * @param cipherSuites a client's cipher suites; null for a server
 * @param authentications the types of keys that a server's certificate_types allow; all types for a client
 * @param offersTls13 whether a client's supported_versions list TLS 1.3
 * @param resumes whether a client offers to resume a TLS 1.3 session, for which no certificate is needed
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
    /** Returns the requirements of a ClientHello (RFC 8446 4.1.2). */
    static PeerRequest ofClient(ClientHello hello) {
        byte[] names = hello.extension(ExtensionType.CERTIFICATE_AUTHORITIES);
        return new PeerRequest(
                hello.hasExtension(ExtensionType.SIGNATURE_ALGORITHMS) ? list(hello.signatureSchemes()) : null,
                hello.hasExtension(ExtensionType.SIGNATURE_ALGORITHMS_CERT)
                        ? list(hello.certificateSignatureSchemes())
                        : null,
                names.length == 0 ? Set.of() : authorities(vector16(ByteBuffer.wrap(names))),
                hello.hasExtension(ExtensionType.SUPPORTED_GROUPS) ? Set.copyOf(list(hello.supportedGroups())) : null,
                Set.copyOf(list(hello.cipherSuites())),
                CertificateCriteria.ANY_AUTHENTICATION,
                hello.offers(TlsVersion.TLS_1_3),
                hello.hasExtension(ExtensionType.PRE_SHARED_KEY));
    }

    private static List<Integer> list(int[] codes) {
        return Arrays.stream(codes).boxed().toList();
    }

    /**
     * Parses the body of a TLS 1.2 CertificateRequest (RFC 5246 7.4.4). {@link io.parktls.wire} has checked its
     * lengths.
     */
    static PeerRequest ofServer(ByteBuffer body) {
        Set<Authentication> authentications = EnumSet.noneOf(Authentication.class);
        for (int types = body.get() & 0xFF; types > 0; types--) {
            Authentication authentication = Authentication.ofCertificateType(body.get() & 0xFF);
            if (authentication != null) {
                authentications.add(authentication);
            }
        }
        List<Integer> schemes = codes(vector16(body));
        return new PeerRequest(
                schemes, null, authorities(vector16(body)), null, null, Set.copyOf(authentications), false, false);
    }

    /** TLS 1.2: returns the types of keys that the common cipher suites, or the certificate types, allow. */
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

    private static ByteBuffer vector16(ByteBuffer from) {
        int length = from.getShort() & 0xFFFF;
        ByteBuffer part = from.slice(from.position(), length);
        from.position(from.position() + length);
        return part;
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
            ByteBuffer name = vector16(list);
            byte[] encoded = new byte[name.remaining()];
            name.get(encoded);
            try {
                authorities.add(new X500Principal(encoded));
            } catch (IllegalArgumentException e) {
                // The JDK has parsed our own certificates, so this name is not one of their issuers.
            }
        }
        return authorities;
    }
}
