package io.parktls.sockets;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Operations on a socket's channel, which may be a TCP or a Unix-domain channel. */
final class SocketChannels {
    private SocketChannels() {}

    private static boolean isTcp(SocketChannel channel) {
        return channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY);
    }

    /**
     * Sets TCP_NODELAY. A flight is one write, so holding back its last segment until the previous one is acknowledged
     * gains nothing.
     */
    static void noDelay(SocketChannel channel) throws IOException {
        if (isTcp(channel)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /** Sets TCP_NODELAY on an accepted channel, whose client may have disconnected already. */
    static void noDelayOfAccepted(SocketChannel channel) {
        try {
            noDelay(channel);
        } catch (IOException e) {
            // The client has disconnected: the handshake will fail.
        }
    }

    /** Makes closing the channel reset the connection. */
    static void resetOnClose(SocketChannel channel) {
        if (isTcp(channel)) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // The channel is closed or the connection is broken: there is nothing to reset.
            }
        }
    }

    /** Returns the channel's SO_LINGER in seconds; negative if it is not set or not supported. */
    static int linger(SocketChannel channel) {
        try {
            return channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)
                    ? channel.getOption(StandardSocketOptions.SO_LINGER)
                    : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Sends FIN, if it was not sent before. */
    static void shutdownOutput(SocketChannel channel) {
        try {
            channel.shutdownOutput();
        } catch (IOException | NotYetConnectedException e) {
            // The connection is broken: the next read fails.
        }
    }

    /** Returns this end's address; null if there is no channel, or it is closed. */
    static @Nullable SocketAddress localAddress(@Nullable SocketChannel channel) {
        try {
            return channel == null ? null : channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    /** Returns the peer's address; null if there is no channel, or it is closed. */
    static @Nullable SocketAddress remoteAddress(@Nullable SocketChannel channel) {
        try {
            return channel == null ? null : channel.getRemoteAddress();
        } catch (IOException e) {
            return null;
        }
    }
}
