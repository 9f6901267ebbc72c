package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.session.ClientSession;
import io.parktls.session.SessionKey;
import io.parktls.session.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The store of a client's sessions: what it returns, and that it overwrites what it drops. */
class SessionStoreTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

    private final SessionStore store = new SessionStore(2);

    private static SessionKey key(int port) {
        return new SessionKey("example.test", port, List.of(), Endpoints.TRUST, true, null, List.of(), List.of(), null);
    }

    private static ClientSession session(TlsVersion version, int number) {
        byte[] secret = new byte[32];
        secret[0] = (byte) number;
        return new ClientSession(
                version,
                version == TlsVersion.TLS_1_3
                        ? CipherSuite.TLS_AES_128_GCM_SHA256
                        : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                secret,
                new byte[] {(byte) number},
                new byte[0],
                number,
                NOW,
                NOW,
                NOW.plus(Duration.ofHours(1)),
                null,
                null,
                List.of(),
                List.of(),
                null);
    }

    private static ClientSession session(int number) {
        return session(TlsVersion.TLS_1_3, number);
    }

    private static void assertWiped(ClientSession session) {
        assertArrayEquals(new byte[32], session.secret());
    }

    private static void assertKept(ClientSession session) {
        assertEquals(session.ticket()[0], session.secret()[0]);
    }

    @Test
    void removed() {
        ClientSession first = session(1);
        ClientSession second = session(2);
        ClientSession other = session(3);
        store.put(key(1), first);
        store.put(key(1), second);
        store.put(key(2), other);
        store.remove(key(1));
        assertWiped(first);
        assertWiped(second);
        assertKept(other);
        assertEquals(1, store.size());
        store.remove(key(9));
        store.clear();
        assertWiped(other);
        assertEquals(0, store.size());
    }

    @Test
    void overTheCapacity() {
        ClientSession first = session(1);
        ClientSession second = session(2);
        store.put(key(1), first);
        store.put(key(2), second);
        store.put(key(3), session(3));
        assertWiped(first);
        assertKept(second);
        store.capacity(1);
        assertWiped(second);
        ClientSession refused = session(4);
        store.capacity(0);
        store.put(key(4), refused);
        assertWiped(refused);
        assertEquals(0, store.size());
    }

    @Test
    void theOldestOfAServer() {
        List<ClientSession> all = List.of(session(1), session(2), session(3), session(4), session(5));
        all.forEach(session -> store.put(key(1), session));
        assertWiped(all.getFirst());
        all.stream().skip(1).forEach(SessionStoreTest::assertKept);
        assertEquals(4, store.size());
    }

    @Test
    void expired() {
        ClientSession first = session(1);
        ClientSession second = session(2);
        store.put(key(1), first);
        store.put(key(1), second);
        assertNull(store.take(key(1), NOW.plus(Duration.ofHours(1))));
        assertWiped(first);
        assertWiped(second);
        assertEquals(0, store.size());
    }

    @Test
    void takenOnceInTls13() {
        ClientSession first = session(1);
        ClientSession second = session(2);
        store.put(key(1), first);
        store.put(key(1), second);
        assertEquals(second, store.take(key(1), NOW));
        assertEquals(first, store.take(key(1), NOW));
        assertNull(store.take(key(1), NOW));
        assertKept(first);
    }

    @Test
    void takenAgainInTls12() {
        store.put(key(1), session(TlsVersion.TLS_1_2, 1));
        ClientSession first = Objects.requireNonNull(store.take(key(1), NOW));
        ClientSession second = Objects.requireNonNull(store.take(key(1), NOW));
        assertNotSame(first.secret(), second.secret());
        first.destroy();
        assertKept(second);
    }

    /** RFC 5077 3.3: a new session of TLS 1.2 replaces the earlier one. */
    @Test
    void oneSessionOfTls12() {
        ClientSession first = session(TlsVersion.TLS_1_2, 1);
        ClientSession second = session(TlsVersion.TLS_1_2, 2);
        store.put(key(1), first);
        store.put(key(1), second);
        assertWiped(first);
        assertKept(second);
        assertEquals(1, store.size());
    }

    @Test
    void descriptionsContainNoSecrets() {
        ClientSession session = session(77);
        store.put(key(1), session);
        for (String text :
                List.of(session.toString(), store.toString(), store.copies().toString())) {
            assertFalse(text.contains("77"), text);
            assertFalse(text.contains("[B@"), text);
        }
    }
}
