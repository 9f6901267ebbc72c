package io.parktls.sockets.interop;

import static io.parktls.CipherSuite.TLS_AES_128_GCM_SHA256;
import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.NamedGroup.SECP384R1;
import static io.parktls.NamedGroup.X25519;
import static io.parktls.NamedGroup.X25519MLKEM768;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.NamedGroup;
import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests how many ClientHellos it takes to agree on a group, as reported by the foreign peer. */
@Timeout(300)
class GroupInteropTest {
    private static final Scenario PLAIN =
            Scenario.with(TLS_AES_128_GCM_SHA256, X25519, ECDSA_P256).withName();
    private static final Scenario RETRY = Scenario.with(TLS_AES_128_GCM_SHA256, SECP384R1, ECDSA_P256)
            .withName()
            .withRetry();

    /** A peer that prints each message, with its commands and the pattern of a ClientHello in its output. */
    private enum VerbosePeer {
        OPENSSL(
                port -> OpenSsl.server(PLAIN, port, "-msg"),
                port -> OpenSsl.server(RETRY, port, "-msg"),
                port -> OpenSsl.client(RETRY, port, "-msg"),
                Pattern.compile("(?:<<<|>>>) TLS 1\\.3, Handshake .*, ClientHello"),
                Pattern.compile("ACCEPT")),
        GNUTLS(
                port -> GnuTls.server(PLAIN, port, "--debug", "4"),
                port -> GnuTls.server(RETRY, port, "--debug", "4"),
                port -> GnuTls.client(RETRY, port, "--debug", "4"),
                Pattern.compile("CLIENT HELLO (?:\\(1\\) was received|was queued)"),
                GnuTls.LISTENING);

        private final Function<Integer, List<String>> server;
        private final Function<Integer, List<String>> serverOfP384;
        private final Function<Integer, List<String>> clientOfX25519;
        private final Pattern clientHello;
        private final Pattern listening;

        VerbosePeer(
                Function<Integer, List<String>> server,
                Function<Integer, List<String>> serverOfP384,
                Function<Integer, List<String>> clientOfX25519,
                Pattern clientHello,
                Pattern listening) {
            this.server = server;
            this.serverOfP384 = serverOfP384;
            this.clientOfX25519 = clientOfX25519;
            this.clientHello = clientHello;
            this.listening = listening;
        }

        ForeignPeer.Listening listen(Function<Integer, List<String>> command) {
            return ForeignPeer.listen(port -> ForeignPeer.start(command.apply(port)), listening);
        }

        long clientHellos(ForeignPeer peer) {
            return clientHello.matcher(peer.said()).results().count();
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(VerbosePeer.values())
                .flatMap(peer -> Ours.ENGINES.stream().map(engine -> Arguments.of(peer, engine)));
    }

    /** Our client offers X25519MLKEM768 first, which these versions of the peers do not support. */
    @ParameterizedTest
    @MethodSource("all")
    void defaultGroupsFallBackToX25519WithoutARoundTrip(VerbosePeer peer, TlsEngineProvider engine) throws Exception {
        TlsContext.Builder context =
                PLAIN.clientContext(engine).groups(NamedGroup.all().toArray(NamedGroup[]::new));
        try (ForeignPeer.Listening theirs = peer.listen(peer.server);
                TlsSocket ours = Ours.client(context, PLAIN.host(), theirs.port())) {
            establish(ours, X25519);
            theirs.peer().awaitText("hello");
            assertEquals(1, peer.clientHellos(theirs.peer()), theirs::toString);
        }
    }

    @Test
    void hybridGroupIsOfferedBesideX25519() throws Exception {
        TlsContext.Builder context = PLAIN.clientContext(TlsEngineProvider.bouncyCastle())
                .groups(NamedGroup.all().toArray(NamedGroup[]::new));
        try (ForeignPeer.Listening theirs = ForeignPeer.listen(
                        port -> ForeignPeer.start(OpenSsl.server(PLAIN, port)), VerbosePeer.OPENSSL.listening);
                TlsSocket ours = Ours.client(context, PLAIN.host(), theirs.port())) {
            establish(ours, X25519);
            theirs.peer().awaitText("hello");
            String keyShare = theirs.peer()
                    .await(Pattern.compile("TLS client extension \"key share\" \\(id=51\\), len=(\\d+)"))
                    .group(1);
            int shares = 4 + 1_216 + 4 + 32;
            assertEquals(2 + shares, Integer.parseInt(keyShare), () -> X25519MLKEM768 + " and " + X25519);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void ourClientIsAskedToTryAgain(VerbosePeer peer, TlsEngineProvider engine) throws Exception {
        // SunJSSE sends a key share for its first group of each kind (x25519, NIST curve), so it needs a retry only if
        // both groups are of the same kind.
        NamedGroup first = engine.name().equals("JSSE") ? SECP256R1 : X25519;
        TlsContext.Builder context = RETRY.clientContext(engine).groups(first, SECP384R1);
        try (ForeignPeer.Listening theirs = peer.listen(peer.serverOfP384);
                TlsSocket ours = Ours.client(context, RETRY.host(), theirs.port())) {
            establish(ours, SECP384R1);
            theirs.peer().awaitText("hello");
            assertEquals(2, peer.clientHellos(theirs.peer()), theirs::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void ourServerAsksToTryAgain(VerbosePeer peer, TlsEngineProvider engine) throws Exception {
        try (TlsServerSocket listening = Ours.server(RETRY.serverContext(engine));
                ForeignPeer theirs = ForeignPeer.start(peer.clientOfX25519.apply(Ours.port(listening)));
                TlsSocket ours = Ours.accept(listening)) {
            establish(ours, SECP384R1);
            theirs.awaitText("hello");
            assertEquals(2, peer.clientHellos(theirs), theirs::toString);
        }
    }

    private static void establish(TlsSocket ours, NamedGroup group) throws IOException {
        Talk.say(ours, "hello");
        if (ours.session().group() != null) {
            assertEquals(group, ours.session().group());
        }
    }
}
