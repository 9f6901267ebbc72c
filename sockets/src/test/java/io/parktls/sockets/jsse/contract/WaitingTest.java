package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Established.established;
import static io.parktls.sockets.jsse.contract.Established.receive;
import static io.parktls.sockets.jsse.contract.Established.send;
import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.Fact.refused;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Timeouts, interrupts and urgent data. */
final class WaitingTest {
    @TestFactory
    Stream<DynamicNode> waiting() {
        return Contract.ofEachEnd(List.of(
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
