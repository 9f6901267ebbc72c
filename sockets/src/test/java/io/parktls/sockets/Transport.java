package io.parktls.sockets;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
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
    },
    /** The sockets that connect have no channel, and those that are accepted have one. */
    LAYERED {
        @Override
        SocketPair open(TlsContext client, TlsContext server) throws IOException {
            try (ServerSocketChannel listener = ServerSocketChannel.open().bind(loopback())) {
                InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
                Socket connected = new Socket(address.getAddress(), address.getPort());
                return new SocketPair(
                        TlsSocket.client(client, connected, TestContexts.HOST, 0),
                        TlsSocket.server(server, listener.accept().socket()));
            }
        }
    },
    /** Each end is layered over an {@code SSLSocket} of this library, as behind an HTTPS proxy. */
    LAYERED_OVER_TLS {
        @Override
        SocketPair open(TlsContext client, TlsContext server) throws IOException {
            try (ServerSocket listener =
                    new TlsServerSocketFactory(server).createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Socket outer = new TlsSocketFactory(client).createSocket("localhost", listener.getLocalPort());
                return new SocketPair(
                        TlsSocket.client(client, outer, TestContexts.HOST, 0),
                        TlsSocket.server(server, listener.accept()));
            }
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
