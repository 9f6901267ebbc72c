package io.parktls.sockets;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** What there is to do about a channel underneath, be it TCP or not. */
final class SocketChannels {
    private SocketChannels() {}

    private static boolean isTcp(SocketChannel channel) {
        return channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY);
    }

    /** A flight is one write: to hold back its last segment until the one before is acknowledged gains nothing. */
    static void noDelay(SocketChannel channel) throws IOException {
        if (isTcp(channel)) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        }
    }

    /** {@link #noDelay} for a server. */
    static void noDelayOfAccepted(SocketChannel channel) {
        try {
            noDelay(channel);
        } catch (IOException e) {
            // The client is gone already; the handshake will say so.
        }
    }

    /** Has the channel reset the connection when it is closed. */
    static void resetOnClose(SocketChannel channel) {
        if (isTcp(channel)) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException e) {
                // It is closed already, or the connection is gone: either way there is nothing to reset.
            }
        }
    }

    /** The channel's SO_LINGER in seconds; negative if it is not set, or the channel has none. */
    static int linger(SocketChannel channel) {
        try {
            return channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)
                    ? channel.getOption(StandardSocketOptions.SO_LINGER)
                    : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    /** Sends FIN, or has sent it before. */
    static void shutdownOutput(SocketChannel channel) {
        try {
            channel.shutdownOutput();
        } catch (IOException | NotYetConnectedException e) {
            // The connection is gone: the next read finds out.
        }
    }

    /** This end's address; null if there is no channel, or it is closed. */
    static @Nullable SocketAddress localAddress(@Nullable SocketChannel channel) {
        try {
            return channel == null ? null : channel.getLocalAddress();
        } catch (IOException e) {
            return null;
        }
    }

    /** The peer's address; null if there is no channel, or it is closed. */
    static @Nullable SocketAddress remoteAddress(@Nullable SocketChannel channel) {
        try {
            return channel == null ? null : channel.getRemoteAddress();
        } catch (IOException e) {
            return null;
        }
    }
}
