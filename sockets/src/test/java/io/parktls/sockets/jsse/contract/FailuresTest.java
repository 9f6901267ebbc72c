package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Handshakes and connections that the peer breaks: what the other end throws. */
final class FailuresTest {
    private static final String EOF = "SSLHandshakeException caused by EOFException";
    private static final String TRUNCATED =
            "a connection cut without close_notify is not the end of the data (RFC 8446 6.1)";

    /** The actions of a peer without TLS. */
    private interface Peer {
        void act(Socket socket) throws IOException;
    }

    private static final Peer CLOSES = Socket::close;
    private static final Peer RESETS = socket -> {
        socket.setSoLinger(true, 0);
        socket.close();
    };

    private static Peer sends(byte[] bytes) {
        return socket -> {
            socket.getOutputStream().write(bytes);
            // The test closes the socket: closing it here could reset the connection before the bytes are read.
        };
    }

    private static Peer says(String text) {
        return sends(text.getBytes(US_ASCII));
    }

    private static Peer sendsHex(String hex) {
        return sends(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    private static final String ALL_HANDSHAKE =
            "every failure of a handshake is an SSLHandshakeException, which is an SSLException";

    /** A fatal alert, and the type of the exception that it becomes. */
    private static Fact alert(String name, int code, String result) {
        return client(
                "sends the alert " + name,
                sendsHex("15 0303 0002 02" + HexFormat.of().toHexDigits((byte) code)),
                result);
    }

    @TestFactory
    Stream<DynamicNode> ofClientHandshakes() {
        return Contract.ofOneEnd(List.of(
                client("closes the connection", CLOSES, EOF),
                client("resets the connection", RESETS, "SocketException"),
                client("speaks HTTP", says("HTTP/1.1 400 Bad Request\r\n\r\n"), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                client("speaks SSH", says("SSH-2.0-OpenSSH_9.9\r\n"), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                client("speaks SMTP", says("220 mail.example ESMTP\r\n"), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                client("sends zeros", sends(new byte[100]), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                client("sends a record of an unknown type", sendsHex("63 0303 0001 00"), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                client(
                                "sends a record that is too long",
                                sendsHex("16 0303 ffff 00"),
                                "SSLException|SSLProtocolException")
                        .ours("SSLException|SSLProtocolException|SSLHandshakeException", ALL_HANDSHAKE),
                client("sends application data", sendsHex("17 0303 0001 00"), "SSLException|SSLProtocolException")
                        .ours("SSLException|SSLProtocolException|SSLHandshakeException", ALL_HANDSHAKE),
                client(
                        "sends a Finished",
                        sendsHex("16 0303 0004 14 000000"),
                        "SSLException|SSLProtocolException|SSLHandshakeException"),
                alert("handshake_failure", 40, "SSLHandshakeException"),
                alert("protocol_version", 70, "SSLHandshakeException"),
                alert("unrecognized_name", 112, "SSLHandshakeException"),
                alert("internal_error", 80, "SSLException").ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                alert("unexpected_message", 10, "SSLException|SSLProtocolException")
                        .ours("SSLException|SSLProtocolException|SSLHandshakeException", ALL_HANDSHAKE),
                alert("access_denied", 49, "SSLHandshakeException"),
                alert("no_application_protocol", 120, "SSLHandshakeException"),
                alert("of an unknown number", 200, "SSLException|SSLHandshakeException|SSLProtocolException"),
                afterwards(
                        "closes the connection: read",
                        CLOSES,
                        socket -> socket.getInputStream().read(),
                        "SSLException|SSLHandshakeException|SocketException"),
                afterwards("closes the connection: isClosed()", CLOSES, SSLSocket::isClosed, true),
                afterwards(
                        "closes the connection: getSession()",
                        CLOSES,
                        socket -> socket.getSession().getCipherSuite(),
                        "SSL_NULL_WITH_NULL_NULL"),
                afterwards(
                        "closes the connection: startHandshake()",
                        CLOSES,
                        socket -> {
                            socket.startHandshake();
                            return "returns";
                        },
                        "SSLException|SSLHandshakeException|SocketException"),
                begins("read", socket -> socket.getInputStream().read(), EOF),
                begins(
                        "write",
                        socket -> {
                            socket.getOutputStream().write(1);
                            return "returns";
                        },
                        EOF)));
    }

    private interface Use {
        @Nullable
        Object of(SSLSocket socket) throws Exception;
    }

    /** Connects a client to a peer that receives the client's hello and then acts. */
    private static SSLSocket connect(Subject s, Peer peer) throws Exception {
        ServerSocket listener = s.closing(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        ThreadKind.VIRTUAL.run(() -> {
            Socket socket = s.closing(listener.accept());
            byte[] header = socket.getInputStream().readNBytes(5);
            socket.getInputStream().readNBytes((header[3] & 0xff) << 8 | header[4] & 0xff);
            peer.act(socket);
        });
        SSLSocket socket = s.closing((SSLSocket) s.tested()
                .socketFactory(Credentials.ANONYMOUS)
                .createSocket(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
        socket.setSoTimeout((int) Task.HANG.toMillis());
        return socket;
    }

    private static Fact client(String name, Peer peer, String result) {
        return fact(
                "a server that " + name,
                s -> {
                    SSLSocket socket = connect(s, peer);
                    try {
                        socket.startHandshake();
                        return "returns";
                    } catch (IOException e) {
                        return Observed.withCause(e, EOFException.class);
                    }
                },
                result);
    }

    private static Fact afterwards(String name, Peer peer, Use use, Object result) {
        return fact(
                "after a server that " + name,
                s -> {
                    SSLSocket socket = connect(s, peer);
                    try {
                        socket.startHandshake();
                    } catch (IOException e) {
                        return use.of(socket);
                    }
                    return "the handshake succeeds";
                },
                result);
    }

    private static Fact begins(String name, Use use, String result) {
        return fact(
                "a server that closes the connection, the handshake begins with a " + name,
                s -> {
                    SSLSocket socket = connect(s, CLOSES);
                    try {
                        return use.of(socket);
                    } catch (IOException e) {
                        return Observed.withCause(e, EOFException.class);
                    }
                },
                result);
    }

    @TestFactory
    Stream<DynamicNode> ofServerHandshakes() {
        return Contract.ofOneEnd(List.of(
                server("closes the connection", CLOSES, EOF),
                server("speaks HTTP", says("GET / HTTP/1.0\r\n\r\n"), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                server("speaks SSH", says("SSH-2.0-OpenSSH_9.9\r\n"), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                server("sends zeros", sends(new byte[100]), "SSLException")
                        .ours("SSLException|SSLHandshakeException", ALL_HANDSHAKE),
                server(
                        "sends half a hello and closes the connection",
                        socket -> {
                            sendsHex("16 0301 0100 01 0000fc 0303").act(socket);
                            socket.close();
                        },
                        EOF),
                server("sends an alert", sendsHex("15 0303 0002 0228"), "SSLHandshakeException"),
                server(
                        "sends the hello of SSL 2 only",
                        sendsHex(
                                "802e 01 0002 0015 0000 0010 010080 020080 030080 040080 050080 060040 0700c0 00112233445566778899aabbccddeeff"),
                        "SSLHandshakeException|SSLException")));
    }

    private static Fact server(String name, Peer peer, String result) {
        return fact(
                "a client that " + name,
                s -> {
                    SSLServerSocket listener = s.listener();
                    Socket client = s.closing(new Socket(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
                    SSLSocket accepted = s.closing((SSLSocket) listener.accept());
                    accepted.setSoTimeout((int) Task.HANG.toMillis());
                    peer.act(client);
                    try {
                        accepted.startHandshake();
                        return "returns";
                    } catch (IOException e) {
                        return Observed.withCause(e, EOFException.class);
                    }
                },
                result);
    }

    /** The peer's TCP connection ends after the handshake. */
    @TestFactory
    Stream<DynamicNode> ofConnections() {
        return Contract.ofBothEnds(List.of(
                broken(
                                "FIN without close_notify: read",
                                Socket::shutdownOutput,
                                (tested, peer) -> tested.getInputStream().read(),
                                -1)
                        .factories("SSLException", TRUNCATED),
                broken(
                        "reset: read",
                        tcp -> {
                            tcp.setSoLinger(true, 0);
                            tcp.close();
                        },
                        (tested, peer) -> tested.getInputStream().read(),
                        "SocketException"),
                broken(
                        "reset: read again",
                        tcp -> {
                            tcp.setSoLinger(true, 0);
                            tcp.close();
                        },
                        (tested, peer) -> {
                            try {
                                return tested.getInputStream().read();
                            } catch (IOException e) {
                                return tested.getInputStream().read();
                            }
                        },
                        "SSLException|SocketException"),
                broken(
                        "a forged record: read",
                        tcp -> tcp.getOutputStream().write(HexFormat.of().parseHex("1703030020" + "00".repeat(32))),
                        (tested, peer) -> tested.getInputStream().read(),
                        "SSLException|SSLProtocolException|SSLHandshakeException")));
    }

    private interface Breaking {
        void of(Socket tcp) throws IOException;
    }

    private interface BrokenUse {
        @Nullable
        Object of(SSLSocket tested, SSLSocket peer) throws Exception;
    }

    /** The peer of the tested server is a client over a plain socket, which then misbehaves below TLS. */
    private static Fact broken(String name, Breaking breaking, BrokenUse use, Object result) {
        return fact(
                name,
                s -> {
                    Meeting meeting = s.asServer();
                    Meeting.Ends ends = meeting.established();
                    breaking.of(meeting.clientTcp());
                    return use.of(ends.server(), ends.client());
                },
                result);
    }
}
