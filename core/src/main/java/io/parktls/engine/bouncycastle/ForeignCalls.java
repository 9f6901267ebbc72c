package io.parktls.engine.bouncycastle;

import io.parktls.TlsPeerUnverifiedException;
import io.parktls.engine.ForeignCodeBoundary;
import io.parktls.engine.HandshakeOverrides.PeerVerification;
import io.parktls.engine.PendingSession;
import java.util.concurrent.Callable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * Calls foreign code on behalf of one connection's handshake, from callbacks of Bouncy Castle. The boundary that was
 * passed to the current call of the engine is notified before and after. Confined to the thread that runs the
 * handshake.
 */
final class ForeignCalls {
    private ForeignCodeBoundary boundary = ForeignCodeBoundary.NONE;

    /** Sets the boundary to notify during the call of the engine that begins. */
    void boundary(ForeignCodeBoundary current) {
        boundary = current;
    }

    ForeignCodeBoundary boundary() {
        return boundary;
    }

    /**
     * Calls foreign code.
     *
     * @param name a name of the code for the failure's message
     * @throws TlsFatalAlert internal_error, if the code throws any exception or error or returns null; this ends only
     *     the current handshake
     */
    <T> T call(String name, Callable<T> code) throws TlsFatalAlert {
        T result;
        boundary.beforeForeignCode();
        try {
            result = code.call();
        } catch (TlsFatalAlert e) {
            throw e;
        } catch (Exception | Error e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, name + " failed", e);
        } finally {
            boundary.afterForeignCode();
        }
        if (result == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error, name + " returned null");
        }
        return result;
    }

    /**
     * Calls the verification of an override.
     *
     * @throws TlsPeerUnverifiedException if the peer is not trusted
     * @throws TlsFatalAlert internal_error, if the verification throws anything else
     */
    void verify(PeerVerification verification, PendingSession session, String authType)
            throws TlsPeerUnverifiedException, TlsFatalAlert {
        boundary.beforeForeignCode();
        try {
            verification.verify(session, authType);
        } catch (TlsPeerUnverifiedException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            throw new TlsFatalAlert(AlertDescription.internal_error, "the verification of the peer failed", e);
        } finally {
            boundary.afterForeignCode();
        }
    }
}
