package io.parktls.semantics;

/** One end of a connection, of libssl or of ParkTLS. No call throws; every call returns an {@link Outcome}. */
interface End extends AutoCloseable {
    /** Calls SSL_set_connect_state or SSL_set_accept_state. */
    Outcome setRole(boolean server);

    Outcome doHandshake();

    /** Reads at most {@code length} bytes. */
    Outcome read(int length);

    /** Returns at most {@code length} bytes without consuming them. */
    Outcome peek(int length);

    /** Writes all bytes. After WANT_WRITE the call must be repeated. */
    Outcome write(byte[] bytes);

    Outcome shutdown();

    /** Sends a KeyUpdate. The outcome is a failure if that is impossible. */
    Outcome updateKeys(boolean requestPeer);

    /** Returns SSL_pending. */
    int pending();

    /** Returns SSL_has_pending. */
    boolean hasPending();

    /** Returns SSL_is_init_finished. */
    boolean isHandshakeDone();

    /** Returns SSL_session_reused; to be called after the handshake. */
    boolean isResumed();

    /** Returns SSL_get_shutdown: the bits 1 for a sent and 2 for a received close_notify. */
    int shutdownState();

    /** Returns the state of the connection in words. */
    String state();

    @Override
    void close();
}
