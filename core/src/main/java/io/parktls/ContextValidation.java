package io.parktls;

import io.parktls.engine.ApplicationProtocolNames;
import io.parktls.pki.Printable;
import io.parktls.session.ClientSession;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the settings of a context for values that no TLS message can hold, with which every handshake would fail. */
final class ContextValidation {
    /** The length of an ALPN name takes one byte (RFC 7301 3.1). */
    private static final int MAX_ALPN_NAME = 255;

    /**
     * All extensions of a ClientHello share a 16-bit length (RFC 8446 4.2). 4,096 bytes are reserved for the other
     * extensions, more than they need; the key shares are the longest.
     */
    private static final int MAX_ALPN_LIST = 0xFFFF - 4096;

    /** The length of a handshake message takes three bytes (RFC 8446 4). */
    private static final int MAX_MESSAGE = 0xFFFFFF;

    /** TLS 1.3: the empty certificate_request_context and the length of the list (RFC 8446 4.4.2). */
    private static final int CERTIFICATE_OVERHEAD = 1 + 3;

    /** TLS 1.3: the lengths of the certificate and of its extensions. */
    private static final int ENTRY_OVERHEAD = 3 + 2;

    /** More would only delay the first data: clients keep a few tickets of each server. */
    private static final int MAX_TICKETS = 16;

    private ContextValidation() {}

    /** @throws IllegalArgumentException if a name is not 1 to 255 bytes long, or the list is too long */
    static void checkApplicationProtocols(String[] names) {
        int bytes = 0;
        for (String name : names) {
            int length = ApplicationProtocolNames.toBytes(name).length;
            if (length < 1 || length > MAX_ALPN_NAME) {
                throw new IllegalArgumentException("an ALPN name must have 1 to 255 bytes of UTF-8, not " + length
                        + ": '" + Printable.of(name) + "'");
            }
            bytes += 1 + length;
        }
        if (bytes > MAX_ALPN_LIST) {
            throw new IllegalArgumentException("applicationProtocols: " + names.length + " ALPN names take " + bytes
                    + " bytes, but a ClientHello has room for only " + MAX_ALPN_LIST);
        }
    }

    /** @throws IllegalArgumentException if the chain of an identity does not fit into a Certificate message */
    static void checkChains(List<TlsIdentity> identities) {
        for (TlsIdentity identity : identities) {
            long bytes = CERTIFICATE_OVERHEAD;
            for (X509Certificate certificate : identity.chain()) {
                bytes += ENTRY_OVERHEAD + encodedLength(certificate);
            }
            if (bytes > MAX_MESSAGE) {
                throw new IllegalArgumentException("identity: the chain of " + identity + " takes " + bytes
                        + " bytes, but a Certificate message holds only " + MAX_MESSAGE);
            }
        }
    }

    /** @throws IllegalArgumentException if one of the versions cannot use any of the groups */
    static void checkGroups(List<NamedGroup> groups, Set<TlsVersion> protocols) {
        if (!protocols.contains(TlsVersion.TLS_1_3) && groups.stream().allMatch(NamedGroup::isHybrid)) {
            throw new IllegalArgumentException("groups: only TLS 1.3 can use " + groups + ", but the protocols are "
                    + protocols + "; add a classical group");
        }
    }

    private static int encodedLength(X509Certificate certificate) {
        try {
            return certificate.getEncoded().length;
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "identity: the certificate of " + certificate.getSubjectX500Principal() + " cannot be encoded", e);
        }
    }

    /** Checks the number and lifetime of a server's session tickets. */
    static void checkTickets(int count, Duration lifetime) {
        if (count < 0 || count > MAX_TICKETS) {
            throw new IllegalArgumentException("a server cannot issue " + count + " tickets: set 0 to " + MAX_TICKETS);
        }
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(ClientSession.MAX_AGE) > 0) {
            throw new IllegalArgumentException("the lifetime of a ticket is " + lifetime
                    + ", but must be between one second and seven days (RFC 8446 4.6.1)");
        }
    }

    /** Checks that external pre-shared keys can be used with the versions and suites. */
    static void checkPsk(
            @Nullable TlsPsk psk,
            boolean lookup,
            boolean required,
            Set<TlsVersion> versions,
            List<CipherSuite> suites) {
        if (psk == null && !lookup) {
            if (required) {
                throw new IllegalArgumentException(
                        "requirePsk needs a key: set psk(...) for clients, or pskLookup(...) for servers");
            }
            return;
        }
        if (!versions.contains(TlsVersion.TLS_1_3)) {
            throw new IllegalArgumentException("pre-shared keys need TLS 1.3, but the versions are " + versions);
        }
        if (required && versions.contains(TlsVersion.TLS_1_2)) {
            throw new IllegalArgumentException("requirePsk excludes TLS 1.2: leave it out in protocols(...)");
        }
        if (psk != null && suites.stream().noneMatch(suite -> isOf(psk.hash(), suite))) {
            throw new IllegalArgumentException(
                    "no cipher suite for a pre-shared key with " + psk.hash() + ": " + suites);
        }
    }

    private static boolean isOf(TlsPsk.Hash hash, CipherSuite suite) {
        boolean sha384 = suite == CipherSuite.TLS_AES_256_GCM_SHA384;
        return suite.version() == TlsVersion.TLS_1_3 && sha384 == (hash == TlsPsk.Hash.SHA384);
    }
}
