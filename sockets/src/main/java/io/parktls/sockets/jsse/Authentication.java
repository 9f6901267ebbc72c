package io.parktls.sockets.jsse;

import io.parktls.TlsPeerUnverifiedException;
import io.parktls.engine.HandshakeOverrides.IdentityChoice;
import io.parktls.engine.PendingSession;
import org.jspecify.annotations.Nullable;

/** How the sockets of a factory authenticate themselves and their peers. Immutable and thread-safe. */
interface Authentication {
    /** Returns how an end chooses its identity; null if its context does. */
    @Nullable
    IdentityChoice identityChoice(Endpoint endpoint);

    /**
     * Returns normally if the peer's chain is trusted.
     *
     * @throws TlsPeerUnverifiedException if it is not
     */
    void verify(Endpoint endpoint, PendingSession session, String authType) throws TlsPeerUnverifiedException;

    /** Returns whether {@link #verify} checks the host, by the endpoint identification algorithm of an extended manager. */
    boolean verifiesHost();

    /** Returns whether the host of a server is verified whatever the settings of a socket are. */
    boolean alwaysVerifiesHost();

    /** Returns whether a server can verify the certificates of clients. */
    boolean canVerifyClients();
}
