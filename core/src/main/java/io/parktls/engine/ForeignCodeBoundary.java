package io.parktls.engine;

/**
 * The boundary between an engine's own computing and {@link ForeignCode}. The engine calls {@link #beforeForeignCode}
 * and {@link #afterForeignCode} around each call of foreign code, in the thread that called the engine. The calls come
 * in pairs, which are not nested. The driver of the handshake implements this interface: before foreign code runs it
 * can release what it holds for computing, and afterwards acquire it again.
 *
 * <p>Neither method may throw. A driver that wants to end the handshake does so after the engine's step has returned.
 * The default methods do nothing, so in non-blocking use foreign code simply runs in the calling thread.
 */
public interface ForeignCodeBoundary {
    /** The boundary for a driver that holds nothing: foreign code simply runs. */
    ForeignCodeBoundary NONE = new ForeignCodeBoundary() {
        @Override
        public String toString() {
            return "ForeignCodeBoundary.NONE";
        }
    };

    /**
     * {@return whether foreign code may wait in the thread that called the engine} If not, and the context has a
     * {@linkplain io.parktls.TlsContext.Builder#callbackExecutor callback executor}, foreign code runs there.
     */
    default boolean mayBlock() {
        return true;
    }

    /**
     * {@return whether the step of the handshake ends after the application's choice of settings} A driver can then
     * perform the rest of the handshake in another way. The engine returns WANT_READ with a {@linkplain
     * TlsEngine#pendingAnswer pending answer} that is complete, and needs no further input for its next step.
     */
    default boolean endsStepAfterChoice() {
        return false;
    }

    /** Called immediately before foreign code. */
    default void beforeForeignCode() {}

    /**
     * Called immediately after foreign code, whether it returned or threw. May block until the driver can compute
     * again.
     */
    default void afterForeignCode() {}
}
