package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineContract.TLS12;
import static io.parktls.sockets.jsse.engine.contract.EngineContract.TLS13;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The statuses of a handshake, and the calls that begin one. */
final class HandshakeTest {
    private static final String ONCE = "a ticket is no handshake, and callers act on each FINISHED";
    private static final String KEY_SHARES = "making the client's key shares is a computation, so it is a task";
    private static final String NO_RENEGOTIATION = "ParkTLS does not renegotiate";

    @TestFactory
    Stream<DynamicNode> beginnings() {
        return EngineContract.ofBothRoles(List.of(
                unused("before: the status", session -> session.engine().getHandshakeStatus(), "NOT_HANDSHAKING"),
                unused(
                                "beginHandshake()",
                                session -> {
                                    session.engine().beginHandshake();
                                    return session.engine().getHandshakeStatus();
                                },
                                "NEED_WRAP")
                        .as(Role.CLIENT),
                unused(
                                "beginHandshake()",
                                session -> {
                                    session.engine().beginHandshake();
                                    return session.engine().getHandshakeStatus();
                                },
                                "NEED_UNWRAP")
                        .as(Role.SERVER),
                unused(
                        "beginHandshake() twice",
                        session -> {
                            session.engine().beginHandshake();
                            return session.handshake().sendAndReceive("data");
                        },
                        "data"),
                unused(
                        "beginHandshake() amid the handshake",
                        session -> {
                            session.begin();
                            for (int steps = 0; steps < 2; steps++) {
                                session.client().step();
                                session.server().step();
                                session.engine().beginHandshake();
                            }
                            session.pump();
                            return session.sendAndReceive("data");
                        },
                        "data"),
                unused(
                                "wrap begins the handshake",
                                session -> {
                                    boolean hello = session.tested().wrap().bytesProduced() > 0;
                                    return hello + " " + session.engine().getHandshakeStatus();
                                },
                                "true NEED_UNWRAP")
                        .ours("false NEED_TASK", KEY_SHARES)
                        .as(Role.CLIENT),
                unused(
                                "wrap begins the handshake",
                                session -> CheckedCalls.text(session.tested().wrap()) + " "
                                        + session.engine().getHandshakeStatus(),
                                "OK 0 0 NEED_UNWRAP")
                        .as(Role.SERVER),
                unused(
                                "unwrap begins the handshake",
                                session -> {
                                    session.tested().arrive(new byte[] {0x16, 3, 3});
                                    return CheckedCalls.text(session.tested().unwrap()) + " "
                                            + session.engine().getHandshakeStatus();
                                },
                                "OK 0 0 NEED_WRAP")
                        .as(Role.CLIENT),
                unused(
                                "unwrap begins the handshake",
                                session -> CheckedCalls.text(session.tested().unwrap()) + " "
                                        + session.engine().getHandshakeStatus(),
                                "BUFFER_UNDERFLOW 0 0 NEED_UNWRAP")
                        .as(Role.SERVER),
                unused(
                        "without beginHandshake()",
                        session -> {
                            session.client().wrap();
                            session.pump();
                            return session.sendAndReceive("data");
                        },
                        "data"),
                unused(
                        "data is not taken before the handshake is over",
                        session -> {
                            session.begin();
                            ByteBuffer data = ByteBuffer.allocate(100);
                            while (session.tested().count(HandshakeStatus.FINISHED) == 0) {
                                if (session.engine().getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                                    session.tested().wrap(data);
                                } else {
                                    session.tested().step();
                                }
                                session.peer().step();
                            }
                            return data.position();
                        },
                        0)));
    }

    @TestFactory
    Stream<DynamicNode> ends() {
        return EngineContract.ofAllPairs(List.of(
                established(
                                "FINISHED is reported once",
                                session -> session.tested().count(HandshakeStatus.FINISHED),
                                "1|2")
                        .ours(1, ONCE)
                        .as(Role.CLIENT),
                established(
                                "FINISHED is reported once",
                                session -> session.tested().count(HandshakeStatus.FINISHED),
                                1)
                        .as(Role.SERVER),
                shared(
                        "afterwards the status is NOT_HANDSHAKING",
                        session -> session.engine().getHandshakeStatus(),
                        "NOT_HANDSHAKING"),
                shared(
                        "results after the handshake are NOT_HANDSHAKING",
                        session -> {
                            session.sendAndReceive("request");
                            HandshakeStatus wrapped = session.tested().last().getHandshakeStatus();
                            session.reply("reply");
                            return wrapped + " " + session.tested().last().getHandshakeStatus();
                        },
                        "NOT_HANDSHAKING NOT_HANDSHAKING"),
                shared("data to the peer", session -> session.sendAndReceive("request"), "request"),
                shared("data from the peer", session -> session.reply("reply"), "reply"),
                shared("there is no task", session -> session.engine().getDelegatedTask(), null)));
    }

    /** In TLS 1.3 the JDK updates its keys (RFC 8446 4.6.3); a provider may also do nothing. */
    @TestFactory
    Stream<DynamicNode> again() {
        return EngineContract.ofAllPairs(List.of(
                established(
                                "beginHandshake() after the handshake",
                                session -> {
                                    session.engine().beginHandshake();
                                    session.pump();
                                    return session.sendAndReceive("request") + " " + session.reply("reply");
                                },
                                "request reply")
                        .in(TLS13),
                established(
                                "the peer's beginHandshake() after the handshake",
                                session -> {
                                    session.peer().engine.beginHandshake();
                                    session.pump();
                                    return session.sendAndReceive("request") + " " + session.reply("reply");
                                },
                                "request reply")
                        .in(TLS13),
                established(
                                "key updates of the peer amid data",
                                session -> {
                                    StringBuilder received = new StringBuilder();
                                    for (int i = 0; i < 10; i++) {
                                        session.peer().engine.beginHandshake();
                                        session.peer().step();
                                        session.peer().send("reply" + i);
                                        session.tested().send("request" + i);
                                        session.pump();
                                        received.append(session.tested().received())
                                                .append(session.peer().received());
                                    }
                                    return received.toString().endsWith("reply9request9") + " " + received.length();
                                },
                                "true 140")
                        .in(TLS13),
                established(
                                "beginHandshake() after the handshake",
                                session -> {
                                    session.engine().beginHandshake();
                                    session.pump();
                                    return session.sendAndReceive("request") + " " + session.reply("reply");
                                },
                                "request reply")
                        .ours("SSLException|SSLHandshakeException|UnsupportedOperationException", NO_RENEGOTIATION)
                        .in(TLS12),
                established(
                                "the peer's beginHandshake() after the handshake",
                                session -> {
                                    try {
                                        session.peer().engine.beginHandshake();
                                    } catch (SSLException e) {
                                        return "the peer does not begin one";
                                    }
                                    session.pump();
                                    if (session.tested().failure() == null
                                            && session.peer().failure() == null) {
                                        return session.sendAndReceive("request") + " " + session.reply("reply");
                                    }
                                    session.engine().closeOutbound();
                                    return "refused, " + ClosingTest.wrapsToTheEnd(session.tested());
                                },
                                "request reply")
                        .ours("refused, CLOSED|the peer does not begin one", NO_RENEGOTIATION)
                        .in(TLS12),
                established(
                                "a refused beginHandshake() leaves the connection",
                                session -> {
                                    try {
                                        session.engine().beginHandshake();
                                        session.pump();
                                    } catch (SSLException | UnsupportedOperationException e) {
                                        // As in the fact above.
                                    }
                                    return session.sendAndReceive("request") + " " + session.reply("reply");
                                },
                                "request reply")
                        .in(TLS12)));
    }
}
