package io.parktls.engine.jsse;

import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.pki.ForeignKeys;
import java.security.Provider;
import javax.net.ssl.SSLException;

/**
 * Determines where the handshakes of one context's {@code SSLEngine}s call foreign code, and notifies the boundary.
 * Thread-safe.
 *
 * <p>The JDK's SSLEngine with ParkTLS's own managers calls foreign code in {@link TrustAdapter} and
 * {@link IdentityAdapter} only, which notify the boundary of the engine's current step. In the following cases it cannot be detected where an SSLEngine
 * computes and where it waits, so the whole step counts as foreign code: the SSLEngine uses the managers of an
 * application's SSLContext; it signs with keys of another provider, which only the SSLEngine calls; or it belongs to
 * another provider and may compute on other hardware.
 */
final class ForeignCalls {
    /** A step of a handshake. */
    @FunctionalInterface
    interface Step {
        /**
         * Takes the step.
         *
         * @param boundary notified of foreign code that the step calls
         */
        TlsStatus take(ForeignCodeBoundary boundary) throws SSLException;
    }

    private final boolean throughout;
    private final boolean asksClients;
    private final boolean choosesIdentity;
    private final TlsTrust trust;

    private ForeignCalls(TlsContext context, boolean throughout) {
        this.throughout = throughout;
        this.asksClients = context.clientAuth() != ClientAuth.NONE;
        this.choosesIdentity = context.identityChooser().isPresent();
        this.trust = context.trust();
    }

    /** Returns the foreign calls of an application's SSLContext, which has its own managers. */
    static ForeignCalls ofApplication(TlsContext context) {
        return new ForeignCalls(context, true);
    }

    /** Returns the foreign calls of a provider's SSLContext with ParkTLS's managers. */
    static ForeignCalls of(TlsContext context, Provider provider) {
        boolean jdk = provider.getClass().getModule().equals(Object.class.getModule());
        boolean keysMayWait =
                context.identities().stream().map(TlsIdentity::privateKey).anyMatch(ForeignKeys::mayWait);
        return new ForeignCalls(context, !jdk || keysMayWait);
    }

    /** Returns whether the handshakes of servers, or of clients, call foreign code. */
    ForeignCode foreignCode(boolean server) {
        if (throughout) {
            return ForeignCode.THROUGHOUT;
        }
        boolean verifies = (!server || asksClients) && trust.mayWait();
        return verifies || (!server && choosesIdentity) ? ForeignCode.CALLED : ForeignCode.NONE;
    }

    /**
     * Runs a step of a handshake.
     *
     * @param boundary the boundary of the step
     */
    TlsStatus run(boolean server, ForeignCodeBoundary boundary, Step step) throws SSLException {
        return switch (foreignCode(server)) {
            case NONE -> step.take(ForeignCodeBoundary.NONE);
            case CHOICE, CALLED -> step.take(boundary);
            case THROUGHOUT -> {
                boundary.beforeForeignCode();
                try {
                    yield step.take(ForeignCodeBoundary.NONE);
                } finally {
                    boundary.afterForeignCode();
                }
            }
        };
    }
}
