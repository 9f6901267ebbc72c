package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.util.List;

/** The progress of a Bouncy Castle handshake: the message, of either side, that it has reached. */
interface HandshakeProgress {
    /** The names of the steps, in the order of the {@code CS_} constants of {@code TlsProtocol}. */
    List<String> NAMES = List.of(
            "the start",
            "client_hello",
            "hello_retry_request",
            "second client_hello",
            "server_hello",
            "encrypted_extensions",
            "server supplemental_data",
            "server certificate",
            "certificate_status",
            "server certificate_verify",
            "server_key_exchange",
            "certificate_request",
            "server_hello_done",
            "end_of_early_data",
            "client supplemental_data",
            "client certificate",
            "client_key_exchange",
            "client certificate_verify",
            "client finished",
            "new_session_ticket",
            "server finished",
            "the end");

    /** {@code CS_SERVER_HELLO_RETRY_REQUEST}, which is not accessible here. */
    int HELLO_RETRY_REQUEST = NAMES.indexOf("hello_retry_request");

    /** Returns Bouncy Castle's state of the handshake, one of its {@code CS_} constants. */
    int connectionState();

    /** Returns the last message that was sent or received, by its name in RFC 8446 4 or RFC 5246 7.4. */
    default String lastStep() {
        int state = connectionState();
        return state < NAMES.size() ? NAMES.get(state) : "step " + state;
    }

    /** Returns whether the last message was a HelloRetryRequest (RFC 8446 4.1.4). */
    default boolean isRetryRequested() {
        return connectionState() == HELLO_RETRY_REQUEST;
    }

    /** Returns whether TLS 1.3 was negotiated. Called only after a version was negotiated. */
    boolean isTls13();

    /** Returns whether the ServerHello resumes a session or selects a pre-shared key. */
    boolean isResumed();

    /** Returns the id of the TLS 1.2 session that this client offers to resume; empty if there is none. */
    default byte[] offeredSession() {
        return new byte[0];
    }

    /** Ends the handshake because of an event that Bouncy Castle did not see, and drops its secrets. Sends nothing. */
    void abandon() throws IOException;
}
