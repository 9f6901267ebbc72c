package io.parktls.sockets.jsse.engine.contract;

import static io.parktls.sockets.jsse.engine.contract.EngineFact.fact;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.sockets.jsse.contract.Credentials;
import io.parktls.sockets.jsse.contract.FixedKeyManager;
import io.parktls.sockets.jsse.contract.PlainKeyManager;
import io.parktls.sockets.jsse.contract.PlainTrustManager;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The calls of managers with the engine, and the authentication of clients. */
final class ManagersTest {
    /** An observation of the calls, after the handshake. */
    private interface Calls {
        @Nullable
        Object of(RecordingManagers recording, EngineSession session) throws Exception;
    }

    /** Both ends have a certificate, and the managers of the tested one record their calls. */
    private static EngineFact calls(String name, Calls calls, @Nullable Object expected) {
        return fact(
                name,
                s -> {
                    Recorded recorded = s.once(Recorded.class, () -> record(s));
                    return calls.of(recorded.managers(), recorded.session());
                },
                expected);
    }

    /** A session after its handshake, and the calls of the managers of the tested end. */
    private record Recorded(RecordingManagers managers, EngineSession session) {}

    private static Recorded record(EngineSubject s) throws Exception {
        RecordingManagers recording = new RecordingManagers();
        Credentials own = s.isClient() ? Credentials.CLIENT : Credentials.SERVER;
        Credentials tested = own.with(recording.keys(own)).with(recording.trust());
        EnginePair pair = s.pair().server(engine -> engine.setNeedClientAuth(true));
        pair = s.isClient()
                ? pair.clientHas(tested)
                : pair.clientHas(Credentials.CLIENT).serverHas(tested);
        return new Recorded(recording, pair.established());
    }

    private static EngineFact engineOf(String method) {
        return calls(
                method + " gets the engine",
                (recording, session) -> recording.first(method).engine() == session.engine(),
                true);
    }

    private static EngineFact sessionOf(String method, Role role) {
        return calls(
                        method + " sees the handshake's session",
                        (recording, session) -> recording
                                .first(method)
                                .session()
                                .equals(session.engine().getSession().getProtocol() + " [example.test]"),
                        true)
                .as(role);
    }

    @TestFactory
    Stream<DynamicNode> managers() {
        return EngineContract.ofBothRoles(List.of(
                engineOf("chooseEngineClientAlias").as(Role.CLIENT),
                engineOf("chooseEngineServerAlias").as(Role.SERVER),
                engineOf("checkServerTrusted with engine").as(Role.CLIENT),
                engineOf("checkClientTrusted with engine").as(Role.SERVER),
                sessionOf("checkServerTrusted with engine", Role.CLIENT),
                sessionOf("chooseEngineServerAlias", Role.SERVER),
                sessionOf("checkClientTrusted with engine", Role.SERVER),
                calls(
                        "methods for sockets are not called",
                        (recording, session) -> recording.methods().stream()
                                .filter(method -> method.contains("socket")
                                        || method.equals("chooseClientAlias")
                                        || method.equals("chooseServerAlias"))
                                .toList(),
                        "[]"),
                calls(
                        "the chain is verified once",
                        (recording, session) -> recording.methods().stream()
                                .filter(method -> method.startsWith("check"))
                                .count(),
                        1),
                calls(
                        "afterwards there is no session of the handshake",
                        (recording, session) -> session.engine().getHandshakeSession(),
                        null)));
    }

    private static EngineFact failure(
            String name, Credentials client, Credentials server, String host, @Nullable Object expected) {
        return fact(
                name,
                s -> s.pair()
                        .clientHas(client)
                        .serverHas(server)
                        .host(host)
                        .clientParameters(p -> p.setEndpointIdentificationAlgorithm("HTTPS"))
                        .attempted()
                        .tested()
                        .failure(),
                expected);
    }

    /** Managers without the methods for engines: extended ones choose nothing by default. */
    @TestFactory
    Stream<DynamicNode> otherManagers() {
        Credentials client = Credentials.ANONYMOUS;
        Credentials server = Credentials.SERVER;
        Credentials plainTrust = client.with(new PlainTrustManager(client.trustManager()));
        Credentials plainKeys = server.with(new PlainKeyManager(server.keyManager()));
        Credentials onlySockets = server.with(new FixedKeyManager(server.keyManager()));
        String host = EnginePair.HOST;
        return EngineContract.ofBothRoles(List.of(
                failure("the right host", client, server, host, null),
                failure("an address", client, server, "127.0.0.1", null),
                failure("a plain trust manager", plainTrust, server, host, null).as(Role.CLIENT),
                failure(
                                "a plain trust manager and the wrong host",
                                plainTrust,
                                server,
                                "other.test",
                                "SSLHandshakeException")
                        .as(Role.CLIENT),
                failure("a plain key manager", client, plainKeys, host, "SSLHandshakeException")
                        .ours(null, "a plain key manager can choose without a socket, so it works for engines too")
                        .as(Role.SERVER),
                failure("an extended key manager for sockets only", client, onlySockets, host, "SSLHandshakeException")
                        .as(Role.SERVER)));
    }

    private static EngineFact clientAuth(
            String name, EnginePair.Setting<SSLEngine> setting, Credentials client, String expected) {
        return fact(
                name,
                s -> {
                    EngineSession session =
                            s.pair().clientHas(client).server(setting).attempted();
                    if (session.server().failure() != null) {
                        return session.server().failure();
                    }
                    try {
                        return session.server()
                                .engine
                                .getSession()
                                .getPeerPrincipal()
                                .getName();
                    } catch (SSLPeerUnverifiedException e) {
                        return "no peer, " + session.reply("reply");
                    }
                },
                expected);
    }

    @TestFactory
    Stream<DynamicNode> clientAuthentication() {
        Credentials stranger = Credentials.of(TestPki.unknownCa(KeyKind.ECDSA_P256));
        EnginePair.Setting<SSLEngine> needs = engine -> engine.setNeedClientAuth(true);
        EnginePair.Setting<SSLEngine> wants = engine -> engine.setWantClientAuth(true);
        EnginePair.Setting<SSLEngine> neither = engine -> {};
        return EngineContract.ofBothRoles(List.of(
                clientAuth("needed, and there", needs, Credentials.CLIENT, "CN=test client"),
                clientAuth("needed, and not there", needs, Credentials.ANONYMOUS, "SSLHandshakeException"),
                clientAuth("needed, not trusted", needs, stranger, "SSLHandshakeException"),
                clientAuth("wanted, and there", wants, Credentials.CLIENT, "CN=test client"),
                clientAuth("wanted, and not there", wants, Credentials.ANONYMOUS, "no peer, reply"),
                clientAuth("not asked for", neither, Credentials.CLIENT, "no peer, reply"),
                fact(
                                "needed by parameters",
                                s -> s.pair()
                                        .clientHas(Credentials.CLIENT)
                                        .serverParameters(p -> p.setNeedClientAuth(true))
                                        .established()
                                        .server()
                                        .engine
                                        .getSession()
                                        .getPeerCertificates()
                                        .length,
                                1)
                        .as(Role.SERVER),
                fact(
                                "the client's own certificate",
                                s -> s.pair()
                                        .clientHas(Credentials.CLIENT)
                                        .server(needs)
                                        .established()
                                        .client()
                                        .engine
                                        .getSession()
                                        .getLocalPrincipal()
                                        .getName(),
                                "CN=test client")
                        .as(Role.CLIENT)));
    }
}
