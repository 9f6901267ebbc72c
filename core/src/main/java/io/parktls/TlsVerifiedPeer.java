package io.parktls;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer that the built-in checks of a {@link TlsTrust} have accepted, for a {@link TlsPeerCheck}. Immutable, except for
 * the arrays of {@link #stapledResponses}.
 *
 * @param server whether the peer is the server
 * @param host the host that was verified; null if the peer is a client, or the context does not verify hosts
 * @param chain the verified certificates: the peer's own first, then those that issued each other, and last the trust
 *     anchor. Only the peer's own if its issuers were not verified, as with {@link TlsTrust#only},
 *     {@link TlsTrust#onlyKeys}, {@link TlsTrust#insecure}, and a trust manager that accepts no issuers
 * @param sentChain the certificates that the peer sent, in its order. They are not verified, except those that are in
 *     {@code chain}, too
 * @param stapledResponses the OCSP response that the server stapled to each certificate of {@code sentChain}, an empty
 *     array for none; may be shorter. They are verified only if the trust has a {@link TlsTrust#revocation} policy, and
 *     requested only then
 */
public record TlsVerifiedPeer(
        boolean server,
        @Nullable String host,
        List<X509Certificate> chain,
        List<X509Certificate> sentChain,
        List<byte[]> stapledResponses) {
    /** Copies the lists. */
    public TlsVerifiedPeer {
        chain = List.copyOf(chain);
        sentChain = List.copyOf(sentChain);
        stapledResponses = stapledResponses.stream().map(byte[]::clone).toList();
    }
}
