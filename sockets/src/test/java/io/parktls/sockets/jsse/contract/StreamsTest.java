package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Reading, writing and closing after the handshake. The tested implementation is the client. */
final class StreamsTest {
    private interface Check {
        @Nullable
        Object of(SSLSocket tested, SSLSocket peer) throws Exception;
    }

    private static Fact established(String name, Check check, @Nullable Object result) {
        return fact(
                name,
                s -> {
                    Meeting.Ends ends = s.asClient().established();
                    return check.of(ends.client(), ends.server());
                },
                result);
    }

    private static void send(SSLSocket socket, String text) throws Exception {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
    }

    private static String receive(SSLSocket socket, int length) throws Exception {
        return new String(socket.getInputStream().readNBytes(length), US_ASCII);
    }

    @TestFactory
    Stream<DynamicNode> arguments() {
        return Contract.ofBothEnds(List.of(
                established(
                        "read(byte[0])",
                        (tested, peer) -> tested.getInputStream().read(new byte[0]),
                        0),
                established(
                        "read(null)",
                        (tested, peer) -> tested.getInputStream().read(nullOf()),
                        NullPointerException.class),
                established(
                        "read(bytes, 0, 2) of 1 byte",
                        (tested, peer) -> tested.getInputStream().read(new byte[1], 0, 2),
                        IndexOutOfBoundsException.class),
                established(
                        "read(bytes, -1, 1)",
                        (tested, peer) -> tested.getInputStream().read(new byte[1], -1, 1),
                        IndexOutOfBoundsException.class),
                established(
                        "write(null)",
                        (tested, peer) -> {
                            tested.getOutputStream().write((byte[]) nullOf());
                            return "returns";
                        },
                        NullPointerException.class),
                established(
                        "write(bytes, 0, 2) of 1 byte",
                        (tested, peer) -> {
                            tested.getOutputStream().write(new byte[1], 0, 2);
                            return "returns";
                        },
                        IndexOutOfBoundsException.class),
                established(
                        "write of nothing, then of something",
                        (tested, peer) -> {
                            tested.getOutputStream().write(new byte[0]);
                            send(tested, "abc");
                            return receive(peer, 3);
                        },
                        "abc"),
                established(
                        "flush()",
                        (tested, peer) -> {
                            tested.getOutputStream().flush();
                            return "returns";
                        },
                        "returns"),
                established(
                        "write(int) writes the low byte",
                        (tested, peer) -> {
                            tested.getOutputStream().write(0x161);
                            return receive(peer, 1);
                        },
                        "a"),
                established(
                        "read() returns 0 to 255",
                        (tested, peer) -> {
                            peer.getOutputStream().write(new byte[] {(byte) 255});
                            return tested.getInputStream().read();
                        },
                        255),
                established(
                        "the same streams each time",
                        (tested, peer) -> tested.getInputStream() == tested.getInputStream()
                                && tested.getOutputStream() == tested.getOutputStream(),
                        true),
                established(
                        "available() without data",
                        (tested, peer) -> tested.getInputStream().available(),
                        0),
                established(
                        "available() of the rest of a record",
                        (tested, peer) -> {
                            send(peer, "abc");
                            tested.getInputStream().read();
                            return tested.getInputStream().available();
                        },
                        2),
                fact(
                        "available() before the handshake",
                        s -> s.asClient().connect().client().getInputStream().available(),
                        0),
                established(
                        "a read returns what is there",
                        (tested, peer) -> {
                            send(peer, "abc");
                            return tested.getInputStream().read(new byte[100]);
                        },
                        3),
                established(
                        "skip(2)",
                        (tested, peer) -> {
                            send(peer, "abc");
                            return tested.getInputStream().skip(2) + receive(tested, 1);
                        },
                        "2c"),
                established("skip(0)", (tested, peer) -> tested.getInputStream().skip(0), 0),
                established(
                        "markSupported()",
                        (tested, peer) -> tested.getInputStream().markSupported(),
                        false),
                established(
                        "300000 bytes each way at once",
                        (tested, peer) -> {
                            byte[] sent = new byte[300_000];
                            Arrays.fill(sent, (byte) 7);
                            Task<Void> writing = ThreadKind.VIRTUAL.run(
                                    () -> tested.getOutputStream().write(sent));
                            Task<Void> replying = ThreadKind.VIRTUAL.run(
                                    () -> peer.getOutputStream().write(sent));
                            Task<byte[]> reading = ThreadKind.VIRTUAL.start(
                                    () -> peer.getInputStream().readNBytes(sent.length));
                            boolean same =
                                    Arrays.equals(sent, tested.getInputStream().readNBytes(sent.length))
                                            && Arrays.equals(sent, reading.get());
                            writing.get();
                            replying.get();
                            return same;
                        },
                        true)));
    }

    // ---- closing

    @TestFactory
    Stream<DynamicNode> closing() {
        return Contract.ofBothEnds(List.of(
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

    private static void closeBoth(SSLSocket tested, SSLSocket peer) throws Exception {
        Task<Void> closing = ThreadKind.VIRTUAL.run(peer::close);
        tested.close();
        closing.get();
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

    @TestFactory
    Stream<DynamicNode> halfClose() {
        return Contract.ofBothEnds(List.of(
                established(
                        "shutdownOutput(): the peer reads the end",
                        (tested, peer) -> {
                            tested.shutdownOutput();
                            return peer.getInputStream().read();
                        },
                        -1),
                established(
                        "shutdownOutput(): isOutputShutdown(), isInputShutdown(), isClosed()",
                        (tested, peer) -> {
                            tested.shutdownOutput();
                            return tested.isOutputShutdown() + " " + tested.isInputShutdown() + " " + tested.isClosed();
                        },
                        "true false false"),
                established(
                        "shutdownOutput() twice",
                        (tested, peer) -> {
                            tested.shutdownOutput();
                            tested.shutdownOutput();
                            return "returns";
                        },
                        "returns"),
                established(
                        "shutdownOutput(), then getOutputStream()",
                        (tested, peer) -> {
                            tested.shutdownOutput();
                            return tested.getOutputStream();
                        },
                        SocketException.class),
                established(
                        "shutdownOutput(), then write",
                        (tested, peer) -> {
                            OutputStream out = tested.getOutputStream();
                            tested.shutdownOutput();
                            out.write(1);
                            return "returns";
                        },
                        SocketException.class),
                established(
                                "shutdownOutput(), then the peer's reply",
                                (tested, peer) -> {
                                    tested.shutdownOutput();
                                    peer.getInputStream().read();
                                    send(peer, "reply");
                                    return receive(tested, 5);
                                },
                                "reply")
                        .in(TLS13),
                established(
                                "the peer's shutdownOutput(): reads are at the end, writes go on",
                                (tested, peer) -> {
                                    peer.shutdownOutput();
                                    int read = tested.getInputStream().read();
                                    send(tested, "reply");
                                    return read + receive(peer, 5);
                                },
                                "-1reply")
                        .in(TLS13),
                established(
                        "the end is read again and again",
                        (tested, peer) -> {
                            peer.shutdownOutput();
                            InputStream in = tested.getInputStream();
                            return in.read() + " " + in.read() + " " + in.read(new byte[5]) + " " + in.available();
                        },
                        "-1 -1 -1 0"),
                established(
                        "shutdownInput() before the peer's end",
                        (tested, peer) -> {
                            tested.shutdownInput();
                            return "returns";
                        },
                        SSLException.class),
                established(
                        "shutdownInput() after the peer's end",
                        (tested, peer) -> {
                            peer.shutdownOutput();
                            tested.getInputStream().read();
                            tested.shutdownInput();
                            return tested.isInputShutdown();
                        },
                        true),
                established(
                        "shutdownInput() before the peer's end: isInputShutdown()",
                        (tested, peer) -> {
                            try {
                                tested.shutdownInput();
                            } catch (SSLException e) {
                                // As in the fact above.
                            }
                            return tested.isInputShutdown();
                        },
                        true),
                established(
                        "shutdownInput(), then getInputStream()",
                        (tested, peer) -> {
                            peer.shutdownOutput();
                            tested.getInputStream().read();
                            tested.shutdownInput();
                            return tested.getInputStream();
                        },
                        SocketException.class),
                established(
                                "the end in TLS 1.2 closes both ways at most",
                                (tested, peer) -> {
                                    peer.shutdownOutput();
                                    return tested.getInputStream().read();
                                },
                                -1)
                        .in(TLS12)));
    }

    // ---- timeouts, interrupts, urgent data

    @TestFactory
    Stream<DynamicNode> waiting() {
        return Contract.ofBothEnds(List.of(
                established(
                        "setSoTimeout(50), nothing to read",
                        (tested, peer) -> {
                            tested.setSoTimeout(50);
                            return tested.getInputStream().read();
                        },
                        SocketTimeoutException.class),
                established(
                        "a read after a timeout",
                        (tested, peer) -> {
                            tested.setSoTimeout(50);
                            try {
                                tested.getInputStream().read();
                            } catch (SocketTimeoutException e) {
                                tested.setSoTimeout((int) Task.HANG.toMillis());
                            }
                            send(peer, "a");
                            return tested.getInputStream().read();
                        },
                        (int) 'a'),
                established(
                        "a write after a timeout",
                        (tested, peer) -> {
                            tested.setSoTimeout(50);
                            try {
                                tested.getInputStream().read();
                            } catch (SocketTimeoutException e) {
                                send(tested, "b");
                            }
                            return receive(peer, 1);
                        },
                        "b"),
                fact(
                        "setSoTimeout(50), a peer that does not answer the hello",
                        s -> {
                            Meeting.Ends ends = s.asClient().connect();
                            ends.client().setSoTimeout(50);
                            ends.client().startHandshake();
                            return "returns";
                        },
                        SocketTimeoutException.class),
                fact(
                        "setSoTimeout(50), a client that sends no hello",
                        s -> {
                            Meeting.Ends ends = s.asServer().connect();
                            ends.server().setSoTimeout(50);
                            ends.server().startHandshake();
                            return "returns";
                        },
                        SocketTimeoutException.class),
                fact(
                        "setSoTimeout(50), a read that begins the handshake",
                        s -> {
                            Meeting.Ends ends = s.asClient().connect();
                            ends.client().setSoTimeout(50);
                            return ends.client().getInputStream().read();
                        },
                        SocketTimeoutException.class),
                established(
                        "setSoTimeout, getSoTimeout",
                        (tested, peer) -> {
                            tested.setSoTimeout(4_321);
                            return tested.getSoTimeout();
                        },
                        4_321),
                established(
                        "an interrupted read on a virtual thread",
                        (tested, peer) -> {
                            Task<Integer> reading = ThreadKind.VIRTUAL
                                    .start(() -> tested.getInputStream().read())
                                    .parked();
                            reading.interrupt();
                            return Observed.text(reading.failure()) + ", flag " + reading.wasInterruptedAtEnd();
                        },
                        "SocketException, flag true"),
                established(
                        "sendUrgentData",
                        (tested, peer) -> {
                            tested.sendUrgentData(1);
                            return "returns";
                        },
                        SocketException.class),
                established(
                        "setOOBInline",
                        (tested, peer) -> {
                            tested.setOOBInline(true);
                            return "returns";
                        },
                        SocketException.class),
                refused(
                        "getOOBInline of an accepted socket",
                        s -> s.asServer().connect().server().getOOBInline(),
                        SocketException.class)));
    }
}
