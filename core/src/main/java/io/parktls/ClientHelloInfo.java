package io.parktls;

import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.IdentityChooser;
import io.parktls.engine.SigningKey.Authentication;
import io.parktls.wire.ClientHello;
import io.parktls.wire.ExtensionType;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The contents of a ClientHello by which a server chooses its settings (RFC 8446 4.1.2, RFC 5246 7.4.1.2). A
 * {@link TlsChooser} receives it. Immutable.
 *
 * <p>Nothing of it is authenticated: anyone can send any ClientHello. Code points are given as sent, in the client's
 * order, including those that ParkTLS does not know and the reserved ones of RFC 8701 (GREASE).
 *
 * @param serverName the host name that the client asks for by SNI (RFC 6066 3), as sent; null if it sends none. It need
 *     not be a valid host name
 * @param applicationProtocols the protocols that the client offers by ALPN (RFC 7301); empty if it uses no ALPN
 * @param versions the codes of the versions in supported_versions, or {@code legacy_version} if the client sends no such
 *     extension
 * @param cipherSuites the codes of the cipher suites
 * @param groups the codes in supported_groups; empty if the client sends none
 * @param signatureSchemes the codes in signature_algorithms; empty if the client sends none
 * @param certificateSignatureSchemes the codes in signature_algorithms_cert (RFC 8446 4.2.3); empty if the client sends
 *     none
 * @param extensions the types of all extensions
 * @param ticketOffered whether the client offers to resume a session with a ticket or another pre-shared key. Whether
 *     the server can use it is not known yet
 * @param statusRequested whether the client asks for a stapled OCSP response (RFC 6066 8)
 * @param remoteAddress the address of the client; null if the driver of the connection does not know it: see
 *     {@link TlsConnection#setRemoteAddress}
 */
public record ClientHelloInfo(
        @Nullable String serverName,
        List<String> applicationProtocols,
        List<Integer> versions,
        List<Integer> cipherSuites,
        List<Integer> groups,
        List<Integer> signatureSchemes,
        List<Integer> certificateSignatureSchemes,
        List<Integer> extensions,
        boolean ticketOffered,
        boolean statusRequested,
        @Nullable SocketAddress remoteAddress) {
    /** Copies the lists. */
    public ClientHelloInfo {
        applicationProtocols = List.copyOf(applicationProtocols);
        versions = List.copyOf(versions);
        cipherSuites = List.copyOf(cipherSuites);
        groups = List.copyOf(groups);
        signatureSchemes = List.copyOf(signatureSchemes);
        certificateSignatureSchemes = List.copyOf(certificateSignatureSchemes);
        extensions = List.copyOf(extensions);
    }

    static ClientHelloInfo of(ClientHello hello, @Nullable SocketAddress remoteAddress) {
        int[] versions = hello.hasExtension(ExtensionType.SUPPORTED_VERSIONS)
                ? hello.supportedVersions()
                : new int[] {hello.legacyVersion()};
        return new ClientHelloInfo(
                hello.serverName(),
                hello.applicationProtocols(),
                list(versions),
                list(hello.cipherSuites()),
                list(hello.supportedGroups()),
                list(hello.signatureSchemes()),
                list(hello.certificateSignatureSchemes()),
                list(hello.extensionTypes()),
                hello.hasExtension(ExtensionType.PRE_SHARED_KEY)
                        || hello.extension(ExtensionType.SESSION_TICKET).length > 0,
                hello.requestsStatus(),
                remoteAddress);
    }

    private static List<Integer> list(int[] codes) {
        return Arrays.stream(codes).boxed().toList();
    }

    /**
     * {@return whether the client offers a version}
     *
     * @param version the version
     */
    public boolean offers(TlsVersion version) {
        if (extensions.contains(ExtensionType.SUPPORTED_VERSIONS)) {
            return versions.contains(version.code());
        }
        // RFC 5246 E.1: a higher legacy_version also offers TLS 1.2; RFC 8446 4.2.1: but never TLS 1.3.
        return version == TlsVersion.TLS_1_2 && versions.stream().anyMatch(code -> code >= version.code());
    }

    /**
     * {@return whether the client offers a cipher suite}
     *
     * @param suite the suite
     */
    public boolean offers(CipherSuite suite) {
        return cipherSuites.contains(suite.code());
    }

    /**
     * {@return whether the client supports a group}
     *
     * @param group the group
     */
    public boolean offers(NamedGroup group) {
        return groups.contains(group.code());
    }

    /**
     * {@return whether the client verifies signatures of a scheme in the handshake}
     *
     * @param scheme the scheme
     */
    public boolean offers(SignatureScheme scheme) {
        return signatureSchemes.contains(scheme.code());
    }

    /**
     * {@return whether the client can verify signatures of an identity's key, in the highest version that it offers}
     * The names and the issuers of the identity's certificates are not considered. With several identities for a host,
     * for instance one with an ECDSA key and one with an RSA key, a chooser can answer the first one that the client
     * can verify.
     *
     * @param identity the identity
     */
    public boolean canVerify(TlsIdentity identity) {
        boolean is13 = offers(TlsVersion.TLS_1_3);
        boolean listsSchemes = extensions.contains(ExtensionType.SIGNATURE_ALGORITHMS);
        boolean listsGroups = !is13 && extensions.contains(ExtensionType.SUPPORTED_GROUPS);
        CertificateCriteria criteria = new CertificateCriteria(
                true,
                is13 ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2,
                listsSchemes ? signatureSchemes : null,
                null,
                null,
                Set.of(),
                is13 ? CertificateCriteria.ANY_AUTHENTICATION : authentications(),
                listsGroups ? new HashSet<>(groups) : null);
        return IdentityChooser.of(List.of(identity)).choose(criteria).isPresent();
    }

    /** TLS 1.2: returns the types of keys that the client's cipher suites allow. */
    private Set<Authentication> authentications() {
        Set<Authentication> authentications = EnumSet.noneOf(Authentication.class);
        for (CipherSuite suite : CipherSuite.all()) {
            if (suite.version() == TlsVersion.TLS_1_2 && offers(suite)) {
                authentications.add(suite.name().contains("_RSA_") ? Authentication.RSA : Authentication.ECDSA);
            }
        }
        return authentications;
    }
}
