package io.parktls.sockets.jsse.engine.fuzz;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;

/** Deviations of other implementations from the invariants. None is for ParkTLS. */
enum Allowance {
    /** Zeroes are written before the position of a direct buffer. */
    CLEARS_DIRECT_MEMORY(
            Allowance.SUNJSSE,
            "when the tag of a record does not match, GaloisCounterMode clears from the address of a direct buffer"
                    + " instead of from its position"),

    /** Results say FINISHED again after the handshake. */
    FINISHED_AGAIN(Allowance.SUNJSSE, "a client's unwrap of a session ticket returns FINISHED"),

    /** Calls that JSSE refuses are not made. */
    NO_REFUSALS(Allowance.BCJSSE, "read-only destinations and wrong ranges are not noticed before they matter"),

    /** The handshake status changes after the result. */
    STATUS_AFTER_RESULT(
            Allowance.BCJSSE, "a call that begins the handshake returns the status that was before the beginning"),

    /** The input is not done after closeInbound. */
    INPUT_OPEN_AFTER_CLOSE(Allowance.BCJSSE, "closeInbound fails before it closes, unless close_notify was received"),

    /** Input is lost that arrives after closeOutbound. */
    NO_HALF_CLOSE(Allowance.BCJSSE, "closeOutbound closes both directions"),

    /** No key update is asked for. */
    NO_KEY_UPDATE(Allowance.BCJSSE, "beginHandshake after the handshake throws UnsupportedOperationException");

    private static final String SUNJSSE = "sun.security.ssl";
    private static final String BCJSSE = "org.bouncycastle.jsse.provider";

    private final String implementation;
    private final String reason;

    /**
     * Creates an allowance.
     *
     * @param implementation the package of the engines that it is for
     */
    Allowance(String implementation, String reason) {
        this.implementation = implementation;
        this.reason = reason;
    }

    /** Returns the allowances for an engine. */
    static Set<Allowance> of(SSLEngine engine) {
        return Arrays.stream(values())
                .filter(allowance -> allowance.isFor(engine))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Allowance.class)));
    }

    private boolean isFor(SSLEngine engine) {
        return engine.getClass().getName().startsWith(implementation + ".");
    }

    @Override
    public String toString() {
        return name() + " (" + implementation + ": " + reason + ")";
    }
}
