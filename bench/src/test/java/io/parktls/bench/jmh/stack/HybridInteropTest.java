package io.parktls.bench.jmh.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.TlsTrust;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The default groups, X25519MLKEM768 first, with BoringSSL that knows it, and with peers that do not: those fall back
 * to X25519 without an extra round trip, for {@link ServerHello#of} does not accept a HelloRetryRequest.
 */
class HybridInteropTest {
    private static final int MOST_TURNS = 50;

    private final Pki pki = Pki.of(KeyKind.ECDSA_P256);
    private final Wire wire = new Wire(true, 1000);

    static Stream<Arguments> peers() {
        return Stream.of(
                arguments(Peer.TCNATIVE, NamedGroup.X25519MLKEM768),
                arguments(Peer.TCNATIVE, NamedGroup.X25519),
                arguments(Peer.SUN_JSSE, NamedGroup.X25519),
                arguments(Peer.CONSCRYPT, NamedGroup.X25519));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void asClient(Peer peer, NamedGroup group) throws Exception {
        TlsContext context =
                TlsContext.builder().trust(TlsTrust.of(pki.trustStore())).build();
        TlsConnection client = context.connect(wire.bios()[0], Pki.HOST, Pki.PORT);
        try (SslEngineStack stack = open(peer, group)) {
            SSLEngine engine = stack.serverEngine();
            assertConnects(client, new SslEngineEnd(engine, wire.toServer(), wire.toClient(), wire), group);
            stack.release(engine);
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void asServer(Peer peer, NamedGroup group) throws Exception {
        TlsContext context = TlsContext.server(TlsIdentity.of(pki.key(), pki.leaf()));
        TlsConnection server = context.accept(wire.bios()[1]);
        try (SslEngineStack stack = open(peer, group)) {
            SSLEngine engine = stack.clientEngine(Pki.HOST);
            assertConnects(server, new SslEngineEnd(engine, wire.toClient(), wire.toServer(), wire), group);
            stack.release(engine);
        }
    }

    private SslEngineStack open(Peer peer, NamedGroup group) throws Exception {
        return (SslEngineStack)
                peer.open(new Terms(KeyKind.ECDSA_P256, group, CipherSuite.TLS_AES_128_GCM_SHA256), pki);
    }

    private void assertConnects(TlsConnection ours, SslEngineEnd theirs, NamedGroup group) throws IOException {
        wire.toClient().startRecording();
        theirs.begin();
        boolean done = false;
        for (int turn = 0; turn < MOST_TURNS && !done; turn++) {
            done = ours.doHandshake() == TlsStatus.OK;
            theirs.advance();
            done &= theirs.isDone();
        }
        assertTrue(done, () -> ours + ", " + theirs);
        assertEquals(group, ServerHello.of(wire.toClient().stopRecording()).group());
        assertEquals(group, ours.session().group());

        assertEquals(TlsStatus.OK, ours.write(wire.payload()));
        theirs.open();
        assertEquals(wire.payload(), wire.received().flip());
        theirs.seal();
        ByteBuffer received = wire.received().clear();
        assertEquals(TlsStatus.OK, ours.read(received));
        assertEquals(wire.payload(), received.flip());
    }
}
