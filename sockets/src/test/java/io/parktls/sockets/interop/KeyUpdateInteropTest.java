package io.parktls.sockets.interop;

import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests key updates (RFC 8446 4.6.3) that either end begins, with data in both directions afterwards. */
@Timeout(300)
class KeyUpdateInteropTest {
    static Stream<Arguments> all() {
        return Stream.of(
                        CipherSuite.TLS_AES_128_GCM_SHA256,
                        CipherSuite.TLS_AES_256_GCM_SHA384,
                        CipherSuite.TLS_CHACHA20_POLY1305_SHA256)
                .map(KeyUpdateInteropTest::scenario)
                .flatMap(scenario -> Ours.ENGINES.stream().map(engine -> Arguments.of(scenario, engine)));
    }

    private static Scenario scenario(CipherSuite suite) {
        return Scenario.with(suite, NamedGroup.X25519, ECDSA_P256).withName();
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslServer(Scenario scenario, TlsEngineProvider engine) throws Exception {
        try (ForeignPeer theirs = ForeignPeer.start(OpenSsl.server(scenario, "-msg"));
                TlsSocket ours = Ours.client(scenario.clientContext(engine), scenario.host(), OpenSsl.port(theirs))) {
            updates(ours, theirs, engine);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void opensslClient(Scenario scenario, TlsEngineProvider engine) throws Exception {
        try (TlsServerSocket listening = Ours.server(scenario.serverContext(engine));
                ForeignPeer theirs = ForeignPeer.start(OpenSsl.client(scenario, Ours.port(listening), "-msg"));
                TlsSocket ours = Ours.accept(listening)) {
            updates(ours, theirs, engine);
        }
    }

    private static void updates(TlsSocket ours, ForeignPeer theirs, TlsEngineProvider engine) throws IOException {
        int sent = 0;
        int received = 0;
        talk(ours, theirs, "at first");

        // The peer updates its keys only.
        theirs.type("k");
        awaitKeyUpdates(theirs, ">>>", ++sent);
        talk(ours, theirs, "after k");
        assertEquals(received, count(theirs, "<<<"));

        // The peer also requests an update of our keys, which we send before our next data.
        theirs.type("K");
        awaitKeyUpdates(theirs, ">>>", ++sent);
        talk(ours, theirs, "after K");
        talk(ours, theirs, "after the answer to K");
        assertEquals(++received, count(theirs, "<<<"));

        if (engine.name().equals("JSSE")) {
            return; // The caller of an SSLEngine cannot request key updates.
        }

        assertEquals(TlsStatus.OK, ours.connection().updateKeys(false, Waiting.NEVER));
        awaitKeyUpdates(theirs, "<<<", ++received);
        talk(ours, theirs, "after ours");
        assertEquals(sent, count(theirs, ">>>"));

        assertEquals(TlsStatus.OK, ours.connection().updateKeys(true, Waiting.NEVER));
        awaitKeyUpdates(theirs, "<<<", ++received);
        talk(ours, theirs, "after ours with theirs");
        awaitKeyUpdates(theirs, ">>>", ++sent);
        talk(ours, theirs, "at last");
        assertEquals(sent, count(theirs, ">>>"));
        assertEquals(received, count(theirs, "<<<"));
    }

    /** gnutls-cli updates its keys and requests an update of ours. */
    @Test
    void gnutlsClient() throws Exception {
        Scenario scenario = scenario(CipherSuite.TLS_AES_128_GCM_SHA256);
        try (TlsServerSocket listening = Ours.server(scenario.serverContext(TlsEngineProvider.bouncyCastle()));
                ForeignPeer theirs = ForeignPeer.start(
                        GnuTls.client(scenario, Ours.port(listening), "--inline-commands", "--debug", "4"));
                TlsSocket ours = Ours.accept(listening)) {
            talk(ours, theirs, "at first");
            theirs.type("^rekey^");
            theirs.awaitText("Rekey was completed");
            talk(ours, theirs, "after rekey");
            // A read answers a KeyUpdate at once only if it knows that sending does not wait.
            ours.connection().flush(Waiting.NEVER);
            theirs.await(Pattern.compile("KEY_UPDATE \\(24\\) was received"));
            ours.connection().updateKeys(true, Waiting.NEVER);
            talk(ours, theirs, "after ours");
            talk(ours, theirs, "at last");
        }
    }

    private static void talk(TlsSocket ours, ForeignPeer theirs, String word) throws IOException {
        Talk.say(ours, "ours " + word);
        theirs.awaitText("ours " + word);
        theirs.type("theirs " + word);
        Talk.expect(ours, "theirs " + word);
    }

    private static void awaitKeyUpdates(ForeignPeer theirs, String direction, int times) {
        theirs.await(
                Pattern.compile("(?:" + direction + " TLS 1\\.3, Handshake .*, KeyUpdate(?s:.*?)){" + times + "}"));
    }

    private static long count(ForeignPeer theirs, String direction) {
        return Pattern.compile(direction + " TLS 1\\.3, Handshake .*, KeyUpdate")
                .matcher(theirs.said())
                .results()
                .count();
    }
}
