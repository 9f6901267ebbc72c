package io.parktls.sockets;

import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A step of a handshake that may run foreign code. The connection's own thread performs it with a permit of a {@link
 * HandshakeGate}, and returns the permit while foreign code runs. Used by that thread only.
 */
final class ForeignCodeStep implements StepWaiting {
    private final TlsConnection connection;
    private final HandshakeWaiter waiter;
    private final boolean first;
    private final HandshakeGate gate;

    /** Null while foreign code runs, and after the gate has refused a new permit. */
    private HandshakeGate.@Nullable Permit permit;

    /** Why the gate refused a new permit after foreign code; null if it did not. */
    private @Nullable IOException refusal;

    /** When the thread began to compute, by {@link System#nanoTime}. */
    private long began;

    private long nanos;

    /** @param first whether this is the first step of the handshake */
    ForeignCodeStep(TlsConnection connection, HandshakeWaiter waiter, boolean first, HandshakeGate gate) {
        this.connection = connection;
        this.waiter = waiter;
        this.first = first;
        this.gate = gate;
    }

    /** Performs the step. */
    TlsStatus perform() throws IOException {
        permit = gate.acquire(connection, waiter, first);
        began = System.nanoTime();
        TlsStatus status;
        try {
            status = connection.doHandshake(this);
        } catch (IOException | RuntimeException | Error e) {
            if (refusal == null || (isInterrupt(refusal) && e instanceof SSLException)) {
                throw e;
            }
            refusal.addSuppressed(e);
            throw refusal;
        } finally {
            releasePermit();
        }
        if (refusal != null) {
            throw refusal;
        }
        return status;
    }

    /**
     * Returns whether the permit was refused because of an interrupt. An exception of the foreign code then takes
     * precedence: the foreign code may have received the interrupt, failed because of it, and set the interrupt flag
     * again.
     */
    private static boolean isInterrupt(IOException refusal) {
        return refusal instanceof InterruptedIOException && !(refusal instanceof SocketTimeoutException);
    }

    /** Returns how long the step computed, in nanoseconds, once it was performed. */
    long nanos() {
        return nanos;
    }

    @Override
    public void beforeForeignCode() {
        releasePermit();
        waiter.beforeForeignCode();
    }

    /**
     * Acquires a new permit. If that fails, the engine computes the rest of the step without one, and the step then
     * fails.
     */
    @Override
    public void afterForeignCode() {
        waiter.afterForeignCode();
        try {
            if (refusal == null) {
                permit = gate.acquire(connection, waiter, false);
            }
        } catch (IOException e) {
            refusal = e;
        }
        began = System.nanoTime();
    }

    private void releasePermit() {
        nanos += System.nanoTime() - began;
        HandshakeGate.Permit current = permit;
        permit = null;
        if (current != null) {
            gate.release(current);
        }
    }
}
