package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import io.parktls.TlsIdentity;
import io.parktls.engine.CertificateCriteria;
import io.parktls.engine.HandshakeOverrides.IdentityChoice;
import io.parktls.engine.IdentityChooser;
import io.parktls.pki.DisabledAlgorithms;
import io.parktls.pki.LruCache;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * The identities of a context, and the identities that the overrides of its connections return. Both are prepared once.
 * Thread-safe.
 */
final class PreparedIdentities {
    /** How many identities of overrides stay prepared. Preparing one takes about as long as a signature. */
    private static final int OVERRIDES = 256;

    private final List<PreparedIdentity> configured;
    private final IdentityChooser chooser;
    private final DisabledAlgorithms disabled;
    private final PreferredProviders preferred;
    private final List<SignatureScheme> schemes;
    private final LruCache<TlsIdentity, Single> ofOverrides = new LruCache<>(OVERRIDES);

    /** An identity of an override; without a chooser if no handshake can use the identity. */
    private record Single(
            @Nullable PreparedIdentity identity, @Nullable IdentityChooser chooser) {
        Optional<ChosenIdentity> choose(CertificateCriteria criteria) {
            if (identity == null || chooser == null) {
                return Optional.empty();
            }
            return chooser.choose(criteria).map(choice -> new ChosenIdentity(identity, choice));
        }
    }

    PreparedIdentities(
            List<TlsIdentity> identities,
            DisabledAlgorithms disabled,
            PreferredProviders preferred,
            List<SignatureScheme> schemes) {
        this.disabled = disabled;
        this.preferred = preferred;
        this.schemes = schemes;
        this.configured =
                disabled.identities(identities).stream().map(this::prepare).toList();
        this.chooser = new IdentityChooser(
                configured.stream().map(PreparedIdentity::candidate).toList());
    }

    private PreparedIdentity prepare(TlsIdentity identity) {
        return new PreparedIdentity(identity, HandshakeRandom::next, preferred, schemes);
    }

    /** Returns whether a private key of the context may block. */
    boolean mayWait() {
        return configured.stream().anyMatch(PreparedIdentity::mayWait);
    }

    /** Returns the identity for a peer; empty if there is none that the peer can verify. */
    Optional<ChosenIdentity> choose(
            CertificateCriteria criteria, @Nullable IdentityChoice override, ForeignCalls foreignCalls)
            throws TlsFatalAlert {
        if (override == null) {
            return chooser.choose(criteria).map(choice -> new ChosenIdentity(configured.get(choice.index()), choice));
        }
        Optional<TlsIdentity> identity = foreignCalls.call(
                "the choice of an identity",
                () -> override.choose(
                        criteria,
                        candidate -> single(candidate).choose(criteria).isPresent()));
        return identity.flatMap(chosen -> single(chosen).choose(criteria));
    }

    /** Explains why {@link #choose} finds no identity. */
    String reason(CertificateCriteria criteria, @Nullable IdentityChoice override) {
        return override == null
                ? chooser.reason(criteria)
                : "no key of the key manager has a certificate that the peer can verify";
    }

    private Single single(TlsIdentity identity) {
        Single known = ofOverrides.get(identity);
        if (known == null) {
            known = prepareSingle(identity);
            ofOverrides.put(identity, known);
        }
        return known;
    }

    private Single prepareSingle(TlsIdentity identity) {
        try {
            disabled.identities(List.of(identity));
            PreparedIdentity prepared = prepare(identity);
            return new Single(prepared, new IdentityChooser(List.of(prepared.candidate())));
        } catch (IllegalArgumentException e) {
            // The key is of a type that TLS does not use, or it is disabled: the override may choose another one.
            return new Single(null, null);
        }
    }
}
