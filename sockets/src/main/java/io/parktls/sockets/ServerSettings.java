package io.parktls.sockets;

import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The settings of a server's connections, as documented at {@link TlsServer.Builder}. */
record ServerSettings(
        HandlerRoutes routes,
        boolean proxyProtocol,
        @Nullable Duration handshakeTimeout,
        @Nullable Duration readTimeout,
        @Nullable Duration writeTimeout,
        @Nullable Duration idleTimeout,
        @Nullable Consumer<TlsHandshakeFailure> failureListener) {}
