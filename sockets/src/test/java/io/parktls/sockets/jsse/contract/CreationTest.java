package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.sockets.Task;
import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The ways of a factory to create sockets. */
final class CreationTest {
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
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(address, port)",
                        (factory, port) -> factory.createSocket(LOOPBACK, port),
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(host, port, local, 0)",
                        (factory, port) -> factory.createSocket("localhost", port, LOOPBACK, 0),
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(address, port, local, 0)",
                        (factory, port) -> factory.createSocket(LOOPBACK, port, LOOPBACK, 0),
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(), connect",
                        (factory, port) -> {
                            Socket socket = factory.createSocket();
                            socket.connect(new InetSocketAddress(LOOPBACK, port));
                            return socket;
                        },
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(), bind, connect with a timeout",
                        (factory, port) -> {
                            Socket socket = factory.createSocket();
                            socket.bind(new InetSocketAddress(LOOPBACK, 0));
                            socket.connect(new InetSocketAddress(LOOPBACK, port), (int) Task.HANG.toMillis());
                            return socket;
                        },
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(socket, host, port, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "localhost", port, true),
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(socket, null, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), nullOf(), true),
                        CreationTest::connected,
                        "true true false"),
                created(
                        "createSocket(socket, consumed, true)",
                        (factory, port) -> factory.createSocket(
                                new Socket(LOOPBACK, port), new ByteArrayInputStream(new byte[0]), true),
                        CreationTest::connected,
                        "true true false"),
                created(
                        "createSocket(socket, null, 0, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), nullOf(), 0, true),
                        CreationTest::connected,
                        "true true true"),
                created(
                        "createSocket(socket, host, -1, true)",
                        (factory, port) -> factory.createSocket(new Socket(LOOPBACK, port), "localhost", -1, true),
                        CreationTest::connected,
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
}
