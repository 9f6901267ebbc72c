package io.parktls;

import io.parktls.pki.Printable;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/** Refuses, when a context is built, lists that no TLS message holds: each handshake would fail for them. */
final class EncodableLists {
    /** A name's length takes one byte (RFC 7301 3.1). */
    private static final int MOST_ALPN_NAME = 255;

    /**
     * All extensions of a ClientHello share a length of 16 bits (RFC 8446 4.2). The difference is more than the other extensions take,
     * of which the key shares are the longest.
     */
    private static final int MOST_ALPN_LIST = 0xFFFF - 4096;

    /** The length of a handshake message takes three bytes (RFC 8446 4). */
    private static final int MOST_MESSAGE = 0xFFFFFF;

    /** TLS 1.3: an empty certificate_request_context, and the length of the list (RFC 8446 4.4.2). */
    private static final int CERTIFICATE_MESSAGE = 1 + 3;

    /** TLS 1.3: the lengths of the certificate and of its extensions. */
    private static final int CERTIFICATE_ENTRY = 3 + 2;

    private EncodableLists() {}

    /** @throws IllegalArgumentException if a name is not 1 to 255 bytes long, or the list is too long */
    static void requireApplicationProtocols(String[] names) {
        int bytes = 0;
        for (String name : names) {
            int length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length < 1 || length > MOST_ALPN_NAME) {
                throw new IllegalArgumentException(
                        "an ALPN name has 1 to 255 bytes of UTF-8, not " + length + ": '" + Printable.of(name) + "'");
            }
            bytes += 1 + length;
        }
        if (bytes > MOST_ALPN_LIST) {
            throw new IllegalArgumentException("applicationProtocols: " + names.length + " ALPN names take " + bytes
                    + " bytes; a ClientHello has room for " + MOST_ALPN_LIST);
        }
    }

    /** @throws IllegalArgumentException if the chain of one does not fit into a Certificate message */
    static void requireChains(List<TlsIdentity> identities) {
        for (TlsIdentity identity : identities) {
            long bytes = CERTIFICATE_MESSAGE;
            for (X509Certificate certificate : identity.chain()) {
                bytes += CERTIFICATE_ENTRY + encodedLength(certificate);
            }
            if (bytes > MOST_MESSAGE) {
                throw new IllegalArgumentException("identity: the chain of " + identity + " takes " + bytes
                        + " bytes; a Certificate message holds " + MOST_MESSAGE);
            }
        }
    }

    /** @throws IllegalArgumentException if there is no group for one of the versions */
    static void requireGroups(List<NamedGroup> groups, Set<TlsVersion> protocols) {
        if (!protocols.contains(TlsVersion.TLS_1_3) && groups.stream().allMatch(NamedGroup::isHybrid)) {
            throw new IllegalArgumentException(
                    "groups: " + groups + " are for TLS 1.3 only, and the protocols are " + protocols);
        }
    }

    private static int encodedLength(X509Certificate certificate) {
        try {
            return certificate.getEncoded().length;
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "identity: the certificate of " + certificate.getSubjectX500Principal() + " has no encoding", e);
        }
    }
}
