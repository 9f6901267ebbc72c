package io.parktls.semantics;

/** One end of a connection, libssl's or ours. Nothing throws: every call has an {@link Outcome}. */
interface End extends AutoCloseable {
    /** SSL_set_connect_state or SSL_set_accept_state. */
    Outcome setRole(boolean server);

    Outcome doHandshake();

    /** At most so many bytes. */
    Outcome read(int length);

    /** At most so many bytes, which stay. */
    Outcome peek(int length);

    /** All of these bytes, or again after WANT_WRITE. */
    Outcome write(byte[] bytes);

    Outcome shutdown();

    /** Sends a KeyUpdate, or says that it cannot. */
    Outcome updateKeys(boolean requestPeer);

    /** SSL_pending. */
    int pending();

    /** SSL_has_pending. */
    boolean hasPending();

    /** SSL_is_init_finished. */
    boolean isHandshakeDone();

    /** SSL_get_shutdown: 1 close_notify sent, 2 received. */
    int shutdownState();

    /** Where it stands, in words. */
    String state();

    @Override
    void close();
}
