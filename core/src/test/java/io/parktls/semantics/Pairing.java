package io.parktls.semantics;

/** Whose the client is and whose the server. */
enum Pairing {
    /** What everything else is compared with. */
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
