package io.parktls.sockets.jsse.engine.fuzz;

import javax.net.ssl.SSLEngine;

/** Deviations of other implementations from the invariants. None is for ParkTLS. */
enum Allowance {
    ;

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

    boolean isFor(SSLEngine engine) {
        return engine.getClass().getName().startsWith(implementation + ".");
    }

    @Override
    public String toString() {
        return name() + " (" + implementation + ": " + reason + ")";
    }
}
