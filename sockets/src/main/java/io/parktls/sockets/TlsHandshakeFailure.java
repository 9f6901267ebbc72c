package io.parktls.sockets;

import io.parktls.ClientHelloInfo;
import io.parktls.TlsAlert;
import io.parktls.TlsConnection;
import io.parktls.TlsFailure;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A handshake of a {@link TlsServer} that has failed. See {@link TlsServer.Builder#onHandshakeFailure}. Immutable.
 *
 * @param remoteAddress the address of the client, or of the proxy in front of the server; null if the system does not
 *     know it any more
 * @param proxyHeader the PROXY header of the connection; null if the server expects none or has not read it
 * @param clientHello the latest ClientHello, which nothing has authenticated; null if the failure preceded it
 * @param alert the fatal alert that the server or the client sent; null if there was none, as when the client
 *     disconnected or missed the deadline
 * @param alertReceived whether the client sent the alert
 * @param reason the failure: a {@link TlsFailure} if TLS failed, {@link java.net.SocketTimeoutException} if the client
 *     missed the deadline, {@link java.net.ProtocolException} if its PROXY header is malformed, or another exception
 * @param duration the time from the acceptance of the connection to the failure
 */
public record TlsHandshakeFailure(
        @Nullable SocketAddress remoteAddress,
        @Nullable ProxyHeader proxyHeader,
        @Nullable ClientHelloInfo clientHello,
        @Nullable TlsAlert alert,
        boolean alertReceived,
        Throwable reason,
        Duration duration) {
    /** Describes a failure; the connection is null if TLS had not begun. */
    static TlsHandshakeFailure of(
            @Nullable SocketAddress peer, @Nullable TlsSocket socket, Throwable reason, Duration duration) {
        TlsConnection connection = socket == null ? null : socket.connection();
        TlsFailure failure = reason instanceof TlsFailure tls ? tls : null;
        return new TlsHandshakeFailure(
                peer,
                socket == null ? null : socket.proxyHeader().orElse(null),
                connection == null ? null : connection.clientHello().orElse(null),
                failure == null ? null : failure.alert().orElse(null),
                failure != null && failure.isAlertReceived(),
                reason,
                duration);
    }
}
