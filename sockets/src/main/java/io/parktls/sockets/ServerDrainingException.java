package io.parktls.sockets;

import java.io.IOException;

/**
 * Thrown by a read when the {@link TlsServer} is closing and all data that has arrived was read. The handler should
 * return; it can still write. A read does not return -1 in this case, since the client has not sent close_notify: a
 * truncated message must not look complete.
 *
 * <p>A handler need not catch this exception: the server neither counts nor logs it as a failure.
 */
public final class ServerDrainingException extends IOException {
    private static final long serialVersionUID = 1L;

    ServerDrainingException() {
        super("the server is closing, and there is no more data to read");
    }
}
