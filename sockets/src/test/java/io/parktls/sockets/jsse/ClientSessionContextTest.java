package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.session.ClientSession;
import io.parktls.sockets.jsse.ClientSessionContext.Taken;
import io.parktls.sockets.jsse.EndpointSessions.Peer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests the limits of the sessions of clients, and that the secrets of dropped sessions are overwritten. */
final class ClientSessionContextTest {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final Authentication AUTHENTICATION = new ContextAuthentication(
            TlsContext.builder().trust(TlsTrust.insecure()).verifyHost(false).build());

    private final ClientSessionContext context = new ClientSessionContext();
    private final List<ClientSession> tickets = new ArrayList<>();

    private static Peer peer(String host) {
        return new Peer(host, 443, null, AUTHENTICATION, null, null, null, null, 0);
    }

    private static ClientSession resumable(TlsVersion version, Duration lifetime) {
        byte[] secret = new byte[32];
        secret[0] = 1;
        CipherSuite suite = version == TlsVersion.TLS_1_3
                ? CipherSuite.TLS_AES_128_GCM_SHA256
                : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
        return new ClientSession(
                version,
                suite,
                secret,
                new byte[] {1},
                new byte[0],
                0,
                NOW,
                NOW,
                NOW.plus(lifetime),
                null,
                null,
                List.of(),
                List.of(),
                null);
    }

    private SslSessionAdapter add(String host, TlsVersion version) {
        SslSessionAdapter session = new SslSessionAdapter(context, host, 443, List.of());
        ClientSession resumable = resumable(version, Duration.ofHours(1));
        tickets.add(resumable);
        context.put(peer(host), session.detached(resumable), resumable);
        return session;
    }

    private @Nullable Taken take(String host) {
        return context.take(peer(host), resumable -> true, NOW);
    }

    private int size() {
        return Collections.list(context.getIds()).size();
    }

    private static boolean isWiped(ClientSession session) {
        return session.secret()[0] == 0;
    }

    @Test
    void aPeerHasTwelveSessionsAtMost() {
        for (int i = 0; i < 20; i++) {
            add("a.example", TlsVersion.TLS_1_3);
        }
        assertEquals(12, size());
        assertEquals(
                8, tickets.stream().filter(ClientSessionContextTest::isWiped).count());
        assertTrue(isWiped(tickets.getFirst()));
        Taken newest = take("a.example");
        assertNotNull(newest);
        assertArrayEquals(tickets.getLast().secret(), newest.resumable().secret());
        assertFalse(isWiped(newest.resumable()), "the taker owns it");
    }

    @Test
    void aTicketOfTls13IsTakenOnce() {
        add("a.example", TlsVersion.TLS_1_3);
        assertNotNull(take("a.example"));
        assertNull(take("a.example"));
        assertEquals(0, size());
    }

    @Test
    void aSessionOfTls12IsTakenOften() {
        add("a.example", TlsVersion.TLS_1_2);
        for (int i = 0; i < 3; i++) {
            Taken taken = take("a.example");
            assertNotNull(taken);
            taken.resumable().destroy();
        }
        assertFalse(isWiped(tickets.getFirst()), "each taker has a copy");
    }

    @Test
    void theSmallerCacheDropsTheOldest() {
        add("a.example", TlsVersion.TLS_1_3);
        add("b.example", TlsVersion.TLS_1_3);
        add("c.example", TlsVersion.TLS_1_3);
        context.setSessionCacheSize(2);
        assertEquals(2, size());
        assertTrue(isWiped(tickets.getFirst()));
        assertNull(take("a.example"));
        assertNotNull(take("b.example"));
    }

    @Test
    void invalidatingWipesTheSecrets() {
        SslSessionAdapter session = add("a.example", TlsVersion.TLS_1_2);
        session.invalidate();
        assertTrue(isWiped(tickets.getFirst()));
        assertEquals(0, size());
        context.put(peer("a.example"), session, resumable(TlsVersion.TLS_1_2, Duration.ofHours(1)));
        assertEquals(0, size(), "a ticket that arrives later");
    }

    @Test
    void droppingWipesTheSecrets() {
        add("a.example", TlsVersion.TLS_1_3);
        add("b.example", TlsVersion.TLS_1_3);
        context.drop(peer("a.example"));
        assertTrue(isWiped(tickets.getFirst()));
        assertFalse(isWiped(tickets.getLast()));
        assertEquals(1, size());
    }

    @Test
    void anExpiredTicketIsDropped() {
        add("a.example", TlsVersion.TLS_1_3);
        assertNull(context.take(peer("a.example"), resumable -> true, NOW.plus(Duration.ofHours(1))));
        assertTrue(isWiped(tickets.getFirst()));
        assertEquals(0, size());
    }

    @Test
    void theNewestWantedSessionIsTaken() {
        SslSessionAdapter old = add("a.example", TlsVersion.TLS_1_2);
        add("a.example", TlsVersion.TLS_1_3);
        Taken taken = context.take(peer("a.example"), resumable -> resumable.protocol() == TlsVersion.TLS_1_2, NOW);
        assertNotNull(taken);
        assertEquals(old, taken.session());
        assertEquals(2, size());
    }

    @Test
    void anotherWayOfVerifyingIsAnotherPeer() {
        add("a.example", TlsVersion.TLS_1_3);
        Authentication other = new ContextAuthentication(TlsContext.builder()
                .trust(TlsTrust.insecure())
                .verifyHost(false)
                .build());
        assertFalse(context.has(
                new Peer("a.example", 443, null, other, null, null, null, null, 0), resumable -> true, NOW));
        assertFalse(context.has(
                new Peer("a.example", 443, null, AUTHENTICATION, "HTTPS", null, null, null, 0),
                resumable -> true,
                NOW));
        assertFalse(context.has(
                new Peer("a.example", 444, null, AUTHENTICATION, null, null, null, null, 0), resumable -> true, NOW));
        assertTrue(context.has(peer("a.example"), resumable -> true, NOW));
    }
}
