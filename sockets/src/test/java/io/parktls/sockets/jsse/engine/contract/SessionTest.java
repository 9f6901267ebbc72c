package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.established;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.shared;
import static io.parktls.sockets.jsse.engine.contract.EngineFact.unused;

import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.Observed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The sessions of an engine before, during and after the handshake. */
final class SessionTest {
    private interface Use {
        @Nullable
        Object of(ExtendedSSLSession session) throws Exception;
    }

    private static EngineFact before(String name, Use use, @Nullable Object expected) {
        return unused(
                "before the handshake: " + name,
                session -> use.of((ExtendedSSLSession) session.engine().getSession()),
                expected);
    }

    private static EngineFact after(String name, Use use, @Nullable Object expected) {
        return shared(
                name, session -> use.of((ExtendedSSLSession) session.engine().getSession()), expected);
    }

    @TestFactory
    Stream<DynamicNode> beforeTheHandshake() {
        return EngineContract.ofBothRoles(List.of(
                before("the cipher suite", SSLSession::getCipherSuite, "SSL_NULL_WITH_NULL_NULL"),
                before("the protocol", SSLSession::getProtocol, "NONE"),
                before("it is not valid", SSLSession::isValid, false),
                before("the id", session -> session.getId().length, 0),
                before("getPeerCertificates()", SSLSession::getPeerCertificates, SSLPeerUnverifiedException.class),
                before("getPeerPrincipal()", SSLSession::getPeerPrincipal, SSLPeerUnverifiedException.class),
                before("getLocalCertificates()", SSLSession::getLocalCertificates, null),
                unused("getHandshakeSession()", session -> session.engine().getHandshakeSession(), null),
                unused(
                        "before the handshake: values",
                        session -> {
                            session.engine().getSession().putValue("name", "value");
                            return session.engine().getSession().getValue("name");
                        },
                        "value"),
                unused(
                        "a failed handshake leaves it",
                        session -> {
                            session.engine().closeOutbound();
                            session.pump();
                            return session.engine().getSession().getCipherSuite();
                        },
                        "SSL_NULL_WITH_NULL_NULL")));
    }

    @TestFactory
    Stream<DynamicNode> afterTheHandshake() {
        return EngineContract.ofBothRoles(List.of(
                fact(
                        "the protocol",
                        s -> s.sharedSession()
                                .engine()
                                .getSession()
                                .getProtocol()
                                .equals(s.version()),
                        true),
                shared(
                        "the cipher suite is the peer's",
                        session -> session.engine()
                                .getSession()
                                .getCipherSuite()
                                .equals(session.peer().engine.getSession().getCipherSuite()),
                        true),
                after("it is valid", SSLSession::isValid, true),
                after("the peer's host", SSLSession::getPeerHost, EnginePair.HOST)
                        .as(Role.CLIENT),
                shared(
                                "the peer's port is the engine's",
                                session -> session.engine().getSession().getPeerPort()
                                                == session.engine().getPeerPort()
                                        && session.engine().getPeerPort() > 0,
                                true)
                        .as(Role.CLIENT),
                after("the peer's host", SSLSession::getPeerHost, null).as(Role.SERVER),
                after("the peer's port", SSLSession::getPeerPort, -1).as(Role.SERVER),
                after(
                                "the peer's certificates",
                                session -> Arrays.asList(session.getPeerCertificates())
                                        .equals(Credentials.SERVER
                                                .identities()
                                                .getFirst()
                                                .chain()),
                                true)
                        .as(Role.CLIENT),
                after("the peer's name", session -> session.getPeerPrincipal().getName(), "CN=test server")
                        .as(Role.CLIENT),
                after("the peer's certificates", SSLSession::getPeerCertificates, SSLPeerUnverifiedException.class)
                        .as(Role.SERVER),
                after("the own certificates", SSLSession::getLocalCertificates, null)
                        .as(Role.CLIENT),
                after(
                                "the own certificates",
                                session -> Arrays.asList(session.getLocalCertificates())
                                        .equals(Credentials.SERVER
                                                .identities()
                                                .getFirst()
                                                .chain()),
                                true)
                        .as(Role.SERVER),
                after(
                        "the server's name",
                        session -> session.getRequestedServerNames().size(),
                        1),
                after(
                        "the creation is in this hour",
                        session -> Math.abs(System.currentTimeMillis() - session.getCreationTime()) < 3_600_000,
                        true),
                after("the context", session -> session.getSessionContext() != null, true),
                shared(
                        "it is the same one each time",
                        session -> session.engine()
                                .getSession()
                                .equals(session.engine().getSession()),
                        true),
                shared(
                        "values",
                        session -> {
                            SSLSession tested = session.engine().getSession();
                            tested.putValue("name", "value");
                            Object value = session.engine().getSession().getValue("name");
                            String names =
                                    Observed.text(session.engine().getSession().getValueNames());
                            tested.removeValue("name");
                            return value + " " + names + " " + tested.getValue("name");
                        },
                        "value [name] null"),
                shared("getHandshakeSession()", session -> session.engine().getHandshakeSession(), null),
                established(
                        "invalidate() leaves the connection",
                        session -> {
                            session.engine().getSession().invalidate();
                            return session.sendAndReceive("data") + " "
                                    + session.engine().getSession().isValid();
                        },
                        "data false"),
                established(
                        "it is another one than before the handshake",
                        session ->
                                session.engine().getSession().getCipherSuite().startsWith("TLS_"),
                        true)));
    }

    /** A session of the handshake is there while a task runs, and gone afterwards. */
    @TestFactory
    Stream<DynamicNode> duringTheHandshake() {
        return EngineContract.ofBothRoles(List.of(
                fact(
                        "getHandshakeSession() of a manager",
                        s -> {
                            List<String> seen = new ArrayList<>();
                            RecordingManagers recording = new RecordingManagers();
                            EnginePair pair = s.pair()
                                    .clientHas(Credentials.CLIENT.with(recording.trust()))
                                    .serverHas(Credentials.SERVER.with(recording.trust()))
                                    .server(engine -> engine.setNeedClientAuth(true));
                            EngineSession session = pair.established();
                            recording.calls.stream()
                                    .filter(call -> call.engine() == session.engine())
                                    .forEach(call -> seen.add(call.session()));
                            return seen.equals(List.of(s.version() + " [example.test]"));
                        },
                        true),
                unused(
                        "getSession() is the one before until the handshake is over",
                        session -> {
                            session.begin();
                            session.client().step();
                            session.server().step();
                            return session.engine().getSession().getCipherSuite();
                        },
                        "SSL_NULL_WITH_NULL_NULL")));
    }
}
