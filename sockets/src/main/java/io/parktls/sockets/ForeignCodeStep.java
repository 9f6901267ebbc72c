package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.locks.Lock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One step of a handshake that may run foreign code: the connection's own thread takes it, with a place of a {@link HandshakeGate} that
 * it gives back while foreign code runs. Used by that thread only.
 */
final class ForeignCodeStep implements Waiting {
    private final TlsConnection connection;
    private final HandshakeWaiter waiter;
    private final boolean first;
    private final HandshakeGate gate;

    /** Null while foreign code runs, and if there is no place any more for what comes after it. */
    private HandshakeGate.@Nullable Place place;

    /** Why there is none. */
    private @Nullable IOException refusal;

    /** When the thread began to compute, in {@link System#nanoTime}. */
    private long began;

    private long nanos;

    /** @param first whether nothing of the handshake is done yet */
    ForeignCodeStep(TlsConnection connection, HandshakeWaiter waiter, boolean first, HandshakeGate gate) {
        this.connection = connection;
        this.waiter = waiter;
        this.first = first;
        this.gate = gate;
    }

    /** Takes the step. */
    TlsStatus take() throws IOException {
        place = gate.enter(connection, waiter, first);
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
            leave();
        }
        if (refusal != null) {
            throw refusal;
        }
        return status;
    }

    /** Then what foreign code threw says more: it may have seen the interrupt, and have set the flag again. */
    private static boolean isInterrupt(IOException refusal) {
        return refusal instanceof InterruptedIOException && !(refusal instanceof SocketTimeoutException);
    }

    /** How long it computed, once it is taken. */
    long nanos() {
        return nanos;
    }

    @Override
    public void beforeForeignCode() {
        leave();
        waiter.beforeForeignCode();
    }

    /** If there is no place to be had before the deadline, the engine computes the rest without, and then the step fails. */
    @Override
    public void afterForeignCode() {
        waiter.afterForeignCode();
        try {
            if (refusal == null) {
                place = gate.enter(connection, waiter, false);
            }
        } catch (IOException e) {
            refusal = e;
        }
        began = System.nanoTime();
    }

    private void leave() {
        nanos += System.nanoTime() - began;
        HandshakeGate.Place current = place;
        place = null;
        if (current != null) {
            gate.leave(current);
        }
    }

    @Override
    public boolean await(Interest interest) {
        return false;
    }

    @Override
    public void acquire(Lock lock) {
        lock.lock();
    }
}
