package io.parktls.sockets;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The transports that TLS can run over. */
enum Transport {
    TCP {
        @Override
        SocketPair open(TlsContext client, TlsContext server) throws IOException {
            try (TlsServerSocket listener = TlsServerSocket.open(server, loopback())) {
                return accepted(client, listener, SocketChannel.open(listener.localAddress()));
            }
        }
    },
    UNIX_DOMAIN {
        @Override
        SocketPair open(TlsContext client, TlsContext server) throws IOException {
            Path directory = Files.createTempDirectory("parktls");
            Path file = directory.resolve("socket");
            try (TlsServerSocket listener = TlsServerSocket.open(server, UnixDomainSocketAddress.of(file))) {
                SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
                channel.connect(listener.localAddress());
                return accepted(client, listener, channel);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        }
    },
    BIO_PAIR {
        @Override
        SocketPair open(TlsContext client, TlsContext server) {
            Bio[] ends = Bio.pair(10_000);
            return new SocketPair(
                    TlsSocket.over(client.connect(ends[0], TestContexts.HOST, 0)),
                    TlsSocket.over(server.accept(ends[1])));
        }
    },
    TLS_IN_TLS {
        @Override
        SocketPair open(TlsContext client, TlsContext server) throws Exception {
            SocketPair outer = TCP.open(client, server).established();
            return new SocketPair(
                    TlsSocket.over(client.connect(Bio.of(outer.client()), TestContexts.HOST, 0)),
                    TlsSocket.over(server.accept(Bio.of(outer.server()))));
        }
    };

    /** Returns two connected ends, whose handshake has not begun. */
    abstract SocketPair open(TlsContext client, TlsContext server) throws Exception;

    /** Returns the loopback address with any free port. */
    static SocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static SocketPair accepted(TlsContext client, TlsServerSocket listener, SocketChannel channel)
            throws IOException {
        return new SocketPair(TlsSocket.client(client, channel, TestContexts.HOST, 0), listener.accept());
    }
}
