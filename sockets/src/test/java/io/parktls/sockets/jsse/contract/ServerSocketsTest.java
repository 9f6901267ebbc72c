package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.allowed;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The ways to create server sockets, their settings, and what accepted sockets take from them. */
final class ServerSocketsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

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
