package io.parktls.sockets;

import java.io.IOException;

/**
 * Thrown to a handler that reads when its {@link TlsServer} is closing and nothing more has arrived: there will be no
 * further request. What has arrived is read before, and writing goes on to work. It is an exception and not an end of input,
 * since the client has not said that it is done: a message that was cut short must not look whole.
 *
 * <p>A handler that lets it through has ended as it should; it is neither counted nor logged as a failure.
 */
public final class ServerDrainingException extends IOException {
    private static final long serialVersionUID = 1L;

    ServerDrainingException() {
        super("the server is closing: nothing more to read");
    }
}
