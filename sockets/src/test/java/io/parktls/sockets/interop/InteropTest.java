package io.parktls.sockets.interop;

import io.parktls.TlsSession;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests our two engines in both roles with all foreign peers. Both ends must report the same parameters. */
@Timeout(300)
class InteropTest {
    private static final List<Named<Peer>> CLIENTS = List.of(
            Named.of("openssl", OpenSsl.INSTANCE),
            Named.of("GnuTLS", GnuTls.INSTANCE),
            Named.of("curl", Curl.INSTANCE),
            Named.of("JDK", Jdk.INSTANCE));

    private static final List<Named<Peer>> SERVERS =
            CLIENTS.stream().filter(peer -> peer.getPayload() != Curl.INSTANCE).toList();

    static Stream<Arguments> clients() {
        return withEach(CLIENTS);
    }

    static Stream<Arguments> servers() {
        return withEach(SERVERS);
    }

    private static Stream<Arguments> withEach(List<Named<Peer>> peers) {
        return peers.stream()
                .flatMap(peer -> Ours.ENGINES.stream()
                        .flatMap(
                                engine -> Scenario.ALL.stream().map(scenario -> Arguments.of(peer, engine, scenario))));
    }

    @ParameterizedTest(name = "{1} client, {0} server: {2}")
    @MethodSource("servers")
    void client(Peer peer, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (Peer.Server theirs = peer.serve(scenario);
                TlsSocket ours = Ours.client(scenario.clientContext(engine), scenario.host(), theirs.port())) {
            agree(scenario, ours, theirs);
        }
    }

    @ParameterizedTest(name = "{1} server, {0} client: {2}")
    @MethodSource("clients")
    void server(Peer peer, TlsEngineProvider engine, Scenario scenario) throws Exception {
        try (TlsServerSocket listening = Ours.server(scenario.serverContext(engine));
                Peer.End theirs = peer.connect(scenario, Ours.port(listening));
                TlsSocket ours = Ours.accept(listening)) {
            agree(scenario, ours, theirs);
        }
    }

    private static void agree(Scenario scenario, TlsSocket ours, Peer.End theirs) {
        try {
            ours.doHandshake();
            TlsSession session = ours.session();
            theirs.talk(ours);
            Report.compare(scenario, session, theirs.report());
        } catch (Exception | AssertionError e) {
            throw new AssertionError(e + "\nours: " + ours + "\ntheirs: " + theirs, e);
        }
    }
}
