package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Messages that peers send after the handshake: KeyUpdates, which are answered, and renegotiation, which is refused.
 */
abstract class PostHandshakeContract extends TlsEngineContract {
    PostHandshakeContract(EngineProfile profile) {
        super(profile);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void answersKeyUpdates(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_3);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_3);
        for (int i = 0; i < 100; i++) {
            end.receive(peer.begin());
            end.receive(peer.write(random(100)));
            assertArrayEquals(random(100), end.read(1_000));
            assertTrue(end.engine().hasReply());
            assertEquals(TlsStatus.OK, end.write(random(10)));
            assertFalse(end.engine().hasReply());
            peer.take(end.drain());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("H10 a flood of KeyUpdates ends in unexpected_message")
    void floodOfKeyUpdates(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_3);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_3);
        end.readNothing();
        for (int i = 0; i < 30; i++) {
            end.receive(peer.begin());
        }
        assertEquals(TlsStatus.WANT_READ, end.readNothing());
        assertFails(TlsProtocolException.class, TlsAlert.UNEXPECTED_MESSAGE, false, () -> {
            for (int i = 0; i < 100; i++) {
                end.receive(peer.begin());
                end.readNothing();
                end.engine().reply(end.out());
                end.drain();
            }
        });
        assertTrue(end.engine().hasReply(), "the alert");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("H10 replies to KeyUpdates between data do not accumulate while the writer is blocked")
    void repliesAreBounded(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_3);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_3);
        end.readNothing();
        try {
            for (int i = 0; i < 2_000; i++) {
                end.receive(peer.begin());
                end.receive(peer.write(new byte[1]));
                assertArrayEquals(new byte[1], end.read(10));
            }
        } catch (TlsProtocolException e) {
            return;
        }
        end.engine().reply(end.out());
        assertTrue(end.out().position() < 16_384, "replies are merged, unless the engine refuses the peer's flood");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("PST-11, PST-12 renegotiation is refused")
    void refusesRenegotiation(boolean peerIsClient) throws SSLException {
        SslEnginePeer peer = new SslEnginePeer(peerIsClient, TlsVersion.TLS_1_2);
        EngineEnd end = opposite(peer, peerIsClient, TlsVersion.TLS_1_2);
        end.receive(peer.begin());
        TlsStatus status;
        try {
            status = end.readNothing();
        } catch (TlsProtocolException e) {
            assertEquals(Optional.of(profile.renegotiationRefused()), e.alert(), e.toString());
            assertTrue(end.engine().hasReply());
            end.engine().reply(end.out());
            assertEquals(List.of(ALERT), EngineEnd.types(end.drain()));
            return;
        }
        assertEquals(TlsStatus.WANT_READ, status, "the engine sends a warning, and the connection continues");
        assertTrue(end.engine().hasReply());
        end.engine().reply(end.out());
        assertEquals(List.of(ALERT), EngineEnd.types(end.drain()));
    }

    private EngineEnd opposite(SslEnginePeer peer, boolean peerIsClient, TlsVersion version) throws SSLException {
        EngineEnd end = peerIsClient ? server(serverContext(version)) : client(clientContext(version));
        peer.connect(end);
        return end;
    }

    @Test
    void updatesKeysOnRequest() throws SSLException {
        Pair pair = connected(TlsVersion.TLS_1_3);
        if (!profile.updatesKeys()) {
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> pair.client().engine().updateKeys(true));
            return;
        }
        for (boolean request : new boolean[] {false, true}) {
            pair.client().engine().updateKeys(request);
            assertTrue(pair.client().engine().hasReply());
            assertArrayEquals(random(100), pair.client().send(random(100), pair.server()));
            assertEquals(request, pair.server().engine().hasReply());
            assertArrayEquals(random(100), pair.server().send(random(100), pair.client()));
        }
    }

    @Test
    void tls12HasNoKeyUpdate() throws SSLException {
        Pair pair = connected(TlsVersion.TLS_1_2);
        assertThrows(IllegalStateException.class, () -> pair.client().engine().updateKeys(false));
    }
}
