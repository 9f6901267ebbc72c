package io.parktls.engine.jsse;

import io.parktls.ClientAuth;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.pki.ForeignKeys;
import java.security.Provider;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * Where the handshakes of one context's {@code SSLEngine}s run code that may wait. Thread-safe.
 *
 * <p>The JDK's SSLEngine with ParkTLS's own managers calls foreign code in one place only, {@link TrustAdapter}, which tells the boundary
 * of the engine's present step. In all other cases nobody can tell where an SSLEngine computes and where it waits: with
 * the managers of an application's SSLContext, with keys that sign elsewhere, which only the SSLEngine uses, and with SSLEngines of
 * other providers, which may compute on other hardware. Then the whole step counts as foreign code.
 */
final class ForeignCalls {
    private final boolean throughout;
    private final boolean asksClients;
    private final TlsTrust trust;

    /** The boundaries of the steps that are being taken, if they may call {@link TrustAdapter}: JSSE tells it the SSLEngine only. */
    private final Map<SSLEngine, ForeignCodeBoundary> steps = new ConcurrentHashMap<>();

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
     * An SSLEngine begins a step of its handshake.
     *
     * @return what foreign code there is in the step, for its {@link #end}
     */
    ForeignCode begin(SSLEngine ssl, boolean server, ForeignCodeBoundary boundary) {
        ForeignCode inStep = foreignCode(server);
        switch (inStep) {
            case NONE -> {}
            case CALLED -> steps.put(ssl, boundary);
            case THROUGHOUT -> boundary.beforeForeignCode();
        }
        return inStep;
    }

    /** The step is over, however it went. */
    void end(SSLEngine ssl, ForeignCode inStep, ForeignCodeBoundary boundary) {
        switch (inStep) {
            case NONE -> {}
            case CALLED -> steps.remove(ssl);
            case THROUGHOUT -> boundary.afterForeignCode();
        }
    }

    /** The boundary of the step that an SSLEngine is taking, for code that this step calls. */
    ForeignCodeBoundary boundary(@Nullable SSLEngine ssl) {
        ForeignCodeBoundary boundary = ssl == null ? null : steps.get(ssl);
        return boundary == null ? ForeignCodeBoundary.NONE : boundary;
    }
}
