package io.parktls.ocsp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ConnectionPair;
import io.parktls.Logged;
import io.parktls.NamedGroup;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsIdentity;
import io.parktls.TlsLimits;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsSession;
import io.parktls.TlsSessionCache;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which OCSP responses servers staple, and what clients make of them. */
class StaplingTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final TlsEngineProvider BOUNCY_CASTLE = TlsEngineProvider.bouncyCastle();
    private static final TlsIdentity IDENTITY = TestPki.server(KIND);
    private static final TlsIdentity CHAIN = TestPki.chain(KIND, 2);
    private static final TlsIdentity MUST_STAPLE = TestPki.goodServer(KIND)
            .mustStaple()
            .issuedBy(TestPki.authority(KIND))
            .identity();
    private static final byte[] GOOD = response().build();

    private static TestOcsp response() {
        return TestOcsp.of(IDENTITY, KIND);
    }

    private static TlsContext.Builder client(TlsVersion version) {
        return TestContexts.client(BOUNCY_CASTLE, version).requestStaples(true);
    }

    private static TlsContext.Builder server(TlsIdentity identity) {
        return TestContexts.server(BOUNCY_CASTLE).identity(identity);
    }

    /** Returns the client's session after a handshake. */
    private static TlsSession handshake(TlsContext client, TlsContext server) throws IOException {
        ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(1 << 16)).handshake();
        assertEquals(List.of(), pair.server().session().stapledResponses(), "a server receives none");
        return pair.client().session();
    }

    private static List<byte[]> stapled(TlsVersion version, TlsIdentity identity) throws IOException {
        return handshake(client(version).build(), server(identity).build()).stapledResponses();
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void goodResponse(TlsVersion version) throws IOException {
        TlsSession session = handshake(
                client(version).build(), server(IDENTITY.withStaple(GOOD)).build());
        assertEquals(1, session.stapledResponses().size());
        assertArrayEquals(GOOD, session.stapledResponses().getFirst());
        assertNotSame(
                session.stapledResponses().getFirst(),
                session.stapledResponses().getFirst(),
                "copies");
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void onlyIfTheClientAsks(TlsVersion version) throws IOException {
        TlsContext client = TestContexts.client(BOUNCY_CASTLE, version).build();
        AtomicInteger calls = new AtomicInteger();
        TlsContext server = server(IDENTITY.withStapler(chain -> {
                    calls.incrementAndGet();
                    return List.of(GOOD);
                }))
                .build();
        assertEquals(List.of(), handshake(client, server).stapledResponses());
        assertEquals(1, calls.get(), "withStapler calls it once, this handshake does not");
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void responsesThatAreNotStapled(TlsVersion version) throws IOException {
        assertEquals(List.of(), stapled(version, IDENTITY), "none");
        for (TestOcsp response : List.of(
                response().expired(),
                response().revoked(),
                response().unknown(),
                response().validity(TestOcsp.NOW.plus(Duration.ofHours(1)), TestOcsp.NOW.plus(Duration.ofHours(2))))) {
            try (Logged log = Logged.of(Staples.class, Level.WARN)) {
                TlsContext server =
                        server(IDENTITY.withStaple(response.build())).build();
                TlsContext client = client(version).build();
                assertEquals(List.of(), handshake(client, server).stapledResponses());
                assertEquals(List.of(), handshake(client, server).stapledResponses());
                assertEquals(1, log.lines().size(), log::toString);
                assertTrue(log.toString().contains("no OCSP response is stapled to"), log::toString);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void responseExpiresWhileTheServerRuns(TlsVersion version) throws IOException {
        AtomicReference<Instant> now = new AtomicReference<>(TestOcsp.NOW);
        TlsContext server =
                server(IDENTITY.withStaple(GOOD)).wallClock(now::get).build();
        TlsContext client = client(version).build();
        assertEquals(1, handshake(client, server).stapledResponses().size());
        now.set(TestOcsp.NOW.plus(Duration.ofDays(1)));
        assertEquals(List.of(), handshake(client, server).stapledResponses());
    }

    /** RFC 8446 4.4.2.1: in TLS 1.3 each certificate may have a response. TLS 1.2 has one for the first only. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void responsesForAChain(TlsVersion version) throws IOException {
        TestCertificate root = TestPki.authority(KIND);
        byte[] forTop = TestOcsp.of(CHAIN.chain().get(2), root).build();
        List<byte[]> received = stapled(version, CHAIN.withStaples(List.of(new byte[0], new byte[0], forTop)));
        if (version == TlsVersion.TLS_1_2) {
            assertEquals(List.of(), received);
        } else {
            assertEquals(3, received.size());
            assertEquals(0, received.get(0).length);
            assertEquals(0, received.get(1).length);
            assertArrayEquals(forTop, received.get(2));
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void leafOfAChain(TlsVersion version) throws IOException {
        TestCertificate issuer =
                TestCertificate.of(KIND, "intermediate").authority().issuedBy(TestPki.authority(KIND));
        TestCertificate leaf = TestPki.goodServer(KIND).issuedBy(issuer);
        byte[] response = TestOcsp.of(leaf.certificate(), issuer).build();
        List<byte[]> received = stapled(version, leaf.identity().withStaple(response));
        assertEquals(2, received.size());
        assertArrayEquals(response, received.get(0));
        assertEquals(0, received.get(1).length);
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void resumedSessionHasNone(TlsVersion version) throws IOException {
        TlsContext client =
                client(version).sessionCache(TlsSessionCache.ofSize(10)).build();
        TlsContext server = server(IDENTITY.withStaple(GOOD)).build();
        for (boolean resumed : new boolean[] {false, true}) {
            ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(1 << 16), 443).handshake();
            pair.transfer(1);
            TlsSession session = pair.client().session();
            assertEquals(resumed, session.resumed());
            assertEquals(resumed ? 0 : 1, session.stapledResponses().size());
            pair.shutdown();
        }
    }

    /** RFC 7633 4.2.3.1. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void certificateThatRequiresAStaple(TlsVersion version) throws IOException {
        byte[] response = TestOcsp.of(MUST_STAPLE, KIND).build();
        assertEquals(1, stapled(version, MUST_STAPLE.withStaple(response)).size());
        TlsPeerUnverifiedException refusal =
                assertThrows(TlsPeerUnverifiedException.class, () -> stapled(version, MUST_STAPLE));
        assertEquals(Optional.of(TlsAlert.BAD_CERTIFICATE), refusal.alert());
        assertTrue(String.valueOf(refusal.getMessage()).contains("RFC 7633"), refusal::getMessage);
        // A client that does not ask cannot expect one.
        TlsContext client = TestContexts.client(BOUNCY_CASTLE, version).build();
        assertEquals(List.of(), handshake(client, server(MUST_STAPLE).build()).stapledResponses());
    }

    /** A response that takes several records, and one that is longer than the client accepts. */
    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void longResponse(TlsVersion version) throws IOException {
        byte[] response = response().certificates(60).build();
        assertTrue(response.length > 1 << 14, "" + response.length);
        TlsContext server = server(IDENTITY.withStaple(response)).build();
        List<byte[]> received = handshake(client(version).build(), server).stapledResponses();
        assertArrayEquals(response, received.getFirst());
        TlsContext modest = client(version)
                .limits(TlsLimits.DEFAULT.withHandshakeMessageSize(1 << 14))
                .build();
        assertThrows(TlsHandshakeException.class, () -> handshake(modest, server));
    }

    @Test
    void afterARetry() throws IOException {
        TlsContext client = client(TlsVersion.TLS_1_3)
                .groups(NamedGroup.X25519, NamedGroup.SECP256R1)
                .build();
        TlsContext server =
                server(IDENTITY.withStaple(GOOD)).groups(NamedGroup.SECP256R1).build();
        assertArrayEquals(GOOD, handshake(client, server).stapledResponses().getFirst());
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void stapleOfTheChosenIdentity(TlsVersion version) throws IOException {
        TlsIdentity other = TestPki.wrongHost(KIND)
                .withStaple(TestOcsp.of(TestPki.wrongHost(KIND), KIND).build());
        TlsContext server = TestContexts.server(BOUNCY_CASTLE)
                .identity(other, IDENTITY.withStaple(GOOD))
                .build();
        assertArrayEquals(
                GOOD,
                handshake(client(version).build(), server).stapledResponses().getFirst());
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void jsseClientAgainstOurServer(TlsVersion version) throws IOException {
        TlsContext client =
                TestContexts.client(TlsEngineProvider.jsse(), version).build();
        TlsSession session = handshake(client, server(IDENTITY.withStaple(GOOD)).build());
        assertArrayEquals(GOOD, session.stapledResponses().getFirst());
        assertEquals(List.of(), handshake(client, server(IDENTITY).build()).stapledResponses());
    }

    @Test
    void jsseServerRefusesGivenResponses() {
        TlsContext.Builder builder =
                TestContexts.server(TlsEngineProvider.jsse()).identity(IDENTITY.withStaple(GOOD));
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, builder::build);
        assertTrue(refusal.getMessage().contains("staple"), refusal::getMessage);
    }

    // ---- staplers

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void staplerThatFailsOrTalksNonsense(TlsVersion version) throws IOException {
        AtomicReference<List<byte[]>> answer = new AtomicReference<>(List.of());
        TlsContext server = server(IDENTITY.withStapler(chain -> {
                    if (answer.get().size() == 99) {
                        throw new IllegalStateException("the stapler of a test fails");
                    }
                    return answer.get();
                }))
                .build();
        TlsContext client = client(version).build();
        byte[] forAnother = TestOcsp.of(TestPki.client(KIND), KIND).build();
        for (List<byte[]> useless : List.of(
                List.<byte[]>of(),
                List.of(new byte[0]),
                List.of(new byte[] {1, 2, 3}),
                List.of(forAnother),
                List.of(new byte[0], GOOD, GOOD),
                java.util.Collections.nCopies(99, GOOD))) {
            answer.set(useless);
            assertEquals(List.of(), handshake(client, server).stapledResponses());
        }
        answer.set(List.of(GOOD, GOOD));
        assertEquals(1, handshake(client, server).stapledResponses().size(), "it is asked in each handshake");
    }

    // ---- responses that are given

    @Test
    void givenResponsesAreChecked(@TempDir Path directory) throws IOException {
        byte[] forAnother = TestOcsp.of(TestPki.client(KIND), KIND).build();
        assertRefused("not for the certificate", () -> IDENTITY.withStaple(forAnother));
        assertRefused("malformed", () -> IDENTITY.withStaple(new byte[] {1, 2, 3}));
        assertRefused("tryLater", () -> IDENTITY.withStaple(TestOcsp.error(3)));
        assertRefused("2 OCSP responses", () -> IDENTITY.withStaples(List.of(GOOD, GOOD)));
        assertRefused("65528 bytes", () -> IDENTITY.withStaple(new byte[65_528]));
        Path file = directory.resolve("response.der");
        Files.write(file, GOOD);
        assertTrue(IDENTITY.withStaple(file).stapler().isPresent());
        assertFalse(IDENTITY.stapler().isPresent(), "identities are immutable");
        Files.write(file, forAnother);
        assertRefused("response.der", () -> IDENTITY.withStaple(file));
    }

    private interface Attempt {
        void run() throws IOException;
    }

    private static void assertRefused(String reason, Attempt attempt) {
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, attempt::run);
        assertTrue(refusal.getMessage().contains(reason), refusal::getMessage);
    }

    @Test
    void givenResponsesAreCopied() throws IOException {
        byte[] given = GOOD.clone();
        TlsIdentity identity = IDENTITY.withStaple(given);
        given[10] ^= 1;
        assertArrayEquals(GOOD, stapled(TlsVersion.TLS_1_3, identity).getFirst());
    }
}
