package io.parktls.sockets.jsse;

import io.parktls.TlsContext;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsTrust;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.HandshakeOverrides.IdentityChoice;
import io.parktls.engine.PendingSession;
import org.jspecify.annotations.Nullable;

/** Authenticates with the identities and the trust of a {@link TlsContext}. */
record ContextAuthentication(TlsContext context) implements Authentication {
    @Override
    public @Nullable IdentityChoice identityChoice(Endpoint endpoint) {
        return null;
    }

    @Override
    public void verify(Endpoint endpoint, PendingSession session, String authType) throws TlsPeerUnverifiedException {
        if (endpoint.getUseClientMode()) {
            // The socket verifies the host, which its parameters may change, unless the context names another. The
            // engine calls the boundary.
            context.trust()
                    .verifyServer(
                            session.peerCertificates(),
                            authType,
                            context.nameToVerify(null),
                            session.stapledResponses(),
                            ForeignCodeBoundary.NONE);
        } else {
            context.trust().verifyClient(session.peerCertificates(), authType, ForeignCodeBoundary.NONE);
        }
    }

    /** {@inheritDoc} The insecure trust accepts every host, and a context may name the one to verify. */
    @Override
    public boolean verifiesHost() {
        return isInsecure() || context.nameToVerify(null) != null;
    }

    @Override
    public boolean alwaysVerifiesHost() {
        return context.verifyHost() && !isInsecure();
    }

    private boolean isInsecure() {
        return context.trust() == TlsTrust.insecure();
    }

    @Override
    public boolean canVerifyClients() {
        return context.configuredTrust().isPresent();
    }
}
