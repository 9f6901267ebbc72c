package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.pki.KeyPins;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pins, checks of the application and other names to verify: in handshakes of both engines, and on their own. */
class AddedChecksTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final X509Certificate ROOT = TestPki.ca(KIND);
    private static final X509Certificate LEAF = TestPki.server(KIND).chain().getFirst();
    private static final String OTHER_PIN = TlsTrust.pin(TestPki.ca(KeyKind.ED25519));

    private static List<TlsEngineProvider> engines() {
        return List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());
    }

    private static TlsTrust trust() {
        return TestPki.trust(KIND);
    }

    // ---- handshakes

    private static ConnectionPair pair(TlsContext client, TlsContext server) {
        return new ConnectionPair(client, server, Bio.pair(20_000));
    }

    private static ConnectionPair pair(TlsEngineProvider engine, TlsTrust ofClient) {
        return pair(
                TestContexts.client(engine).trust(ofClient).build(),
                TestContexts.server(engine).build());
    }

    /** Asserts that the client refuses the server with that alert, and returns the message. */
    private static String refusal(TlsAlert alert, ConnectionPair pair) {
        TlsPeerUnverifiedException e = assertThrows(TlsPeerUnverifiedException.class, pair::handshake);
        assertEquals(alert, e.alert().orElseThrow(), e.getMessage());
        TlsHandshakeException received =
                assertThrows(TlsHandshakeException.class, () -> pair.server().doHandshake());
        assertTrue(received.isAlertReceived(), received.getMessage());
        assertEquals(alert, received.alert().orElseThrow());
        return String.valueOf(e.getMessage());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void pinsOfEachCertificateOfThePath(TlsEngineProvider engine) throws IOException {
        for (String pin : List.of(TlsTrust.pin(LEAF), TlsTrust.pin(ROOT))) {
            pair(engine, trust().pins(pin)).handshake();
            pair(engine, trust().pins(OTHER_PIN, pin)).handshake();
        }
        pair(engine, trust().pins(TlsTrust.pin(LEAF)).pins(TlsTrust.pin(ROOT))).handshake();
        refusal(
                TlsAlert.BAD_CERTIFICATE,
                pair(engine, trust().pins(TlsTrust.pin(LEAF)).pins(OTHER_PIN)));
        String message = refusal(TlsAlert.BAD_CERTIFICATE, pair(engine, trust().pins(OTHER_PIN)));
        assertTrue(message.contains(TlsTrust.pin(LEAF)), "the message tells the pin to add: " + message);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void keysOnly(TlsEngineProvider engine) throws IOException {
        TlsContext selfSigned =
                TestContexts.server(engine).identity(TestPki.selfSigned(KIND)).build();
        String pin = TlsTrust.pin(TestPki.selfSigned(KIND).chain().getFirst());
        TlsContext.Builder client = TestContexts.client(engine).trust(TlsTrust.onlyKeys(OTHER_PIN, pin));
        pair(client.build(), selfSigned).handshake();
        refusal(
                TlsAlert.CERTIFICATE_UNKNOWN,
                pair(
                        TestContexts.client(engine)
                                .trust(TlsTrust.onlyKeys(OTHER_PIN))
                                .build(),
                        selfSigned));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void checksSeeThePathOfTheServer(TlsEngineProvider engine) throws IOException {
        List<TlsVerifiedPeer> seen = new ArrayList<>();
        pair(engine, trust().alsoVerify(seen::add)).handshake();
        assertEquals(1, seen.size());
        TlsVerifiedPeer peer = seen.getFirst();
        assertTrue(peer.server());
        assertEquals(TestContexts.HOST, peer.host());
        assertEquals(List.of(LEAF, ROOT), peer.chain());
        assertEquals(List.of(LEAF), peer.sentChain());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void checksSeeThePathOfTheClient(TlsEngineProvider engine) throws IOException {
        List<TlsVerifiedPeer> seen = new ArrayList<>();
        TlsIdentity identity = TestPki.client(KIND);
        TlsContext.Builder client = TestContexts.client(engine).identity(identity);
        TlsContext.Builder server =
                TestContexts.server(engine).clientAuth(ClientAuth.REQUIRED).trust(trust().alsoVerify(seen::add));
        pair(client.build(), server.build()).handshake();
        TlsVerifiedPeer peer = seen.getFirst();
        assertFalse(peer.server());
        assertNull(peer.host());
        assertEquals(List.of(identity.chain().getFirst(), ROOT), peer.chain());
    }

    @ParameterizedTest
    @MethodSource("engines")
    void checksRefuse(TlsEngineProvider engine) {
        String message = refusal(TlsAlert.BAD_CERTIFICATE, pair(engine, trust().alsoVerify(peer -> {
            throw new CertificateException("not on the list");
        })));
        assertTrue(message.contains("not on the list"), message);
        refusal(TlsAlert.CERTIFICATE_REVOKED, pair(engine, trust().alsoVerify(peer -> {
            throw new TlsPeerUnverifiedException("gone", TlsAlert.CERTIFICATE_REVOKED, null);
        })));
        refusal(TlsAlert.BAD_CERTIFICATE, pair(engine, trust().alsoVerify(peer -> {
            throw new TlsPeerUnverifiedException("gone", null, null);
        })));
    }

    @ParameterizedTest
    @MethodSource("engines")
    void anotherNameThanTheHost(TlsEngineProvider engine) throws IOException {
        TlsContext elsewhere =
                TestContexts.server(engine).identity(TestPki.wrongHost(KIND)).build();
        TlsContext.Builder client = TestContexts.client(engine).verifyName("Elsewhere.Test");
        ConnectionPair pair = pair(client.build(), elsewhere).handshake();
        assertEquals(TestContexts.HOST, pair.server().session().serverName(), "SNI remains the host");
        TlsContext usual = TestContexts.server(engine).build();
        String message = refusal(TlsAlert.BAD_CERTIFICATE, pair(client.build(), usual));
        assertTrue(message.contains("Elsewhere.Test"), message);
        pair(client.verifyName("127.0.0.1").build(), usual).handshake();
        refusal(TlsAlert.BAD_CERTIFICATE, pair(client.verifyName("127.0.0.2").build(), usual));
        pair(client.verifyHost(false).build(), usual).handshake();
    }

    @ParameterizedTest
    @MethodSource("engines")
    void aNameToVerifyReplacesAnUnknownHost(TlsEngineProvider engine) throws IOException {
        TlsContext context = TestContexts.client(engine).verifyName("localhost").build();
        Bio[] pipe = Bio.pair(20_000);
        TlsConnection client = context.connect(pipe[0], null, 0);
        TlsConnection server = TestContexts.server(engine).build().accept(pipe[1]);
        while (!client.isHandshakeDone() || !server.isHandshakeDone()) {
            client.doHandshake();
            server.doHandshake();
        }
        assertEquals(LEAF, client.session().peerCertificates().getFirst());
    }

    /** A session proves only the name that was verified when it began. */
    @ParameterizedTest
    @MethodSource("engines")
    void sessionsAreNotSharedBetweenNames(TlsEngineProvider engine) throws IOException {
        TlsContext server = TestContexts.server(engine).build();
        TlsContext localhost = TestContexts.client(engine)
                .sessionCache(TlsSessionCache.ofSize(10))
                .verifyName("localhost")
                .build();
        connectAndRead(localhost, server);
        assertTrue(connectAndRead(localhost, server).client().session().resumed(), "the session can be resumed");
        TlsContext another = localhost.toBuilder().verifyName("another.test").build();
        refusal(TlsAlert.BAD_CERTIFICATE, pair(another, server));
    }

    /** Makes a connection and reads what follows the handshake: the tickets. */
    private static ConnectionPair connectAndRead(TlsContext client, TlsContext server) throws IOException {
        ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(20_000), 443).handshake();
        pair.transfer(10);
        pair.shutdown();
        return pair;
    }

    // ---- pins on their own

    private static void verify(TlsTrust trust, List<X509Certificate> chain) throws TlsPeerUnverifiedException {
        trust.verifyServer(chain, "UNKNOWN", "localhost");
    }

    private static void assertRefused(TlsAlert alert, TlsTrust trust, List<X509Certificate> chain) {
        TlsPeerUnverifiedException e = assertThrows(TlsPeerUnverifiedException.class, () -> verify(trust, chain));
        assertEquals(alert, e.alert().orElseThrow(), e.getMessage());
    }

    /** Anyone can append the pinned certificate to a chain, since certificates are public. */
    @Test
    void appendedCertificatesMatchNoPin() throws Exception {
        TestCertificate pinned = TestCertificate.authority(KIND, "Pinned CA");
        TestCertificate namesake = TestCertificate.authority(KIND, "Test CA " + KIND);
        for (TestCertificate appended : List.of(pinned, namesake)) {
            TlsTrust trust = trust().pins(TlsTrust.pin(appended.certificate()));
            assertRefused(TlsAlert.BAD_CERTIFICATE, trust, List.of(LEAF, appended.certificate()));
            assertRefused(TlsAlert.BAD_CERTIFICATE, trust, List.of(LEAF, appended.certificate(), ROOT));
            assertRefused(TlsAlert.BAD_CERTIFICATE, trust, List.of(LEAF, ROOT, appended.certificate()));
        }
    }

    @Test
    void pinsOfIntermediates() throws Exception {
        List<X509Certificate> chain = TestPki.chain(KIND, 2).chain();
        for (X509Certificate certificate : chain) {
            verify(trust().pins(TlsTrust.pin(certificate)), chain);
        }
        verify(trust().pins(TlsTrust.pin(chain.get(2))), chain);
        List<X509Certificate> shuffled = List.of(chain.get(0), chain.get(2), chain.get(1));
        verify(trust().pins(TlsTrust.pin(chain.get(1))), shuffled);
    }

    /** The JDK's path builder allows five intermediates unless it is told otherwise. */
    @Test
    void longChains() throws Exception {
        List<X509Certificate> chain = TestPki.chain(KIND, 8).chain();
        verify(trust().pins(TlsTrust.pin(ROOT)), chain);
    }

    @Test
    void pinsDoNotReplaceTheOtherChecks() {
        for (TlsIdentity identity : List.of(TestPki.unknownCa(KIND), TestPki.expired(KIND), TestPki.wrongHost(KIND))) {
            X509Certificate leaf = identity.chain().getFirst();
            TlsTrust trust = trust().pins(TlsTrust.pin(leaf));
            assertThrows(TlsPeerUnverifiedException.class, () -> verify(trust, identity.chain()));
        }
    }

    @Test
    void keysOnlyStillCheckDatesAndHost() {
        X509Certificate expired = TestPki.expired(KIND).chain().getFirst();
        assertRefused(TlsAlert.CERTIFICATE_EXPIRED, TlsTrust.onlyKeys(TlsTrust.pin(expired)), List.of(expired));
        X509Certificate elsewhere = TestPki.wrongHost(KIND).chain().getFirst();
        assertRefused(TlsAlert.BAD_CERTIFICATE, TlsTrust.onlyKeys(TlsTrust.pin(elsewhere)), List.of(elsewhere));
    }

    /** The key of another certificate of the chain must not count. */
    @Test
    void keysOnlyMeanTheLeaf() throws Exception {
        TlsTrust trust = TlsTrust.onlyKeys(TlsTrust.pin(ROOT));
        assertRefused(TlsAlert.CERTIFICATE_UNKNOWN, trust, List.of(LEAF, ROOT));
        verify(TlsTrust.onlyKeys(TlsTrust.pin(LEAF)), List.of(LEAF, ROOT));
    }

    @Test
    void pinsBesideOtherTrusts() throws Exception {
        verify(TlsTrust.only(LEAF).pins(TlsTrust.pin(LEAF)), List.of(LEAF));
        assertRefused(TlsAlert.BAD_CERTIFICATE, TlsTrust.only(LEAF).pins(TlsTrust.pin(ROOT)), List.of(LEAF, ROOT));
        assertThrows(IllegalStateException.class, () -> TlsTrust.insecure().pins(OTHER_PIN));
    }

    @Test
    void thePinIsTheHashOfTheKeysEncoding() throws Exception {
        for (KeyKind kind : KeyKind.values()) {
            byte[] key = TestPki.ca(kind).getPublicKey().getEncoded();
            String hash = Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
            assertEquals("sha256/" + hash, TlsTrust.pin(TestPki.ca(kind)));
        }
    }

    @Test
    void notationsOfPins() throws Exception {
        String hash = TlsTrust.pin(LEAF).substring("sha256/".length());
        for (String pin : List.of(hash, "sha256/" + hash, "sha256//" + hash, " sha256/" + hash + "\n")) {
            verify(trust().pins(pin), List.of(LEAF));
        }
        assertEquals(2, KeyPins.of(hash, OTHER_PIN).size());
    }

    /** A base64 that begins with a slash looks like one after curl's prefix, and the other way round. */
    @ParameterizedTest
    @ValueSource(strings = {"/", "+", "A"})
    void pinsOfHashesWithAnyFirstCharacter(String first) throws Exception {
        X509Certificate certificate;
        String hash;
        do {
            certificate = TestCertificate.of(KIND, "pinned")
                    .names("localhost")
                    .keyPair(KIND.generate())
                    .issuedBy(TestPki.authority(KIND))
                    .certificate();
            hash = TlsTrust.pin(certificate).substring("sha256/".length());
        } while (!hash.startsWith(first));
        String unpadded = hash.substring(0, hash.length() - 1);
        for (String base64 : List.of(hash, unpadded)) {
            for (String prefix : List.of("", "sha256/", "sha256//")) {
                verify(TlsTrust.onlyKeys(prefix + base64), List.of(certificate));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256/",
                "sha256/AAAA",
                "sha1/r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=",
                "sha256/r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5EAAAA=",
                "sha256/r_mIkG3eEpVdm-u_ko_cwxzOMo1bk4TyHIlByibiA5E=",
                "pin-sha256=\"r/mIkG3eEpVdm+u/ko/cwxzOMo1bk4TyHIlByibiA5E=\""
            })
    void malformedPins(String pin) {
        for (IllegalArgumentException e : List.of(
                assertThrows(IllegalArgumentException.class, () -> trust().pins(OTHER_PIN, pin)),
                assertThrows(IllegalArgumentException.class, () -> TlsTrust.onlyKeys(pin)))) {
            assertTrue(pin.length() < 10 || !String.valueOf(e.getMessage()).contains(pin), "may be a key");
        }
        assertThrows(IllegalArgumentException.class, () -> trust().pins());
    }

    // ---- checks on their own

    @Test
    void checksRunInOrderUntilOneRefuses() {
        List<String> calls = new ArrayList<>();
        TlsTrust trust = trust().alsoVerify(peer -> calls.add("first"))
                .alsoVerify(peer -> {
                    calls.add("second");
                    throw new CertificateException("no");
                })
                .alsoVerify(peer -> calls.add("third"));
        assertRefused(TlsAlert.BAD_CERTIFICATE, trust, List.of(LEAF));
        assertEquals(List.of("first", "second"), calls);
        assertTrue(trust.mayWait());
    }

    @Test
    void checksFollowTheBuiltInOnes() {
        List<TlsVerifiedPeer> seen = new ArrayList<>();
        TlsTrust trust = trust().alsoVerify(seen::add).pins(TlsTrust.pin(LEAF));
        for (TlsIdentity identity : List.of(TestPki.unknownCa(KIND), TestPki.expired(KIND), TestPki.wrongHost(KIND))) {
            assertThrows(TlsPeerUnverifiedException.class, () -> verify(trust, identity.chain()));
        }
        assertRefused(TlsAlert.BAD_CERTIFICATE, trust().alsoVerify(seen::add).pins(OTHER_PIN), List.of(LEAF));
        assertEquals(List.of(), seen);
    }

    @Test
    void checksThatFailRefuse() {
        assertRefused(
                TlsAlert.INTERNAL_ERROR,
                trust().alsoVerify(peer -> {
                    throw new IllegalStateException("broken");
                }),
                List.of(LEAF));
        assertRefused(
                TlsAlert.INTERNAL_ERROR,
                trust().alsoVerify(peer -> {
                    throw new AssertionError("broken");
                }),
                List.of(LEAF));
    }

    /** With the insecure trust, the application's check is the only one. */
    @Test
    void checksOfTheInsecureTrust() throws Exception {
        List<TlsVerifiedPeer> seen = new ArrayList<>();
        List<X509Certificate> chain = List.of(LEAF, ROOT);
        verify(TlsTrust.insecure().alsoVerify(seen::add), chain);
        assertEquals(List.of(LEAF), seen.getFirst().chain(), "nobody has verified the others");
        assertEquals(chain, seen.getFirst().sentChain());
        assertNull(seen.getFirst().host());
        assertFalse(TlsTrust.insecure().mayWait());
    }

    @Test
    void theOriginalTrustDoesNotChange() throws Exception {
        TlsTrust original = trust();
        original.pins(OTHER_PIN);
        original.alsoVerify(peer -> {
            throw new CertificateException("no");
        });
        verify(original, List.of(LEAF));
        assertFalse(original.mayWait());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a name", "http://example.test", "user@example.test"})
    void namesThatAreNoHosts(String name) {
        assertThrows(IllegalArgumentException.class, () -> TlsContext.builder().verifyName(name));
    }
}
