package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineContract.TLS13;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The messages after a handshake of TLS 1.3: tickets of the server (RFC 8446 4.6.1), and updates of keys (4.6.3). */
final class TicketsTest {
    private static final String ONCE = "a ticket is no handshake, and callers act on each FINISHED";

    @TestFactory
    Stream<DynamicNode> tickets() {
        return EngineContract.ofAllPairs(List.of(
                unused(
                                "a client takes them without data",
                                session -> {
                                    byte[] tickets = tickets(session);
                                    session.tested().arrive(tickets);
                                    int consumed = 0;
                                    while (consumed < tickets.length) {
                                        SSLEngineResult result =
                                                session.tested().unwrap();
                                        if (result.getStatus() != Status.OK
                                                || result.bytesConsumed() == 0
                                                || result.bytesProduced() > 0) {
                                            return result;
                                        }
                                        consumed += result.bytesConsumed();
                                    }
                                    return "OK";
                                },
                                "OK")
                        .as(Role.CLIENT)
                        .in(TLS13),
                unused(
                                "a client has nothing to do after them",
                                session -> {
                                    session.tested().arrive(tickets(session));
                                    session.pump();
                                    return session.engine().getHandshakeStatus();
                                },
                                "NOT_HANDSHAKING")
                        .as(Role.CLIENT)
                        .in(TLS13),
                unused(
                                "the result of a ticket",
                                session -> {
                                    byte[] tickets = tickets(session);
                                    if (tickets.length == 0) {
                                        return "no ticket";
                                    }
                                    session.tested().arrive(tickets);
                                    return session.tested().unwrap().getHandshakeStatus();
                                },
                                "FINISHED|NOT_HANDSHAKING|no ticket")
                        .ours("NOT_HANDSHAKING|no ticket", ONCE)
                        .as(Role.CLIENT)
                        .in(TLS13),
                unused(
                                "a client may send before it has read them",
                                session -> {
                                    byte[] tickets = tickets(session);
                                    String sent = session.sendAndReceive("request");
                                    session.tested().arrive(tickets);
                                    return sent + " " + session.reply("reply");
                                },
                                "request reply")
                        .as(Role.CLIENT)
                        .in(TLS13),
                unused(
                                "a server has sent them when it reports FINISHED",
                                session -> {
                                    session.begin();
                                    while (session.tested().count(HandshakeStatus.FINISHED) == 0) {
                                        session.tested().step();
                                        session.peer().step();
                                    }
                                    return session.engine().getHandshakeStatus();
                                },
                                "NOT_HANDSHAKING")
                        .as(Role.SERVER)
                        .in(TLS13),
                unused("a server that has sent no data has sent them", session -> tickets(session).length > 0, true)
                        .as(Role.SERVER)
                        .in(TLS13),
                unused(
                                "a server that is closed before it has sent them",
                                session -> {
                                    session.begin();
                                    while (session.client().count(HandshakeStatus.FINISHED) == 0) {
                                        session.client().step();
                                        if (session.client().count(HandshakeStatus.FINISHED) == 0) {
                                            session.server().step();
                                        }
                                    }
                                    while (session.engine().getHandshakeStatus() != HandshakeStatus.NEED_WRAP) {
                                        session.server().step();
                                    }
                                    session.engine().closeOutbound();
                                    session.pump();
                                    return session.engine().isOutboundDone() + " "
                                            + session.client().engine.isInboundDone();
                                },
                                "true true")
                        .as(Role.SERVER)
                        .in(TLS13),
                unused(
                                "a server that sends at once",
                                session -> {
                                    session.begin();
                                    while (session.tested().count(HandshakeStatus.FINISHED) == 0) {
                                        session.tested().step();
                                        session.peer().step();
                                    }
                                    ByteBuffer data = ByteBuffer.wrap(new byte[] {'x'});
                                    while (data.hasRemaining()) {
                                        session.tested().wrap(data);
                                    }
                                    session.pump();
                                    return session.peer().received();
                                },
                                "x")
                        .as(Role.SERVER)
                        .in(TLS13)));
    }

    /** Performs the handshake, and returns what the server sends after its FINISHED without the client having read it. */
    private static byte[] tickets(EngineSession session) throws Exception {
        session.begin();
        while (session.client().count(HandshakeStatus.FINISHED) == 0) {
            session.client().step();
            if (session.client().count(HandshakeStatus.FINISHED) == 0) {
                session.server().step();
            }
        }
        while (session.server().step()) {
            // The server reads the client's Finished and sends its tickets.
        }
        return session.client().intercept();
    }

    /** An end of the JDK updates its keys when {@code beginHandshake()} is called; an end of another one need not. */
    @TestFactory
    Stream<DynamicNode> keyUpdates() {
        return EngineContract.ofAllPairs(List.of(
                established(
                                "an update of the peer gives no data",
                                session -> {
                                    session.peer().engine.beginHandshake();
                                    session.pump();
                                    return session.tested().received()
                                            + session.engine().getHandshakeStatus();
                                },
                                "NOT_HANDSHAKING")
                        .in(TLS13),
                established(
                                "updates of both ends that cross",
                                session -> {
                                    session.peer().engine.beginHandshake();
                                    session.engine().beginHandshake();
                                    session.pump();
                                    return session.sendAndReceive("request") + " " + session.reply("reply");
                                },
                                "request reply")
                        .in(TLS13),
                established(
                                "an update of the peer, then only the peer sends",
                                session -> {
                                    StringBuilder received = new StringBuilder();
                                    for (int i = 0; i < 5; i++) {
                                        session.peer().engine.beginHandshake();
                                        session.peer().step();
                                        session.peer().send("x");
                                        session.tested().unwrap();
                                        session.tested().unwrap();
                                        session.pump();
                                        received.append(session.tested().received());
                                    }
                                    return received;
                                },
                                "xxxxx")
                        .in(TLS13),
                established(
                                "an update of the peer after the own close_notify",
                                session -> {
                                    session.engine().closeOutbound();
                                    session.tested().wrap();
                                    session.peer().engine.beginHandshake();
                                    session.peer().step();
                                    session.peer().send("x");
                                    session.pump();
                                    return session.tested().received();
                                },
                                "x")
                        .in(TLS13)));
    }

    /** A second connection to the same host and port, which may resume the session of the first one. */
    @TestFactory
    Stream<DynamicNode> secondConnections() {
        return EngineContract.ofAllPairs(List.of(
                again(
                        "data both ways",
                        session -> session.sendAndReceive("request") + " " + session.reply("reply"),
                        "request reply"),
                again("FINISHED is reported once", session -> session.tested().count(HandshakeStatus.FINISHED), "1|2")
                        .ours(1, ONCE)
                        .as(Role.CLIENT),
                again("FINISHED is reported once", session -> session.tested().count(HandshakeStatus.FINISHED), 1)
                        .as(Role.SERVER),
                again(
                                "the peer's certificate",
                                session -> session.engine()
                                        .getSession()
                                        .getPeerPrincipal()
                                        .getName(),
                                "CN=test server")
                        .as(Role.CLIENT),
                again("the status afterwards", session -> session.engine().getHandshakeStatus(), "NOT_HANDSHAKING"),
                again(
                        "the server's name",
                        session -> ((ExtendedSSLSession) session.server().engine.getSession())
                                .getRequestedServerNames()
                                .size(),
                        1)));
    }

    /** A session of the first connection to a host and port is resumed by the second one, which then has its values. */
    @TestFactory
    Stream<DynamicNode> resumption() {
        return EngineContract.ofAllPairs(List.of(
                EngineFact.fact(
                                "an engine resumes",
                                s -> {
                                    EnginePair first = s.pair();
                                    EngineSession session = first.established();
                                    session.engine().getSession().putValue("name", "value");
                                    return s.pair()
                                            .port(first.port())
                                            .established()
                                            .engine()
                                            .getSession()
                                            .getValue("name");
                                },
                                "value")
                        .as(Role.CLIENT),
                EngineFact.fact(
                                "an engine without a host and a port does not",
                                s -> {
                                    EngineSession first = s.pair().unknownHost().established();
                                    first.engine().getSession().putValue("name", "value");
                                    EngineSession second =
                                            s.pair().unknownHost().established();
                                    return second.engine().getSession().getValue("name");
                                },
                                null)
                        .as(Role.CLIENT)));
    }

    private static EngineFact again(String name, EngineFact.Check check, Object expected) {
        return EngineFact.fact(
                "the second connection: " + name,
                s -> check.of(s.once("second connection", () -> {
                    EnginePair first = s.pair();
                    EngineSession session = first.established();
                    session.sendAndReceive("request");
                    session.reply("reply");
                    session.engine().closeOutbound();
                    session.peer().engine.closeOutbound();
                    session.pump();
                    return s.pair().port(first.port()).established();
                })),
                expected);
    }
}
