package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Established.established;
import static io.parktls.sockets.jsse.contract.Established.receive;
import static io.parktls.sockets.jsse.contract.Established.send;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Reading and writing after the handshake. */
final class StreamsTest {
    @TestFactory
    Stream<DynamicNode> arguments() {
        return Contract.ofEachEnd(List.of(
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
}
