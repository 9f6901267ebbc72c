package io.parktls.engine.bouncycastle;

import io.parktls.engine.ForeignCodeBoundary;
import java.util.concurrent.Callable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;

/**
 * How the handshake of one connection calls code that may wait, from deep within Bouncy Castle's: the boundary that the present call
 * of the engine was given is told before and after. Used by the thread that handshakes.
 */
final class ForeignCalls {
    private ForeignCodeBoundary boundary = ForeignCodeBoundary.NONE;

    /** Sets whom to tell, for the call of the engine that begins. */
    void boundary(ForeignCodeBoundary current) {
        boundary = current;
    }

    ForeignCodeBoundary boundary() {
        return boundary;
    }

    /**
     * Calls foreign code.
     *
     * @param name what it is, for the failure's message
     * @throws TlsFatalAlert internal_error, if the code throws anything at all or returns null: that ends this handshake only
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
}
