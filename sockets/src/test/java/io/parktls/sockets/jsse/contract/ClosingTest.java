package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Established.closeBoth;
import static io.parktls.sockets.jsse.contract.Established.established;
import static io.parktls.sockets.jsse.contract.Fact.fact;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Closing a socket, before, during and after its handshake. */
final class ClosingTest {
    @TestFactory
    Stream<DynamicNode> closing() {
        return Contract.ofEachEnd(List.of(
                established(
                        "close(): the peer reads the end",
                        (tested, peer) -> {
                            Task<Integer> reading = ThreadKind.VIRTUAL.start(
                                    () -> peer.getInputStream().read());
                            tested.close();
                            return reading.get();
                        },
                        -1),
                closed("isClosed()", SSLSocket::isClosed, true),
                closed("isConnected()", SSLSocket::isConnected, true),
                closed("isBound()", SSLSocket::isBound, true),
                closed(
                        "close() again",
                        socket -> {
                            socket.close();
                            return "returns";
                        },
                        "returns"),
                closed("getInputStream()", SSLSocket::getInputStream, SocketException.class),
                closed("getOutputStream()", SSLSocket::getOutputStream, SocketException.class),
                closed(
                        "startHandshake()",
                        socket -> {
                            socket.startHandshake();
                            return "returns";
                        },
                        SocketException.class),
                closed("getPort() is still known", socket -> socket.getPort() > 0, true),
                closed(
                        "getSession().getPeerHost()",
                        socket -> socket.getSession().getPeerHost(),
                        "example.test"),
                closed("getApplicationProtocol()", SSLSocket::getApplicationProtocol, ""),
                closed("getEnabledProtocols() is not empty", socket -> socket.getEnabledProtocols().length > 0, true),
                closed("toString() is not empty", socket -> socket.toString().isEmpty(), false),
                closed(
                        "getSoTimeout()",
                        socket -> {
                            socket.getSoTimeout();
                            return "returns";
                        },
                        SocketException.class),
                closed(
                        "setSoTimeout(1)",
                        socket -> {
                            socket.setSoTimeout(1);
                            return "returns";
                        },
                        SocketException.class),
                closed(
                        "setTcpNoDelay(true)",
                        socket -> {
                            socket.setTcpNoDelay(true);
                            return "returns";
                        },
                        SocketException.class),
                closed(
                        "shutdownOutput()",
                        socket -> {
                            socket.shutdownOutput();
                            return "returns";
                        },
                        "returns|SocketException"),
                established(
                        "read of a stream after close()",
                        (tested, peer) -> {
                            InputStream in = tested.getInputStream();
                            closeBoth(tested, peer);
                            return in.read();
                        },
                        "-1|SocketException"),
                established(
                        "write to a stream after close()",
                        (tested, peer) -> {
                            OutputStream out = tested.getOutputStream();
                            closeBoth(tested, peer);
                            out.write(1);
                            return "returns";
                        },
                        SocketException.class),
                established(
                        "available() after close()",
                        (tested, peer) -> {
                            InputStream in = tested.getInputStream();
                            closeBoth(tested, peer);
                            return in.available();
                        },
                        "0|SocketException"),
                established(
                        "the input stream's close() closes the socket",
                        (tested, peer) -> {
                            Task<Void> closing = ThreadKind.VIRTUAL.run(() -> peer.close());
                            tested.getInputStream().close();
                            closing.get();
                            return tested.isClosed();
                        },
                        true),
                established(
                        "the output stream's close() closes the socket",
                        (tested, peer) -> {
                            Task<Void> closing = ThreadKind.VIRTUAL.run(() -> peer.close());
                            tested.getOutputStream().close();
                            closing.get();
                            return tested.isClosed();
                        },
                        true),
                fact(
                        "close() before the handshake",
                        s -> {
                            SSLSocket socket = s.asClient().connect().client();
                            socket.close();
                            return socket.isClosed();
                        },
                        true),
                fact(
                        "close() before the handshake: read",
                        s -> {
                            SSLSocket socket = s.asClient().connect().client();
                            InputStream in = socket.getInputStream();
                            socket.close();
                            return in.read();
                        },
                        "-1|SocketException"),
                fact(
                        "close() before the handshake: write",
                        s -> {
                            SSLSocket socket = s.asClient().connect().client();
                            OutputStream out = socket.getOutputStream();
                            socket.close();
                            out.write(1);
                            return "returns";
                        },
                        SocketException.class),
                fact(
                        "close() during the handshake",
                        s -> {
                            SSLSocket socket = s.asClient().connect().client();
                            Task<Void> handshake = ThreadKind.VIRTUAL
                                    .run(socket::startHandshake)
                                    .parked();
                            socket.close();
                            return handshake.failure();
                        },
                        "SocketException|SSLHandshakeException|SSLException"),
                established(
                        "close() while a thread reads",
                        (tested, peer) -> {
                            InputStream in = tested.getInputStream();
                            Task<Integer> reading =
                                    ThreadKind.VIRTUAL.start(in::read).parked();
                            Task<Void> closing = ThreadKind.VIRTUAL.run(tested::close);
                            Throwable failure = reading.failure();
                            closing.get();
                            return failure;
                        },
                        SocketException.class)));
    }

    private interface ClosedCheck {
        @Nullable
        Object of(SSLSocket socket) throws Exception;
    }

    private static Fact closed(String name, ClosedCheck check, @Nullable Object result) {
        return established(
                "closed: " + name,
                (tested, peer) -> {
                    closeBoth(tested, peer);
                    return check.of(tested);
                },
                result);
    }
}
