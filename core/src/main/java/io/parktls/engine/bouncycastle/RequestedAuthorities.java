package io.parktls.engine.bouncycastle;

import io.parktls.TlsTrust;
import io.parktls.engine.CertificateAuthorities;
import io.parktls.engine.ForeignCodeBoundary;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Vector;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x500.X500Name;
import org.jspecify.annotations.Nullable;

/**
 * The authorities that a server names in its CertificateRequest, in Bouncy Castle's form. The converted names are
 * cached until the trust returns a different list. Thread-safe.
 */
@SuppressWarnings("JdkObsolete") // Bouncy Castle's API is older than List
final class RequestedAuthorities {
    private final TlsTrust trust;
    private volatile Converted converted = new Converted(List.of(), new Vector<>());

    private record Converted(List<X500Principal> from, Vector<X500Name> names) {}

    RequestedAuthorities(TlsTrust trust) {
        this.trust = trust;
    }

    /**
     * Returns the names; empty if there are none, or more than a message can hold. The vector must not be modified.
     *
     * @param boundary called before and after the trust is queried, if that may block
     */
    Vector<X500Name> names(ForeignCodeBoundary boundary) {
        List<X500Principal> authorities = trust.authorities(boundary);
        Converted known = converted;
        if (!known.from.equals(authorities)) {
            Vector<X500Name> names = new Vector<>();
            for (X500Principal authority : CertificateAuthorities.sendable(authorities)) {
                names.add(X500Name.getInstance(authority.getEncoded()));
            }
            known = new Converted(authorities, names);
            converted = known;
        }
        return known.names;
    }

    /** Returns the names that a peer sent. Names that the JDK cannot parse are left out. */
    static Set<X500Principal> of(@Nullable Vector<?> names) throws IOException {
        Set<X500Principal> authorities = new HashSet<>();
        for (Object name : names == null ? List.of() : names) {
            byte[] encoded = ((X500Name) name).getEncoded();
            try {
                authorities.add(new X500Principal(encoded));
            } catch (IllegalArgumentException e) {
                // The JDK has parsed our own certificates, so this name is not one of their issuers.
            }
        }
        return authorities;
    }
}
