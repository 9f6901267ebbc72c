package io.parktls.sockets;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * The header in which a proxy describes a connection that it forwards (HAProxy's PROXY protocol, version 1 or 2). The
 * header is not authenticated: a server may rely on it only if nothing but the proxy can connect to that server.
 *
 * @param version 1 or 2
 * @param source the address of the client; null if the proxy does not know it, or opened the connection for itself (a
 *     health check)
 * @param destination the address that the client connected to; null if and only if {@code source} is null
 */
public record ProxyHeader(
        int version,
        @Nullable SocketAddress source,
        @Nullable SocketAddress destination) {
    @Override
    public String toString() {
        return source == null ? "for the proxy itself" : "for " + source + " to " + destination;
    }
}
