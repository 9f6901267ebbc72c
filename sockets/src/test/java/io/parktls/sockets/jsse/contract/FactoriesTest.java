package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.allowed;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The ways to create sockets, and sockets that are layered over others. */
final class FactoriesTest {
    private interface Creation {
        Socket create(SSLSocketFactory factory, int port) throws Exception;
    }

    private interface Check {
        @Nullable
        Object of(SSLSocket socket, int port) throws Exception;
    }

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** Creates a socket to a listener that does not speak. */
    private static Fact created(String name, Creation creation, Check check, @Nullable Object result) {
        return fact(
                name,
                s -> {
                    ServerSocket listener = s.closing(new ServerSocket(0, 5, LOOPBACK));
                    int port = listener.getLocalPort();
                    SSLSocket socket = s.closing((SSLSocket) creation.create(s.socketFactory(), port));
                    return check.of(socket, port);
                },
                result);
    }

    private static Object connected(SSLSocket socket, int port) {
        return socket.isConnected() + " " + (socket.getPort() == port) + " " + socket.getUseClientMode();
    }

    @TestFactory
    Stream<DynamicNode> creation() {
        return Contract.ofOneEnd(List.of(
                created(
                        "createSocket(host, port)",
                        (factory, port) -> factory.createSocket("localhost", port),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(address, port)",
                        (factory, port) -> factory.createSocket(LOOPBACK, port),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(host, port, local, 0)",
                        (factory, port) -> factory.createSocket("localhost", port, LOOPBACK, 0),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(address, port, local, 0)",
                        (factory, port) -> factory.createSocket(LOOPBACK, port, LOOPBACK, 0),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(), connect",
                        (factory, port) -> {
                            Socket socket = factory.createSocket();
                            socket.connect(new InetSocketAddress(LOOPBACK, port));
                            return socket;
                        },
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(), bind, connect with a timeout",
                        (factory, port) -> {
                            Socket socket = factory.createSocket();
                            socket.bind(new InetSocketAddress(LOOPBACK, 0));
                            socket.connect(new InetSocketAddress(LOOPBACK, port), (int) Task.HANG.toMillis());
                            return socket;
                        },
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(socket, host, port, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "localhost", port, true),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(socket, null, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), nullOf(), true),
                        FactoriesTest::connected,
                        "true true false"),
                created(
                        "createSocket(socket, consumed, true)",
                        (factory, port) -> factory.createSocket(
                                new Socket(LOOPBACK, port), new ByteArrayInputStream(new byte[0]), true),
                        FactoriesTest::connected,
                        "true true false"),
                created(
                        "createSocket(socket, null, 0, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), nullOf(), 0, true),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "createSocket(socket, host, -1, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "localhost", -1, true),
                        FactoriesTest::connected,
                        "true true true"),
                created(
                        "connect again",
                        (factory, port) -> factory.createSocket(LOOPBACK, port),
                        (socket, port) -> {
                            socket.connect(new InetSocketAddress(LOOPBACK, port));
                            return "returns";
                        },
                        SocketException.class),
                created(
                        "connect a layered socket",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "localhost", port, true),
                        (socket, port) -> {
                            socket.connect(new InetSocketAddress(LOOPBACK, port));
                            return "returns";
                        },
                        SocketException.class),
                created(
                        "bind a layered socket",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "localhost", port, true),
                        (socket, port) -> {
                            socket.bind(new InetSocketAddress(LOOPBACK, 0));
                            return "returns";
                        },
                        "IOException|SocketException"),
                created(
                        "getChannel()",
                        (factory, port) -> factory.createSocket(LOOPBACK, port),
                        (socket, port) -> socket.getChannel(),
                        null),
                created(
                        "getRemoteSocketAddress()",
                        (factory, port) -> factory.createSocket(LOOPBACK, port),
                        (socket, port) -> socket.getRemoteSocketAddress().equals(new InetSocketAddress(LOOPBACK, port)),
                        true),
                created(
                        "a layered socket's getRemoteSocketAddress()",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "example.test", 443, true),
                        (socket, port) -> socket.getRemoteSocketAddress().equals(new InetSocketAddress(LOOPBACK, port)),
                        true),
                created(
                        "a layered socket's getPort()",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "example.test", 443, true),
                        (socket, port) -> socket.getPort() == port,
                        true),
                created(
                        "a layered socket passes options on",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "example.test", 443, true),
                        (socket, port) -> {
                            socket.setTcpNoDelay(true);
                            socket.setSoTimeout(1_234);
                            return socket.getTcpNoDelay() + " " + socket.getSoTimeout();
                        },
                        "true 1234"),
                created(
                        "startHandshake() of a layered socket keeps its timeout",
                        (factory, port) -> {
                            Socket plain = new Socket(LOOPBACK, port);
                            plain.setSoTimeout(4_321);
                            return factory.createSocket(plain, "example.test", 443, true);
                        },
                        (socket, port) -> socket.getSoTimeout(),
                        4_321),
                created(
                        "toString() is not empty",
                        (factory, port) -> factory.createSocket(LOOPBACK, port),
                        (socket, port) -> socket.toString().isEmpty(),
                        false),
                refused(
                        "createSocket(host, port), nobody listens",
                        s -> {
                            int port;
                            try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
                                port = free.getLocalPort();
                            }
                            s.socketFactory().createSocket("localhost", port);
                        },
                        ConnectException.class),
                refused(
                        "createSocket(host, port), unknown host",
                        s -> s.socketFactory().createSocket("host.invalid", 443),
                        UnknownHostException.class),
                refused(
                        "connect to an unresolved address",
                        s -> s.unconnected().connect(InetSocketAddress.createUnresolved("host.invalid", 443)),
                        UnknownHostException.class),
                refused(
                        "createSocket(host, -1)",
                        s -> s.socketFactory().createSocket("localhost", -1),
                        IllegalArgumentException.class),
                refused(
                        "createSocket over a socket that is not connected",
                        s -> s.socketFactory().createSocket(s.closing(new Socket()), "localhost", 443, true),
                        SocketException.class),
                refused(
                        "createSocket over null",
                        s -> s.socketFactory().createSocket((Socket) nullOf(), "localhost", 443, true),
                        NullPointerException.class),
                refused(
                        "createSocket over null, consumed",
                        s -> s.socketFactory()
                                .createSocket((Socket) nullOf(), new ByteArrayInputStream(new byte[0]), true),
                        NullPointerException.class),
                refused(
                        "createSocket over a socket that is not connected, consumed",
                        s -> s.socketFactory()
                                .createSocket(s.closing(new Socket()), new ByteArrayInputStream(new byte[0]), true),
                        SocketException.class),
                refused("connect(null)", s -> s.unconnected().connect(nullOf()), SocketException.class)
                        .ours(
                                "SocketException|IllegalArgumentException",
                                "Socket.connect documents IllegalArgumentException"),
                refused(
                                "connect to another kind of address",
                                s -> s.unconnected().connect(new SocketAddress() {
                                    private static final long serialVersionUID = 1L;
                                }),
                                SocketException.class)
                        .ours(
                                "SocketException|IllegalArgumentException",
                                "Socket.connect documents IllegalArgumentException"),
                refused(
                        "connect with a negative timeout",
                        s -> s.unconnected().connect(new InetSocketAddress(LOOPBACK, 1), -1),
                        IllegalArgumentException.class),
                refused(
                        "connect after close()",
                        s -> {
                            SSLSocket socket = s.unconnected();
                            socket.close();
                            socket.connect(new InetSocketAddress(LOOPBACK, 1));
                        },
                        SocketException.class),
                fact(
                        "getDefaultCipherSuites() are those of the sockets",
                        s -> Arrays.equals(
                                s.socketFactory().getDefaultCipherSuites(),
                                s.unconnected().getEnabledCipherSuites()),
                        true),
                fact(
                        "getSupportedCipherSuites() are those of the sockets",
                        s -> Arrays.equals(
                                s.socketFactory().getSupportedCipherSuites(),
                                s.unconnected().getSupportedCipherSuites()),
                        true)));
    }

    // ---- layered sockets

    @TestFactory
    Stream<DynamicNode> layering() {
        return Contract.ofBothEnds(List.of(
                fact(
                        "autoClose: closing closes the socket below",
                        s -> {
                            Meeting meeting = s.asClient();
                            close(meeting.established());
                            return meeting.clientTcp().isClosed();
                        },
                        true),
                fact(
                        "no autoClose: the socket below stays open, and plain bytes follow",
                        s -> {
                            Layers layers = Layers.established(s);
                            close(layers.ends);
                            layers.clientTcp.getOutputStream().write('p');
                            int received = layers.serverTcp.getInputStream().read();
                            layers.serverTcp.getOutputStream().write('q');
                            return "" + (char) received
                                    + (char) layers.clientTcp.getInputStream().read() + " "
                                    + layers.clientTcp.isClosed();
                        },
                        "pq false"),
                fact(
                        "no autoClose: isClosed() of the layered socket",
                        s -> {
                            Layers layers = Layers.established(s);
                            close(layers.ends);
                            return layers.ends.client().isClosed();
                        },
                        true),
                fact(
                        "a server over an accepted socket, with consumed bytes",
                        s -> layered(s, 7).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server over an accepted socket, with the whole hello consumed",
                        s -> layered(s, WHOLE_HELLO).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server over an accepted socket, nothing consumed",
                        s -> layered(s, 0).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server over an accepted socket, null consumed",
                        s -> layered(s, -1).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server by setUseClientMode(false)",
                        s -> layered(s, -2).failures(),
                        "Failures[client=null, server=null]")));
    }

    private static void close(Meeting.Ends ends) throws Exception {
        Task<Void> closing = ThreadKind.VIRTUAL.run(() -> ends.server().close());
        ends.client().close();
        closing.get();
    }

    /** Layers the tested server over an accepted socket, of which some bytes have been read. */
    private record Layered(SSLSocket client, Task<@Nullable Exception> serving) {
        Meeting.Failures failures() throws Exception {
            return new Meeting.Failures(Meeting.talk(client), serving.get());
        }
    }

    private static final int WHOLE_HELLO = Integer.MAX_VALUE;

    /** Reads one record. */
    private static byte[] record(Socket socket) throws IOException {
        byte[] header = socket.getInputStream().readNBytes(5);
        int length = (header[3] & 0xff) << 8 | header[4] & 0xff;
        byte[] read = Arrays.copyOf(header, header.length + length);
        socket.getInputStream().readNBytes(read, header.length, length);
        return read;
    }

    private static Layered layered(Subject s, int consumed) throws Exception {
        ServerSocket listener = s.closing(new ServerSocket(0, 1, LOOPBACK));
        SSLSocket client = s.closing((SSLSocket)
                s.peer().socketFactory(Credentials.ANONYMOUS).createSocket(LOOPBACK, listener.getLocalPort()));
        client.setEnabledProtocols(new String[] {s.version()});
        client.setSoTimeout((int) Task.HANG.toMillis());
        Socket accepted = s.closing(listener.accept());
        SSLSocketFactory factory = s.tested().socketFactory(Credentials.SERVER);
        Task<@Nullable Exception> serving = ThreadKind.VIRTUAL.start(() -> {
            SSLSocket server;
            if (consumed == -2) {
                server = (SSLSocket) factory.createSocket(accepted, "client.example", 1, true);
                server.setUseClientMode(false);
            } else {
                byte[] read = consumed == WHOLE_HELLO
                        ? record(accepted)
                        : accepted.getInputStream().readNBytes(Math.max(0, consumed));
                server = (SSLSocket)
                        factory.createSocket(accepted, consumed < 0 ? nullOf() : new ByteArrayInputStream(read), true);
            }
            s.closing(server).setSoTimeout((int) Task.HANG.toMillis());
            return Meeting.talk(server);
        });
        return new Layered(client, serving);
    }

    /** Two layered ends that do not close the sockets below. The tested implementation is the client. */
    private record Layers(Socket clientTcp, Socket serverTcp, Meeting.Ends ends) {
        static Layers established(Subject s) throws Exception {
            ServerSocket listener = s.closing(new ServerSocket(0, 1, LOOPBACK));
            Socket clientTcp = s.closing(new Socket(LOOPBACK, listener.getLocalPort()));
            Socket serverTcp = s.closing(listener.accept());
            SSLSocket client = s.closing((SSLSocket) s.tested()
                    .socketFactory(Credentials.ANONYMOUS)
                    .createSocket(clientTcp, "example.test", 443, false));
            SSLSocket server = s.closing(
                    (SSLSocket) s.peer().socketFactory(Credentials.SERVER).createSocket(serverTcp, null, false));
            for (SSLSocket socket : List.of(client, server)) {
                socket.setEnabledProtocols(new String[] {s.version()});
                socket.setSoTimeout((int) Task.HANG.toMillis());
            }
            Meeting.Ends ends = new Meeting.Ends(client, server);
            Meeting.Failures failures = Meeting.talk(ends);
            if (failures.client() != null) {
                throw failures.client();
            }
            return new Layers(clientTcp, serverTcp, ends);
        }
    }

    // ---- server sockets

    @TestFactory
    Stream<DynamicNode> serverSockets() {
        return Contract.ofOneEnd(List.of(
                listening(
                        "createServerSocket(0)", s -> s.serverSocketFactory().createServerSocket(0), "true true false"),
                listening(
                        "createServerSocket(0, 5)",
                        s -> s.serverSocketFactory().createServerSocket(0, 5),
                        "true true false"),
                listening(
                        "createServerSocket(0, 0)",
                        s -> s.serverSocketFactory().createServerSocket(0, 0),
                        "true true false"),
                listening(
                        "createServerSocket(0, 5, address)",
                        s -> s.serverSocketFactory().createServerSocket(0, 5, LOOPBACK),
                        "true true false"),
                listening(
                        "createServerSocket(0, 5, null)",
                        s -> s.serverSocketFactory().createServerSocket(0, 5, null),
                        "true true false"),
                listening(
                        "createServerSocket()", s -> s.serverSocketFactory().createServerSocket(), "false false false"),
                listening(
                        "createServerSocket(), bind",
                        s -> {
                            ServerSocket socket = s.serverSocketFactory().createServerSocket();
                            socket.bind(new InetSocketAddress(LOOPBACK, 0));
                            return socket;
                        },
                        "true true false"),
                listening(
                        "createServerSocket(), bind(null)",
                        s -> {
                            ServerSocket socket = s.serverSocketFactory().createServerSocket();
                            socket.bind(null);
                            return socket;
                        },
                        "true true false"),
                refused(
                        "createServerSocket(-1)",
                        s -> s.serverSocketFactory().createServerSocket(-1),
                        IllegalArgumentException.class),
                refused(
                        "createServerSocket of a port in use",
                        s -> s.serverSocketFactory()
                                .createServerSocket(s.listener().getLocalPort(), 1, LOOPBACK),
                        BindException.class),
                refused(
                        "bind twice",
                        s -> s.listener().bind(new InetSocketAddress(LOOPBACK, 0)),
                        SocketException.class),
                refused(
                        "bind after close()",
                        s -> {
                            SSLServerSocket socket = s.unbound();
                            socket.close();
                            socket.bind(new InetSocketAddress(LOOPBACK, 0));
                        },
                        SocketException.class),
                refused("accept() unbound", s -> s.unbound().accept(), SocketException.class),
                refused(
                        "accept() after close()",
                        s -> {
                            SSLServerSocket socket = s.listener();
                            socket.close();
                            socket.accept();
                        },
                        SocketException.class),
                refused(
                        "accept() with a timeout",
                        s -> {
                            SSLServerSocket socket = s.listener();
                            socket.setSoTimeout(50);
                            socket.accept();
                        },
                        SocketTimeoutException.class),
                fact(
                        "accept() after a timeout",
                        s -> {
                            SSLServerSocket socket = s.listener();
                            socket.setSoTimeout(50);
                            try {
                                socket.accept();
                            } catch (SocketTimeoutException e) {
                                socket.setSoTimeout(0);
                            }
                            s.closing(new Socket(LOOPBACK, socket.getLocalPort()));
                            return s.closing(socket.accept()).isConnected();
                        },
                        true),
                fact(
                        "close() while a thread accepts",
                        s -> {
                            SSLServerSocket socket = s.listener();
                            Task<Socket> accepting =
                                    ThreadKind.VIRTUAL.start(socket::accept).parked();
                            socket.close();
                            return accepting.failure();
                        },
                        SocketException.class),
                of("isClosed()", SSLServerSocket::isClosed, false),
                of(
                        "close(), isClosed()",
                        socket -> {
                            socket.close();
                            socket.close();
                            return socket.isClosed() + " " + socket.isBound();
                        },
                        "true true"),
                of("getInetAddress()", socket -> LOOPBACK.equals(socket.getInetAddress()), true),
                of(
                        "getLocalSocketAddress()",
                        socket -> new InetSocketAddress(LOOPBACK, socket.getLocalPort())
                                .equals(socket.getLocalSocketAddress()),
                        true),
                fact(
                        "unbound: getLocalPort(), getInetAddress(), getLocalSocketAddress()",
                        s -> s.unbound().getLocalPort() + " " + s.unbound().getInetAddress() + " "
                                + s.unbound().getLocalSocketAddress(),
                        "-1 null null"),
                of(
                        "setSoTimeout, getSoTimeout",
                        socket -> {
                            socket.setSoTimeout(99);
                            return socket.getSoTimeout();
                        },
                        99),
                of("getSoTimeout()", SSLServerSocket::getSoTimeout, 0),
                of(
                        "setSoTimeout(-1)",
                        socket -> {
                            socket.setSoTimeout(-1);
                            return "returns";
                        },
                        IllegalArgumentException.class),
                of(
                        "setReuseAddress, getReuseAddress",
                        socket -> {
                            socket.setReuseAddress(true);
                            return socket.getReuseAddress();
                        },
                        true),
                of(
                        "setReceiveBufferSize",
                        socket -> {
                            socket.setReceiveBufferSize(65_536);
                            return socket.getReceiveBufferSize() > 0;
                        },
                        true),
                of(
                        "setReceiveBufferSize(0)",
                        socket -> {
                            socket.setReceiveBufferSize(0);
                            return "returns";
                        },
                        IllegalArgumentException.class),
                of(
                        "supportedOptions() has SO_RCVBUF",
                        socket -> socket.supportedOptions().contains(StandardSocketOptions.SO_RCVBUF),
                        true),
                of(
                        "setOption, getOption",
                        socket -> {
                            socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                            return socket.getOption(StandardSocketOptions.SO_REUSEADDR);
                        },
                        true),
                of("getChannel()", ServerSocket::getChannel, null),
                of("toString() is not empty", socket -> socket.toString().isEmpty(), false),
                of("getUseClientMode()", SSLServerSocket::getUseClientMode, false),
                of(
                        "setUseClientMode(true)",
                        socket -> {
                            socket.setUseClientMode(true);
                            return socket.getUseClientMode();
                        },
                        true),
                of(
                        "getNeedClientAuth(), getWantClientAuth()",
                        socket -> socket.getNeedClientAuth() + " " + socket.getWantClientAuth(),
                        "false false"),
                of(
                        "need, then want",
                        socket -> {
                            socket.setNeedClientAuth(true);
                            socket.setWantClientAuth(true);
                            return socket.getNeedClientAuth() + " " + socket.getWantClientAuth();
                        },
                        "false true"),
                of(
                        "want, then need",
                        socket -> {
                            socket.setWantClientAuth(true);
                            socket.setNeedClientAuth(true);
                            return socket.getNeedClientAuth() + " " + socket.getWantClientAuth();
                        },
                        "true false"),
                of(
                        "need, then no want",
                        socket -> {
                            socket.setNeedClientAuth(true);
                            socket.setWantClientAuth(false);
                            return socket.getNeedClientAuth() + " " + socket.getWantClientAuth();
                        },
                        "false false"),
                of(
                        "setEnableSessionCreation(false)",
                        socket -> {
                            socket.setEnableSessionCreation(false);
                            return socket.getEnableSessionCreation();
                        },
                        false),
                of(
                                "setEnabledProtocols({TLSv1.1, TLSv1.2})",
                                socket -> {
                                    socket.setEnabledProtocols(new String[] {"TLSv1.1", "TLSv1.2"});
                                    return socket.getEnabledProtocols();
                                },
                                "[TLSv1.1, TLSv1.2]")
                        .ours("[TLSv1.2]", "ParkTLS does not speak versions before TLS 1.2"),
                of(
                        "setEnabledProtocols(null)",
                        socket -> {
                            socket.setEnabledProtocols(nullOf());
                            return "returns";
                        },
                        IllegalArgumentException.class),
                of(
                        "setEnabledProtocols of an unknown name",
                        socket -> {
                            socket.setEnabledProtocols(new String[] {"nonsense"});
                            return "returns";
                        },
                        IllegalArgumentException.class),
                of(
                        "setEnabledCipherSuites of an unknown name",
                        socket -> {
                            socket.setEnabledCipherSuites(new String[] {"nonsense"});
                            return "returns";
                        },
                        IllegalArgumentException.class),
                of(
                        "setEnabledCipherSuites(null)",
                        socket -> {
                            socket.setEnabledCipherSuites(nullOf());
                            return "returns";
                        },
                        IllegalArgumentException.class),
                accepted(
                        "protocols",
                        l -> l.setEnabledProtocols(new String[] {"TLSv1.2"}),
                        SSLSocket::getEnabledProtocols,
                        "[TLSv1.2]"),
                accepted(
                        "suites",
                        l -> l.setEnabledCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"}),
                        SSLSocket::getEnabledCipherSuites,
                        "[TLS_AES_256_GCM_SHA384]"),
                accepted("need", l -> l.setNeedClientAuth(true), SSLSocket::getNeedClientAuth, true),
                accepted("want", l -> l.setWantClientAuth(true), SSLSocket::getWantClientAuth, true),
                accepted(
                        "enableSessionCreation",
                        l -> l.setEnableSessionCreation(false),
                        SSLSocket::getEnableSessionCreation,
                        false),
                accepted(
                        "application protocols",
                        l -> {
                            var parameters = l.getSSLParameters();
                            parameters.setApplicationProtocols(new String[] {"h2"});
                            l.setSSLParameters(parameters);
                        },
                        socket -> socket.getSSLParameters().getApplicationProtocols(),
                        "[h2]"),
                accepted("server mode", l -> {}, SSLSocket::getUseClientMode, false),
                accepted("client mode", l -> l.setUseClientMode(true), SSLSocket::getUseClientMode, true),
                accepted(
                        "no timeout of the listener",
                        l -> l.setSoTimeout((int) Task.HANG.toMillis()),
                        SSLSocket::getSoTimeout,
                        0),
                fact(
                        "getDefaultCipherSuites() are those of the sockets",
                        s -> Arrays.equals(
                                s.serverSocketFactory().getDefaultCipherSuites(),
                                s.unbound().getEnabledCipherSuites()),
                        true),
                fact(
                        "getSupportedCipherSuites() are those of the sockets",
                        s -> Arrays.equals(
                                s.serverSocketFactory().getSupportedCipherSuites(),
                                s.unbound().getSupportedCipherSuites()),
                        true),
                allowed("accept() does not wait for the handshake", s -> {
                    SSLServerSocket listener = s.listener();
                    s.closing(new Socket(LOOPBACK, listener.getLocalPort()));
                    s.closing(listener.accept());
                })));
    }

    private interface Opening {
        ServerSocket open(Subject s) throws Exception;
    }

    private static Fact listening(String name, Opening opening, String result) {
        return fact(
                name + ": isBound(), a port, getUseClientMode()",
                s -> {
                    SSLServerSocket socket = s.closing((SSLServerSocket) opening.open(s));
                    return socket.isBound() + " " + (socket.getLocalPort() > 0) + " " + socket.getUseClientMode();
                },
                result);
    }

    private interface ListenerCheck {
        @Nullable
        Object of(SSLServerSocket socket) throws Exception;
    }

    private static Fact of(String name, ListenerCheck check, @Nullable Object result) {
        return fact(name, s -> check.of(s.listener()), result);
    }

    private interface AcceptedCheck {
        @Nullable
        Object of(SSLSocket socket) throws IOException;
    }

    private static Fact accepted(
            String name, Meeting.Setting<SSLServerSocket> setting, AcceptedCheck check, @Nullable Object result) {
        return fact(
                "an accepted socket has " + name,
                s -> {
                    SSLServerSocket listener = s.listener();
                    setting.apply(listener);
                    s.closing(new Socket(LOOPBACK, listener.getLocalPort()));
                    return check.of(s.closing((SSLSocket) listener.accept()));
                },
                result);
    }
}
