package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests sessions that one context exports and another one imports. */
final class ExportedSessionTest {
    private static final String HOST = TestContexts.HOST;
    private static final int PORT = 443;
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final TlsContext SERVER = TestContexts.server(ENGINE).build();
    private static final TlsPsk PSK = TlsPsk.of(
            "sensor 17".getBytes(StandardCharsets.UTF_8), "0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    @ParameterizedTest
    @EnumSource
    void anotherContextResumesTheSession(TlsVersion version) throws IOException {
        TlsContext first = client(version).build();
        assertFalse(connect(first, SERVER).client().session().resumed());
        byte[] session = exported(first);
        byte[] before = session.clone();

        TlsContext second = client(version).build();
        second.importSession(HOST.toUpperCase(Locale.ROOT), PORT, session);

        TlsSession resumed = connect(second, SERVER).client().session();
        assertTrue(resumed.resumed());
        assertEquals(version, resumed.protocol());
        assertEquals(
                SERVER.identities().getFirst().chain().getFirst(),
                resumed.peerCertificates().getFirst());
        assertTrue(Arrays.equals(before, session), "the import has changed its argument");
        assertTrue(connect(first, SERVER).client().session().resumed(), "the exported session has left the cache");
    }

    @Test
    void thereIsNoSessionForAnotherServerOrUnderOtherSettings() throws IOException {
        TlsContext client = client().build();
        assertEquals(Optional.empty(), client.exportSession(HOST, PORT));
        connect(client, SERVER);

        assertTrue(client.exportSession(HOST, PORT).isPresent());
        assertEquals(Optional.empty(), client.exportSession(HOST, PORT + 1));
        assertEquals(Optional.empty(), client.exportSession("other.test", PORT));
        TlsContext other = client.toBuilder().verifyHost(false).build();
        assertEquals(client.sessionCache(), other.sessionCache());
        assertEquals(Optional.empty(), other.exportSession(HOST, PORT));
        assertThrows(IllegalArgumentException.class, () -> client.exportSession("no name", PORT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.test", "www.example.test", "localhost", "127.0.0.1", "no name"})
    void aSessionIsNotImportedForAnotherHost(String host) throws IOException {
        byte[] session = exported(connected());
        TlsContext client = client().build();

        assertThrows(IllegalArgumentException.class, () -> client.importSession(host, PORT, session));
        assertEquals(0, client.sessionCache().size());
    }

    @Test
    void everyCutAndExtendedSessionIsRefused() throws IOException {
        byte[] session = exported(connected());
        TlsContext client = client().build();
        for (int length = 0; length < session.length; length++) {
            byte[] cut = Arrays.copyOf(session, length);
            assertThrows(IllegalArgumentException.class, () -> client.importSession(HOST, PORT, cut));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> client.importSession(HOST, PORT, Arrays.copyOf(session, session.length + 1)));
        assertEquals(0, client.sessionCache().size());
    }

    /** A flipped byte is an error of the documented kinds, or is in a field that any value is valid for. */
    @Test
    void everyFlippedByteIsRefusedOrMakesAnotherSession() throws IOException {
        byte[] session = exported(connected());
        TlsContext client = client().build();
        int refused = 0;
        for (int i = 0; i < session.length; i++) {
            byte[] flipped = session.clone();
            flipped[i] ^= (byte) 0xFF;
            try {
                client.importSession(HOST, PORT, flipped);
            } catch (IllegalArgumentException e) {
                refused++;
                assertNull(e.getCause());
                assertTrue(
                        e.getMessage().endsWith("make a new one")
                                || e.getMessage().endsWith("the host that it was exported for"),
                        e.getMessage());
            } catch (TlsPeerUnverifiedException e) {
                refused++;
            }
        }
        assertTrue(refused > 100, "only " + refused + " of " + session.length + " are refused");
    }

    @Test
    void theCertificatesAreVerifiedAgain() throws IOException {
        byte[] session = exported(connected());
        TlsContext stranger = client().trust(TestPki.trust(KeyKind.RSA_2048)).build();

        assertThrows(TlsPeerUnverifiedException.class, () -> stranger.importSession(HOST, PORT, session));
        assertEquals(0, stranger.sessionCache().size());
    }

    @Test
    void aHostThatWasNotVerifiedIsVerifiedByTheContextThatDoesSo() throws IOException {
        TlsContext wrongHost = TestContexts.server(ENGINE)
                .identity(TestPki.wrongHost(KeyKind.ECDSA_P256))
                .build();
        TlsContext careless = client().verifyHost(false).build();
        connect(careless, wrongHost);
        byte[] session = exported(careless);

        TlsContext careful = client().build();
        assertThrows(TlsPeerUnverifiedException.class, () -> careful.importSession(HOST, PORT, session));
        TlsContext alsoCareless = client().verifyHost(false).build();
        alsoCareless.importSession(HOST, PORT, session);
        assertTrue(connect(alsoCareless, wrongHost).client().session().resumed());
    }

    @Test
    void aClientWithACertificateIsStillThatClient() throws IOException {
        TlsIdentity identity = TestPki.client(KeyKind.ECDSA_P256);
        TlsContext server = TestContexts.server(ENGINE)
                .trust(TestPki.trust())
                .clientAuth(ClientAuth.REQUIRED)
                .build();
        TlsContext first = client().identity(identity).build();
        connect(first, server);
        byte[] session = exported(first);

        TlsContext nobody = client().build();
        assertThrows(IllegalArgumentException.class, () -> nobody.importSession(HOST, PORT, session));
        TlsContext other = client().identity(TestPki.client(KeyKind.RSA_2048)).build();
        assertThrows(IllegalArgumentException.class, () -> other.importSession(HOST, PORT, session));
        TlsContext again = client().identity(identity).build();
        again.importSession(HOST, PORT, session);
        ConnectionPair pair = connect(again, server);
        assertTrue(pair.server().session().resumed());
        assertEquals(
                identity.chain().getFirst(),
                pair.server().session().peerCertificates().getFirst());
    }

    @Test
    void aSessionOfAPreSharedKeyNeedsTheKey() throws IOException {
        TlsContext server = TlsContext.builder()
                .engine(ENGINE)
                .pskLookup(identity -> Optional.of(PSK))
                .requirePsk(true)
                .build();
        TlsContext first = client().psk(PSK).requirePsk(true).build();
        connect(first, server);
        byte[] session = exported(first);

        TlsContext without = client().build();
        assertThrows(IllegalArgumentException.class, () -> without.importSession(HOST, PORT, session));
        TlsContext again = client().psk(PSK).requirePsk(true).build();
        again.importSession(HOST, PORT, session);
        TlsSession resumed = connect(again, server).client().session();
        assertTrue(resumed.resumed());
        assertEquals(PSK.identityText(), resumed.pskIdentity());

        byte[] ofCertificate = exported(connected());
        TlsContext demanding = client().psk(PSK).requirePsk(true).build();
        assertThrows(IllegalArgumentException.class, () -> demanding.importSession(HOST, PORT, ofCertificate));
    }

    @Test
    void anExpiredSessionIsIgnored() throws IOException {
        byte[] session = exported(connected());
        Instant later = Instant.now().plus(Duration.ofDays(8));
        TlsContext client = client().wallClock(() -> later).build();

        client.importSession(HOST, PORT, session);

        assertEquals(0, client.sessionCache().size());
    }

    @Test
    void aContextWithoutACacheKeepsNoSession() throws IOException {
        byte[] session = exported(connected());
        TlsContext client = client().sessionCache(TlsSessionCache.none()).build();

        client.importSession(HOST, PORT, session);

        assertEquals(Optional.empty(), client.exportSession(HOST, PORT));
        assertFalse(connect(client, SERVER).client().session().resumed());
    }

    private static TlsContext.Builder client(TlsVersion... versions) {
        return TestContexts.client(ENGINE, versions).sessionCache(TlsSessionCache.ofSize(10));
    }

    private static TlsContext connected() throws IOException {
        TlsContext client = client().build();
        connect(client, SERVER);
        return client;
    }

    private static byte[] exported(TlsContext client) {
        return client.exportSession(HOST, PORT).orElseThrow();
    }

    /** Completes a handshake, and has the client read the server's tickets. */
    private static ConnectionPair connect(TlsContext client, TlsContext server) throws IOException {
        ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(1 << 16), PORT).handshake();
        pair.server().flush(Waiting.NEVER);
        assertEquals(TlsStatus.WANT_READ, pair.client().read(ByteBuffer.allocate(1)));
        return pair;
    }
}
