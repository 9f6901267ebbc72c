package io.parktls.semantics;

/** The libraries of the client and of the server, in that order. */
enum Pairing {
    /** The reference for the other pairings. */
    LIBSSL_LIBSSL(false, false),
    PARKTLS_LIBSSL(true, false),
    LIBSSL_PARKTLS(false, true),
    PARKTLS_PARKTLS(true, true);

    private final boolean clientOurs;
    private final boolean serverOurs;

    Pairing(boolean clientOurs, boolean serverOurs) {
        this.clientOurs = clientOurs;
        this.serverOurs = serverOurs;
    }

    boolean isClientOurs() {
        return clientOurs;
    }

    boolean isServerOurs() {
        return serverOurs;
    }
}
