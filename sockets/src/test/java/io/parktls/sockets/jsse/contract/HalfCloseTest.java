package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Contract.TLS12;
import static io.parktls.sockets.jsse.contract.Contract.TLS13;
import static io.parktls.sockets.jsse.contract.Established.established;
import static io.parktls.sockets.jsse.contract.Established.receive;
import static io.parktls.sockets.jsse.contract.Established.send;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Closing one direction of a socket. */
final class HalfCloseTest {
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
}
