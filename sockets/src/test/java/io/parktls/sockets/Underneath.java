package io.parktls.sockets;

import io.parktls.JdkContext;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsVersion;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import io.parktls.sockets.jsse.TlsSocketFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The kinds of sockets that TLS is layered over. */
enum Underneath {
    PLAIN {
        @Override
        Socket[] connect() throws Exception {
            try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return accept(listener);
            }
        }
    },
    WITH_CHANNEL {
        @Override
        Socket[] connect() throws Exception {
            try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Transport.loopback())) {
                Socket client = SocketChannel.open(listener.getLocalAddress()).socket();
                return new Socket[] {client, listener.accept().socket()};
            }
        }
    },
    SUBCLASS {
        @Override
        Socket[] connect() throws Exception {
            Socket[] ends = PLAIN.connect();
            return new Socket[] {new ForwardingSocket(ends[0]), new ForwardingSocket(ends[1])};
        }
    },
    SSL_SOCKET_OF_THE_JDK {
        @Override
        Socket[] connect() throws Exception {
            try (ServerSocket listener = JdkContext.of(TestPki.server(KeyKind.ECDSA_P256))
                    .getServerSocketFactory()
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Socket client = JdkContext.of(null)
                        .getSocketFactory()
                        .createSocket(listener.getInetAddress(), listener.getLocalPort());
                return new Socket[] {client, listener.accept()};
            }
        }
    },
    SSL_SOCKET_OF_OURS {
        @Override
        Socket[] connect() throws Exception {
            try (ServerSocket listener = new TlsServerSocketFactory(
                            TestContexts.server(Servers.ENGINE).build())
                    .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                Socket client =
                        new TlsSocketFactory(Servers.client()).createSocket("localhost", listener.getLocalPort());
                return new Socket[] {client, listener.accept()};
            }
        }
    };

    /** Returns the two ends of a connection, first the end that connected. */
    abstract Socket[] connect() throws Exception;

    /** Returns whether bytes reach the other end as they are. */
    boolean isPlain() {
        return this == PLAIN || this == WITH_CHANNEL || this == SUBCLASS;
    }

    private static Socket[] accept(ServerSocket listener) throws Exception {
        InetSocketAddress address = (InetSocketAddress) listener.getLocalSocketAddress();
        Socket client = new Socket(address.getAddress(), address.getPort());
        return new Socket[] {client, listener.accept()};
    }

    /** Returns a pair of TLS sockets over this kind, whose handshake has not begun. */
    SocketPair open(TlsVersion... versions) throws Exception {
        Socket[] ends = connect();
        return new SocketPair(
                TlsSocket.client(TestContexts.client(Servers.ENGINE, versions).build(), ends[0], TestContexts.HOST, 0),
                TlsSocket.server(TestContexts.server(Servers.ENGINE, versions).build(), ends[1]));
    }
}
