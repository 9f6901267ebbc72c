package io.parktls.engine.jsse;

import io.parktls.engine.ForeignCodeBoundary;
import org.jspecify.annotations.Nullable;

/**
 * The handshake step that a thread is running. {@link IdentityAdapter} and {@link TrustAdapter}, which the SSLEngine calls
 * during the step, obtain it from here, because JSSE passes them neither the messages nor the boundary. It cannot be
 * looked up by the SSLEngine either, because a provider may pass a key manager another SSLEngine object than its own.
 *
 * @param messages the unencrypted messages of the handshake
 * @param boundary notified before and after foreign code
 */
record HandshakeStep(PlaintextHandshake messages, ForeignCodeBoundary boundary) {
    private static final ScopedValue<HandshakeStep> CURRENT = ScopedValue.newInstance();

    /** Runs a part of this step that may call the managers. */
    <T, X extends Throwable> T run(ScopedValue.CallableOp<T, X> part) throws X {
        return ScopedValue.where(CURRENT, this).call(part);
    }

    /** Returns the messages of this thread's step; null outside of a step. */
    static @Nullable PlaintextHandshake currentMessages() {
        return CURRENT.isBound() ? CURRENT.get().messages : null;
    }

    /** Returns the boundary of this thread's step; outside of a step, one that does nothing. */
    static ForeignCodeBoundary currentBoundary() {
        return CURRENT.isBound() ? CURRENT.get().boundary : ForeignCodeBoundary.NONE;
    }
}
