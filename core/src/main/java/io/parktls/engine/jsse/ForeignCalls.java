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
 * Where the handshakes of one context's {@code SSLEngine}s run code that may wait. Thread-safe.
 *
 * <p>The JDK's SSLEngine with ParkTLS's own managers calls foreign code in one place only, {@link TrustAdapter}, which tells the boundary
 * of the engine's present step. In all other cases nobody can tell where an SSLEngine computes and where it waits: with
 * the managers of an application's SSLContext, with keys that sign elsewhere, which only the SSLEngine uses, and with SSLEngines of
 * other providers, which may compute on other hardware. Then the whole step counts as foreign code.
 */
final class ForeignCalls {
    /** The boundary of the step that this thread is taking, if it may call {@link TrustAdapter}, which JSSE tells no more than the chain. */
    private static final ScopedValue<ForeignCodeBoundary> STEP = ScopedValue.newInstance();

    private final boolean throughout;
    private final boolean asksClients;
    private final TlsTrust trust;

    private ForeignCalls(TlsContext context, boolean throughout) {
        this.throughout = throughout;
        this.asksClients = context.clientAuth() != ClientAuth.NONE;
        this.trust = context.trust();
    }

    /** Those of an SSLContext of the application's, with its own managers. */
    static ForeignCalls ofApplication(TlsContext context) {
        return new ForeignCalls(context, true);
    }

    /** Those of an SSLContext with ParkTLS's managers, of a certain provider. */
    static ForeignCalls of(TlsContext context, Provider provider) {
        boolean jdk = provider.getClass().getModule().equals(Object.class.getModule());
        boolean keysMayWait =
                context.identities().stream().map(TlsIdentity::privateKey).anyMatch(ForeignKeys::mayWait);
        return new ForeignCalls(context, !jdk || keysMayWait);
    }

    ForeignCode foreignCode(boolean server) {
        if (throughout) {
            return ForeignCode.THROUGHOUT;
        }
        return (!server || asksClients) && trust.mayWait() ? ForeignCode.CALLED : ForeignCode.NONE;
    }

    /**
     * Takes a step of a handshake.
     *
     * @param boundary of the step
     */
    TlsStatus during(boolean server, ForeignCodeBoundary boundary, ScopedValue.CallableOp<TlsStatus, SSLException> step)
            throws SSLException {
        return switch (foreignCode(server)) {
            case NONE -> step.call();
            case CALLED -> ScopedValue.where(STEP, boundary).call(step);
            case THROUGHOUT -> {
                boundary.beforeForeignCode();
                try {
                    yield step.call();
                } finally {
                    boundary.afterForeignCode();
                }
            }
        };
    }

    /** The boundary of the step that this thread is taking, for code that the step calls. */
    static ForeignCodeBoundary boundary() {
        return STEP.isBound() ? STEP.get() : ForeignCodeBoundary.NONE;
    }
}
