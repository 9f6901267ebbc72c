package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;

import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The statuses of a handshake. */
final class HandshakeTest {
    @TestFactory
    Stream<DynamicNode> handshakes() {
        return EngineContract.ofBothRoles(List.of(
                established(
                        "FINISHED is reported once", session -> session.tested().count(HandshakeStatus.FINISHED), 1),
                established(
                        "afterwards the status is NOT_HANDSHAKING",
                        session -> session.engine().getHandshakeStatus(),
                        "NOT_HANDSHAKING"),
                established("data to the peer", session -> session.sendAndReceive("request"), "request"),
                established("data from the peer", session -> session.reply("reply"), "reply")));
    }
}
