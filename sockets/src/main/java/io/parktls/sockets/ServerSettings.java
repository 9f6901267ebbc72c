package io.parktls.sockets;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a server treats its connections, as {@link TlsServer.Builder} explains. */
record ServerSettings(
        HandlerRoutes routes,
        boolean proxyProtocol,
        @Nullable Duration handshakeTimeout,
        @Nullable Duration readTimeout,
        @Nullable Duration writeTimeout,
        @Nullable Duration idleTimeout) {}
