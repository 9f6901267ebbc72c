package io.parktls;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a context has its identities and its trust from.
 *
 * @param identitySources the identities, in order of preference
 * @param fixedTrust the trust, if it stays the same; null if there is none
 * @param watchedTrust the trust, if it renews itself; null if there is none
 */
record ContextSources(
        List<TlsIdentitySource> identitySources,
        @Nullable TlsTrust fixedTrust,
        @Nullable WatchedTrust watchedTrust) {
    static final ContextSources NONE = new ContextSources(List.of(), null, null);

    ContextSources withIdentities(List<TlsIdentitySource> choice) {
        return new ContextSources(choice, fixedTrust, watchedTrust);
    }

    ContextSources withTrust(TlsTrust choice) {
        return new ContextSources(identitySources, choice, null);
    }

    ContextSources withTrust(WatchedTrust choice) {
        return new ContextSources(identitySources, null, choice);
    }

    /** Returns the current identities. */
    List<TlsIdentity> identities() {
        return identitySources.stream().map(TlsIdentitySource::current).toList();
    }

    /** Returns the current trust; null if there is none. */
    @Nullable
    TlsTrust trust() {
        return watchedTrust == null ? fixedTrust : watchedTrust.current();
    }

    /** Returns whether no identity and no trust renews itself. */
    boolean areFixed() {
        return watchedTrust == null && identitySources.stream().allMatch(TlsIdentity.class::isInstance);
    }

    /** Returns the current identities and trust, which stay the same. */
    ContextSources fixed() {
        return new ContextSources(List.copyOf(identities()), trust(), null);
    }

    /** Notifies an object of each renewal, as long as it is reachable from elsewhere. */
    void addDependent(Runnable dependent) {
        for (TlsIdentitySource source : identitySources) {
            if (source instanceof WatchedIdentity watched) {
                watched.addDependent(dependent);
            }
        }
        if (watchedTrust != null) {
            watchedTrust.addDependent(dependent);
        }
    }
}
