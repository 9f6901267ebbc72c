package io.parktls.engine;

/**
 * The boundary between an engine's computing and {@link ForeignCode}. The engine calls {@link #beforeForeignCode} and {@link
 * #afterForeignCode} around each call of foreign code, in pairs that are not nested, in the thread that called the engine. The driver of the
 * handshake implements it: it can give back what it holds for computing before foreign code waits, and take it again afterwards.
 *
 * <p>Neither method throws: a driver that wants to end the handshake does so when the engine's step has returned. By default
 * both do nothing, so in non-blocking use foreign code simply runs in the caller.
 */
public interface ForeignCodeBoundary {
    /** The boundary of a driver that holds nothing: foreign code simply runs. */
    ForeignCodeBoundary NONE = new ForeignCodeBoundary() {
        @Override
        public String toString() {
            return "ForeignCodeBoundary.NONE";
        }
    };

    /** Called right before foreign code. */
    default void beforeForeignCode() {}

    /** Called right after foreign code, whether it returned or threw. May wait until the driver can compute again. */
    default void afterForeignCode() {}
}
