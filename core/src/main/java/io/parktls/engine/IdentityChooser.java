package io.parktls.engine;

import io.parktls.SignatureScheme;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import io.parktls.signer.SignerKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the identity that a handshake uses and the scheme that it signs with. All engines use this class, for servers
 * and clients alike.
 *
 * <p>The peer's signature schemes, and in TLS 1.2 its cipher suites, certificate types and curves, <em>exclude</em>
 * identities that the peer could not verify. The remaining identities are ranked by the following rules; each rule only
 * decides between identities that the rules before it leave tied:
 * <ol>
 *   <li>servers: an identity for the host name that the client requests (RFC 6066 3),
 *   <li>an identity with an issuer among the authorities that the peer names (RFC 8446 4.2.4, 4.4.2.3; RFC 5246 7.4.6),
 *   <li>an identity whose chain is signed with schemes that the peer lists in signature_algorithms_cert (RFC 8446
 *       4.4.2.2),
 *   <li>the order in which the application configured the identities.
 * </ol>
 *
 * <p>These rules exclude no identity: a certificate for another name, or from an authority that the peer does not name,
 * is still better than none. For authorities the RFCs only say SHOULD, and implementations differ: the clients of
 * OpenSSL and BoringSSL send the certificate that they have, those of the JDK, Go and GnuTLS send none. ParkTLS sends
 * the certificate, because a server may trust more authorities than it names (a pinned certificate, a cross-signed
 * authority, a name in another encoding), and because the server's alert then names the fault of the certificate
 * instead of its absence.
 *
 * <p>The chosen scheme is the first in the peer's order of preference that the key supports. For an ECDSA key in TLS
 * 1.2 it is the scheme whose hash matches the curve, if the peer lists that scheme.
 *
 * <p>Immutable and thread-safe.
 */
public final class IdentityChooser {
    /** The most identities that a message names. */
    private static final int MAX_SHOWN = 3;

    private static final int MAX_SCHEMES_SHOWN = 12;

    private final List<Prepared> candidates;

    /**
     * Creates a chooser.
     *
     * @param candidates the identities in the application's order of preference
     */
    public IdentityChooser(List<Candidate> candidates) {
        this.candidates = candidates.stream().map(Prepared::new).toList();
    }

    /**
     * {@return a chooser among identities, each of which signs with every scheme that suits its key, or that its
     * {@link io.parktls.TlsSigner} has}
     *
     * @param identities the identities in the application's order of preference
     */
    public static IdentityChooser of(List<TlsIdentity> identities) {
        return new IdentityChooser(identities.stream().map(Candidate::of).toList());
    }

    /**
     * An identity and the schemes that an engine can sign with.
     *
     * @param identity the identity
     * @param schemes the schemes with which the engine can sign with the identity's key, in any version
     */
    public record Candidate(TlsIdentity identity, Set<SignatureScheme> schemes) {
        /** Copies the set. */
        public Candidate {
            schemes = Set.copyOf(schemes);
        }

        static Candidate of(TlsIdentity identity) {
            return new Candidate(identity, Set.copyOf(SignerKey.schemes(identity)));
        }
    }

    /**
     * A chosen identity and the scheme to sign with.
     *
     * @param index the index of the identity in the list of candidates
     * @param identity the identity
     * @param key the type of the identity's key
     * @param scheme the scheme
     */
    public record Choice(int index, TlsIdentity identity, SigningKey key, SignatureScheme scheme) {}

    /**
     * {@return the identity for a peer with these criteria; empty if the peer can verify none of the identities}
     *
     * @param criteria the criteria of the peer
     */
    public Optional<Choice> choose(CertificateCriteria criteria) {
        return choose(criteria, key -> true);
    }

    /**
     * {@return the identity for a peer with these criteria, considering only identities whose keys satisfy a predicate}
     *
     * @param criteria the criteria of the peer
     * @param usable the engine's additional requirements for keys
     */
    public Optional<Choice> choose(CertificateCriteria criteria, Predicate<SigningKey> usable) {
        int best = -1;
        int bestRank = -1;
        SignatureScheme scheme = null;
        for (int i = 0; i < candidates.size(); i++) {
            Prepared candidate = candidates.get(i);
            SignatureScheme possible = usable.test(candidate.key) ? candidate.scheme(criteria) : null;
            // The rank of a single candidate does not matter, and comparing names and chains takes time.
            int rank = possible == null ? -1 : candidates.size() == 1 ? 0 : candidate.rank(criteria);
            if (rank > bestRank) {
                best = i;
                bestRank = rank;
                scheme = possible;
            }
        }
        if (scheme == null) {
            return Optional.empty();
        }
        Prepared chosen = candidates.get(best);
        return Optional.of(new Choice(best, chosen.identity, chosen.key, scheme));
    }

    /**
     * Explains, in words for an error message, why {@link #choose} finds no identity for these criteria.
     *
     * @param criteria the criteria of the peer
     * @return the explanation
     */
    public String reason(CertificateCriteria criteria) {
        String peer = criteria.fromClient() ? "client" : "server";
        if (candidates.isEmpty()) {
            return "this end has no certificate";
        }
        if (criteria.signatureSchemes() == null) {
            return "the " + peer + " sends no signature_algorithms, which means that it verifies SHA-1 only"
                    + " (RFC 5246 7.4.1.4.1); ParkTLS does not sign with SHA-1";
        }
        String each = candidates.stream()
                .limit(MAX_SHOWN)
                .map(candidate -> candidate.obstacle(criteria, peer))
                .filter(Objects::nonNull)
                .distinct()
                .collect(Collectors.joining("; "));
        String more = candidates.size() > MAX_SHOWN ? " (and " + (candidates.size() - MAX_SHOWN) + " more)" : "";
        return "the " + peer + " can verify none of our certificates: " + each + more;
    }

    /** An identity with the values that do not change between handshakes. */
    private static final class Prepared {
        private final TlsIdentity identity;
        private final SigningKey key;
        private final Set<SignatureScheme> schemes;
        private final Set<X500Principal> issuers;

        /** The signatures in the chain, except those of self-issued certificates (RFC 8446 4.2.3). */
        private final List<CertificateSignature> signatures;

        Prepared(Candidate candidate) {
            this.identity = candidate.identity();
            this.key = SigningKey.of(identity.chain().getFirst().getPublicKey());
            this.schemes = candidate.schemes();
            this.issuers = identity.chain().stream()
                    .map(X509Certificate::getIssuerX500Principal)
                    .collect(Collectors.toUnmodifiableSet());
            this.signatures = CertificateSignature.of(identity.chain());
        }

        @Nullable
        SignatureScheme scheme(CertificateCriteria criteria) {
            List<Integer> offered = criteria.signatureSchemes();
            if (offered == null || !isAuthenticationAccepted(criteria) || !isCurveAccepted(criteria)) {
                return null;
            }
            SignatureScheme first = null;
            for (int code : offered) {
                SignatureScheme scheme = SignatureScheme.of(code).orElse(null);
                if (scheme == null || !schemes.contains(scheme) || !key.signs(scheme, criteria.version())) {
                    continue;
                }
                if (key.type() != SigningKey.Type.EC || key.isOnCurveOf(scheme)) {
                    return scheme;
                }
                first = first == null ? scheme : first;
            }
            return first;
        }

        /** RFC 5246 7.4.3, 7.4.4: the cipher suites, or the certificate types, determine which keys may sign. */
        private boolean isAuthenticationAccepted(CertificateCriteria criteria) {
            if (criteria.version() == TlsVersion.TLS_1_3) {
                // Neither restricts keys in TLS 1.3, which also has types of keys that TLS 1.2 lacks.
                return true;
            }
            SigningKey.Authentication authentication = key.authentication();
            return authentication != null && criteria.authentications().contains(authentication);
        }

        /** RFC 8422 5.3: in TLS 1.2 the curve of an ECDSA key must be one that the client lists. */
        private boolean isCurveAccepted(CertificateCriteria criteria) {
            Set<Integer> curves = criteria.curves();
            return curves == null
                    || key.curve() == null
                    || curves.contains(key.curve().code());
        }

        /**
         * Returns a rank; higher is better. The weight of each rule exceeds the sum of the weights of all later rules.
         */
        int rank(CertificateCriteria criteria) {
            String name = criteria.serverName();
            boolean named = name != null && identity.isFor(name);
            boolean known = !Collections.disjoint(criteria.authorities(), issuers);
            return (named ? 4 : 0) + (known ? 2 : 0) + (isVerifiable(criteria.certificateSchemes()) ? 1 : 0);
        }

        private boolean isVerifiable(@Nullable List<Integer> certificateSchemes) {
            if (certificateSchemes == null) {
                return false;
            }
            for (CertificateSignature signature : signatures) {
                if (!signature.isAmong(certificateSchemes)) {
                    return false;
                }
            }
            return true;
        }

        /** Returns why the identity cannot be used for a peer with these criteria; null if it can. */
        @Nullable
        String obstacle(CertificateCriteria criteria, String peer) {
            if (key.isForTls13Only() && criteria.version() != TlsVersion.TLS_1_3) {
                return "a key " + ofKeyType() + " signs in TLS 1.3 only";
            }
            if (!isAuthenticationAccepted(criteria)) {
                return criteria.fromClient()
                        ? "no common cipher suite authenticates with a key " + ofKeyType()
                        : "the server's certificate_types exclude a key " + ofKeyType();
            }
            if (!isCurveAccepted(criteria)) {
                return "the client's supported_groups lack the curve of a key " + ofKeyType() + " (RFC 8422 5.3)";
            }
            return scheme(criteria) == null
                    ? "no common signature scheme in " + criteria.version() + ": the " + peer + " offers "
                            + names(Objects.requireNonNull(criteria.signatureSchemes())) + "; a key " + ofKeyType()
                            + " signs with " + supportedNames(criteria.version())
                    : null;
        }

        private String ofKeyType() {
            return "of type '" + key + "'";
        }

        private String supportedNames(TlsVersion version) {
            String names = SignatureScheme.all().stream()
                    .filter(scheme -> schemes.contains(scheme) && key.signs(scheme, version))
                    .map(SignatureScheme::standardName)
                    .collect(Collectors.joining(", "));
            return names.isEmpty() ? "none" : names;
        }

        private static String names(List<Integer> codes) {
            List<String> shown = new ArrayList<>();
            for (int code : codes.subList(0, Math.min(codes.size(), MAX_SCHEMES_SHOWN))) {
                shown.add(SignatureScheme.of(code)
                        .map(SignatureScheme::standardName)
                        .orElseGet(() -> String.format(Locale.ROOT, "0x%04X", code)));
            }
            int more = codes.size() - shown.size();
            return (shown.isEmpty() ? "none" : String.join(", ", shown)) + (more > 0 ? " and " + more + " more" : "");
        }
    }
}
