package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineContract.TLS12;
import static io.parktls.sockets.jsse.engine.contract.EngineContract.TLS13;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The end of the own direction, of the peer's and of both. */
final class ClosingTest {
    private static final int MOST_WRAPS = 10;

    /** Returns whether each direction is done. */
    private static String done(End end) {
        return "in " + end.engine.isInboundDone() + ", out " + end.engine.isOutboundDone();
    }

    /** Wraps until there is nothing more, and returns whether there was something. */
    static String wrapsToTheEnd(End end) throws SSLException {
        boolean produced = false;
        for (int i = 0; i < MOST_WRAPS; i++) {
            SSLEngineResult result = end.wrap();
            produced |= result.bytesProduced() > 0;
            if (result.getStatus() == Status.CLOSED && result.bytesProduced() == 0) {
                return produced ? "something, then CLOSED" : "CLOSED";
            }
        }
        return "does not come to an end";
    }

    @TestFactory
    Stream<DynamicNode> closeOutbound() {
        return EngineContract.ofBothRoles(List.of(
                established(
                        "the status",
                        session -> {
                            session.engine().closeOutbound();
                            return session.engine().getHandshakeStatus() + ", " + done(session.tested());
                        },
                        "NEED_WRAP, in false, out false"),
                established(
                        "wrap gives close_notify and is CLOSED",
                        session -> {
                            session.engine().closeOutbound();
                            SSLEngineResult result = session.tested().wrap();
                            return result.getStatus() + " " + (result.bytesProduced() > 0) + ", "
                                    + done(session.tested());
                        },
                        "CLOSED true, in false, out true"),
                established(
                        "then wrap is CLOSED without bytes",
                        session -> {
                            session.engine().closeOutbound();
                            session.tested().wrap();
                            return CheckedCalls.text(session.tested().wrap()) + ", "
                                    + CheckedCalls.text(session.tested().wrap());
                        },
                        "CLOSED 0 0, CLOSED 0 0"),
                established(
                        "wrap takes no data",
                        session -> {
                            session.engine().closeOutbound();
                            ByteBuffer data = ByteBuffer.allocate(10);
                            session.tested().wrap(data);
                            session.tested().wrap(data);
                            session.pump();
                            return data.position() + session.peer().received();
                        },
                        "0"),
                established(
                        "twice, close_notify is sent once",
                        session -> {
                            session.engine().closeOutbound();
                            session.engine().closeOutbound();
                            session.tested().wrap();
                            session.engine().closeOutbound();
                            return CheckedCalls.text(session.tested().wrap());
                        },
                        "CLOSED 0 0"),
                established(
                        "the peer's unwrap is CLOSED",
                        session -> {
                            session.peer().engine.closeOutbound();
                            session.peer().wrap();
                            SSLEngineResult result = session.tested().unwrap();
                            return result.getStatus() + " " + (result.bytesConsumed() > 0) + " "
                                    + result.bytesProduced() + " "
                                    + session.engine().isInboundDone();
                        },
                        "CLOSED true 0 true"),
                established(
                        "data before it in the same buffer",
                        session -> {
                            session.peer().send("last");
                            session.peer().engine.closeOutbound();
                            session.peer().wrap();
                            Status first = session.tested().unwrap().getStatus();
                            Status second = session.tested().unwrap().getStatus();
                            return first + " " + session.tested().received() + " " + second;
                        },
                        "OK last CLOSED"),
                established(
                        "the peer's data still arrives",
                        session -> {
                            session.engine().closeOutbound();
                            session.tested().wrap();
                            session.tested().arrive(session.peer().records("on its way"));
                            session.tested().unwrap();
                            return session.tested().received();
                        },
                        "on its way"),
                established(
                        "both at once",
                        session -> {
                            session.engine().closeOutbound();
                            session.peer().engine.closeOutbound();
                            session.pump();
                            return done(session.tested()) + ", "
                                    + session.engine().getHandshakeStatus();
                        },
                        "in true, out true, NOT_HANDSHAKING"),
                established(
                        "one after the other",
                        session -> {
                            session.engine().closeOutbound();
                            session.pump();
                            session.peer().engine.closeOutbound();
                            session.pump();
                            return done(session.tested()) + ", " + done(session.peer()) + ", "
                                    + session.engine().getHandshakeStatus();
                        },
                        "in true, out true, in true, out true, NOT_HANDSHAKING"),
                unused(
                        "before the handshake",
                        session -> {
                            session.engine().closeOutbound();
                            return wrapsToTheEnd(session.tested()) + ", "
                                    + session.engine().isOutboundDone();
                        },
                        "CLOSED, true|something, then CLOSED, true"),
                unused(
                        "before the handshake: unwrap then takes nothing",
                        session -> {
                            session.engine().closeOutbound();
                            wrapsToTheEnd(session.tested());
                            SSLEngineResult result = session.tested().unwrap();
                            return result.bytesConsumed() + " " + result.bytesProduced();
                        },
                        "0 0"),
                unused(
                        "amid the handshake",
                        session -> {
                            session.begin();
                            session.client().step();
                            session.server().step();
                            session.engine().closeOutbound();
                            return wrapsToTheEnd(session.tested()) + ", "
                                    + session.engine().isOutboundDone();
                        },
                        "something, then CLOSED, true"),
                unused(
                        "amid the handshake: the peer does not succeed",
                        session -> {
                            session.begin();
                            session.client().step();
                            session.server().step();
                            session.engine().closeOutbound();
                            wrapsToTheEnd(session.tested());
                            session.pump();
                            boolean ended = session.peer().failure() != null
                                    || session.peer().engine.isInboundDone();
                            return ended + " " + session.peer().count(HandshakeStatus.FINISHED);
                        },
                        "true 0")));
    }

    @TestFactory
    Stream<DynamicNode> closeInbound() {
        return EngineContract.ofBothRoles(List.of(
                established("without close_notify", session -> closeInbound(session.tested()), "SSLException"),
                established(
                        "without close_notify: the inbound is done",
                        session -> {
                            closeInbound(session.tested());
                            return session.engine().isInboundDone();
                        },
                        true),
                established(
                        "without close_notify, twice",
                        session -> {
                            closeInbound(session.tested());
                            return closeInbound(session.tested());
                        },
                        "returns"),
                established(
                        "without close_notify: unwrap is CLOSED",
                        session -> {
                            closeInbound(session.tested());
                            session.tested().arrive(session.peer().records("late"));
                            return CheckedCalls.text(session.tested().unwrap());
                        },
                        "CLOSED 0 0"),
                established(
                        "without close_notify: the outbound can be closed",
                        session -> {
                            closeInbound(session.tested());
                            session.engine().closeOutbound();
                            return wrapsToTheEnd(session.tested()) + ", " + done(session.tested());
                        },
                        "something, then CLOSED, in true, out true"),
                established(
                        "after close_notify",
                        session -> {
                            closeOutbound(session.peer());
                            session.tested().unwrap();
                            return closeInbound(session.tested()) + " "
                                    + session.engine().isInboundDone();
                        },
                        "returns true"),
                established(
                        "with close_notify that has not been unwrapped",
                        session -> {
                            closeOutbound(session.peer());
                            return closeInbound(session.tested());
                        },
                        "SSLException"),
                unused("before the handshake", session -> closeInbound(session.tested()), "returns"),
                unused(
                        "before the handshake: the inbound is done",
                        session -> {
                            closeInbound(session.tested());
                            return session.engine().isInboundDone();
                        },
                        true),
                unused(
                        "amid the handshake",
                        session -> {
                            session.begin();
                            session.client().step();
                            session.server().step();
                            return closeInbound(session.tested());
                        },
                        "SSLException"),
                unused(
                        "amid the handshake: wrap comes to an end",
                        session -> {
                            session.begin();
                            session.client().step();
                            session.server().step();
                            closeInbound(session.tested());
                            session.engine().closeOutbound();
                            return wrapsToTheEnd(session.tested()).endsWith("CLOSED") + " "
                                    + session.engine().isOutboundDone();
                        },
                        "true true")));
    }

    private static String closeInbound(End end) {
        try {
            end.engine.closeInbound();
            return "returns";
        } catch (SSLException e) {
            return "SSLException";
        }
    }

    private static void closeOutbound(End end) throws SSLException {
        end.engine.closeOutbound();
        end.wrap();
    }

    @TestFactory
    Stream<DynamicNode> closeNotify() {
        return EngineContract.ofAllPairs(List.of(
                established(
                        "unwrap after it is CLOSED and takes nothing",
                        session -> {
                            closeOutbound(session.peer());
                            session.tested().unwrap();
                            session.tested().arrive(new byte[] {0x17, 3, 3, 0, 1, 0});
                            return CheckedCalls.text(session.tested().unwrap());
                        },
                        "CLOSED 0 0"),
                established(
                                "it leaves the own direction open",
                                session -> {
                                    closeOutbound(session.peer());
                                    SSLEngineResult result = session.tested().unwrap();
                                    return result.getHandshakeStatus() + ", " + done(session.tested());
                                },
                                "NOT_HANDSHAKING, in true, out false")
                        .in(TLS13),
                established(
                                "data can be sent after it",
                                session -> {
                                    closeOutbound(session.peer());
                                    session.tested().unwrap();
                                    return session.sendAndReceive("request") + session.sendAndReceive("again");
                                },
                                "requestagain")
                        .in(TLS13),
                established(
                                "after it and data, the own direction is closed",
                                session -> {
                                    closeOutbound(session.peer());
                                    session.tested().unwrap();
                                    session.tested().send("request");
                                    closeOutbound(session.tested());
                                    session.pump();
                                    return session.peer().received() + ", " + done(session.tested()) + ", "
                                            + done(session.peer());
                                },
                                "request, in true, out true, in true, out true")
                        .in(TLS13),
                established(
                                "it is answered (RFC 5246 7.2.1)",
                                session -> {
                                    closeOutbound(session.peer());
                                    HandshakeStatus status =
                                            session.tested().unwrap().getHandshakeStatus();
                                    SSLEngineResult answer = session.tested().wrap();
                                    return status + " " + answer.getStatus() + " " + (answer.bytesProduced() > 0) + ", "
                                            + done(session.tested());
                                },
                                "NEED_WRAP CLOSED true, in true, out true")
                        .in(TLS12),
                established(
                                "no data can be sent after it",
                                session -> {
                                    closeOutbound(session.peer());
                                    session.tested().unwrap();
                                    ByteBuffer data = ByteBuffer.allocate(10);
                                    session.tested().wrap(data);
                                    session.tested().wrap(data);
                                    return data.position();
                                },
                                0)
                        .in(TLS12),
                established(
                        "closeOutbound() after it comes to an end",
                        session -> {
                            closeOutbound(session.peer());
                            session.tested().unwrap();
                            session.engine().closeOutbound();
                            return wrapsToTheEnd(session.tested()) + ", " + done(session.tested()) + ", "
                                    + session.engine().getHandshakeStatus();
                        },
                        "something, then CLOSED, in true, out true, NOT_HANDSHAKING"),
                established(
                        "byte by byte",
                        session -> {
                            session.tested().receiveInPieces(1);
                            closeOutbound(session.peer());
                            session.pump();
                            return session.engine().isInboundDone();
                        },
                        true),
                established(
                        "the session stays",
                        session -> {
                            closeOutbound(session.peer());
                            session.pump();
                            session.engine().closeOutbound();
                            session.pump();
                            return session.engine()
                                    .getSession()
                                    .getCipherSuite()
                                    .startsWith("TLS_");
                        },
                        true)));
    }
}
