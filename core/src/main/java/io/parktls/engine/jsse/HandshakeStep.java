package io.parktls.engine.jsse;

import io.parktls.engine.ForeignCodeBoundary;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The handshake step that a thread is running. {@link IdentityAdapter} and {@link TrustAdapter}, which the SSLEngine calls
 * during the step, obtain it from here, because JSSE passes them neither the messages nor the boundary. It cannot be
 * looked up by the SSLEngine either, because a provider may pass a key manager another SSLEngine object than its own.
 *
 * @param messages the unencrypted messages of the handshake
 * @param boundary notified before and after foreign code
 * @param chosen the identity that the application's chooser has answered during this step; null if there is none
 */
record HandshakeStep(
        PlaintextHandshake messages, ForeignCodeBoundary boundary, AtomicReference<@Nullable JsseIdentity> chosen) {
    private static final ScopedValue<HandshakeStep> CURRENT = ScopedValue.newInstance();

    HandshakeStep(PlaintextHandshake messages, ForeignCodeBoundary boundary) {
        this(messages, boundary, new AtomicReference<>());
    }

    /** Runs a part of this step that may call the managers. */
    <T, X extends Throwable> T run(ScopedValue.CallableOp<T, X> part) throws X {
        return ScopedValue.where(CURRENT, this).call(part);
    }

    /** Returns the messages of this thread's step; null outside of a step. */
    static @Nullable PlaintextHandshake currentMessages() {
        return CURRENT.isBound() ? CURRENT.get().messages : null;
    }

    /** Returns the identity of this thread's step that the application's chooser has answered; null if there is none. */
    static @Nullable JsseIdentity currentlyChosen() {
        return CURRENT.isBound() ? CURRENT.get().chosen.get() : null;
    }

    /** Sets the identity of this thread's step that the application's chooser has answered. */
    static void choose(JsseIdentity identity) {
        if (CURRENT.isBound()) {
            CURRENT.get().chosen.set(identity);
        }
    }

    /** Returns the boundary of this thread's step; outside of a step, one that does nothing. */
    static ForeignCodeBoundary currentBoundary() {
        return CURRENT.isBound() ? CURRENT.get().boundary : ForeignCodeBoundary.NONE;
    }
}
