package io.parktls.sockets.jsse.engine.fuzz;

/** A call, or the end of a conversation, that breaks an invariant. */
final class Defect extends AssertionError {
    private static final long serialVersionUID = 1L;

    Defect(String message) {
        super(message);
    }

    Defect(String message, Throwable cause) {
        super(message, cause);
    }
}
