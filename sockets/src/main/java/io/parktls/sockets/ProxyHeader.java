package io.parktls.sockets;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy says about a connection that it forwards (HAProxy's PROXY protocol, version 1 or 2). It is as true as the proxy
 * is to be trusted: nobody else may be able to connect to a server that believes it.
 *
 * @param version 1 or 2
 * @param source where the connection came from; null if the proxy does not know, or opened it for itself (a health check)
 * @param destination where it was to go; null if and only if {@code source} is
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
