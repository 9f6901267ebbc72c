package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests how responses are fetched, kept and renewed, with a responder that answers as each test wants. */
@Timeout(300)
class OcspStaplerTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final TestCertificate ISSUER = TestPki.authority(KIND);
    private static final TlsIdentity IDENTITY = TestPki.server(KIND);
    private static final byte[] GOOD = response().build();

    private final AtomicReference<Instant> now = new AtomicReference<>(TestOcsp.NOW);

    private static TestOcsp response() {
        return TestOcsp.of(IDENTITY, KIND);
    }

    private OcspStapler.Builder builder(FaultyResponder responder) {
        return OcspStapler.builder()
                .issuers(ISSUER.certificate())
                .responder(responder.uri())
                .timeout(Task.HANG)
                .clock(now::get);
    }

    private static byte[] leafResponse(OcspStapler stapler) {
        return stapler.responses(IDENTITY.chain()).getFirst();
    }

    private static void awaitFailure(OcspStapler stapler, int count) {
        Task.eventually(() -> stapler.statistics().failures() >= count);
    }

    @Test
    void goodResponse() throws Exception {
        try (FaultyResponder responder = new FaultyResponder((exchange, request) -> {
                    FaultyResponder.requireValid(request);
                    assertEquals("POST", exchange.getRequestMethod());
                    assertEquals(
                            "application/ocsp-request",
                            exchange.getRequestHeaders().getFirst("Content-Type"));
                    FaultyResponder.send(exchange, 200, GOOD);
                });
                OcspStapler stapler = builder(responder).build()) {
            TlsIdentity identity = IDENTITY.withStapler(stapler);
            assertTrue(stapler.await(Task.HANG));
            assertArrayEquals(GOOD, leafResponse(stapler));
            assertEquals(new OcspStaplerStatistics(1, 1, 1, 0, null), stapler.statistics());
            assertEquals(identity.stapler().orElseThrow(), stapler);
        }
    }

    static Stream<Arguments> faults() {
        TestCertificate other = TestCertificate.authority(KIND, "Another CA");
        TestCertificate delegate = TestCertificate.of(KIND, "responder")
                .purposes(TestCertificate.SERVER_AUTH)
                .issuedBy(ISSUER);
        return Stream.of(
                fault("HTTP error", "HTTP status 500", FaultyResponder.status(500)),
                fault("not found", "HTTP status 404", FaultyResponder.status(404)),
                fault("garbage", "malformed", "<html>It works!</html>".getBytes(StandardCharsets.US_ASCII)),
                fault("empty", "malformed", new byte[0]),
                fault("cut off", "malformed", Arrays.copyOf(GOOD, GOOD.length / 2)),
                fault("huge", "", new byte[1 << 20]),
                fault("tryLater", "tryLater", TestOcsp.error(3)),
                fault("unauthorized", "unauthorized", TestOcsp.error(6)),
                fault("unknown", "unknown", response().unknown().build()),
                fault("expired", "valid from", response().expired().build()),
                fault(
                        "from the future",
                        "valid from",
                        response()
                                .validity(TestOcsp.NOW.plusSeconds(9_000), TestOcsp.NOW.plusSeconds(10_000))
                                .build()),
                fault(
                        "of another certificate",
                        "not for the certificate",
                        TestOcsp.of(TestPki.client(KIND), KIND).build()),
                fault("wrong signer", "issued by", response().signedBy(other).build()),
                fault(
                        "signer without the purpose",
                        "id-kp-OCSPSigning",
                        response().signedBy(delegate).build()));
    }

    private static Arguments fault(String name, String reason, byte[] body) {
        return fault(name, reason, FaultyResponder.body(body));
    }

    private static Arguments fault(String name, String reason, FaultyResponder.Answer answer) {
        return Arguments.of(name, reason, answer);
    }

    /** Each fault, first without an earlier response, then with one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("faults")
    void responseThatIsNotStapled(String name, String reason, FaultyResponder.Answer answer) throws Exception {
        try (Logged log = Logged.of(OcspStapler.class, Level.WARN);
                FaultyResponder responder = new FaultyResponder(answer);
                OcspStapler stapler = builder(responder).build()) {
            assertEquals(0, leafResponse(stapler).length);
            awaitFailure(stapler, 1);
            assertEquals(0, leafResponse(stapler).length);
            String failure = String.valueOf(stapler.statistics().lastFailure());
            assertTrue(failure.contains(reason) && failure.contains("CN=test server"), failure);
            // Not the only line: the stapler of the test before may still have had something to log.
            Task.eventually(() -> log.lines().stream().anyMatch(line -> line.contains(reason)));

            responder.answer(FaultyResponder.body(GOOD));
            advance(stapler, Duration.ofMinutes(1));
            assertTrue(stapler.await(Task.HANG));

            responder.answer(answer);
            advance(stapler, Duration.ofHours(14));
            awaitFailure(stapler, 2);
            assertArrayEquals(GOOD, leafResponse(stapler), "kept until it expires");
            assertEquals(1, stapler.statistics().stapled());
            now.set(TestOcsp.NOW.plus(Duration.ofDays(1)));
            assertEquals(0, stapler.statistics().stapled(), "expired");
        }
    }

    private void advance(OcspStapler stapler, Duration duration) {
        now.set(now.get().plus(duration));
        stapler.wake();
    }

    @Test
    void delegatedResponder() throws Exception {
        TestCertificate delegate = TestCertificate.of(KIND, "responder")
                .purposes(TestOcsp.OCSP_SIGNING)
                .issuedBy(ISSUER);
        byte[] response = response().signedBy(delegate).build();
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(response));
                OcspStapler stapler = builder(responder).build()) {
            leafResponse(stapler);
            assertTrue(stapler.await(Task.HANG));
            assertArrayEquals(response, leafResponse(stapler));
        }
    }

    @Test
    void revokedCertificateLosesItsResponse() throws Exception {
        try (Logged log = Logged.of(OcspStapler.class, Level.ERROR);
                FaultyResponder responder = new FaultyResponder(FaultyResponder.body(GOOD));
                OcspStapler stapler = builder(responder).build()) {
            leafResponse(stapler);
            assertTrue(stapler.await(Task.HANG));
            Instant later = TestOcsp.NOW.plus(Duration.ofHours(13));
            responder.answer(FaultyResponder.body(response()
                    .revoked()
                    .validity(later, later.plus(Duration.ofDays(1)))
                    .build()));
            advance(stapler, Duration.ofHours(14));
            Task.eventually(() -> leafResponse(stapler).length == 0);
            Task.eventually(() -> log.lines().size() == 1);
            assertTrue(log.toString().contains("revoked since"), log::toString);
        }
    }

    @Test
    void renewedAfterHalfOfItsValidity() throws Exception {
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(GOOD));
                OcspStapler stapler = builder(responder).build()) {
            leafResponse(stapler);
            assertTrue(stapler.await(Task.HANG));
            Instant later = TestOcsp.NOW.plus(Duration.ofHours(13));
            byte[] next =
                    response().validity(later, later.plus(Duration.ofDays(1))).build();
            responder.answer(FaultyResponder.body(next));
            advance(stapler, Duration.ofHours(14));
            Task.eventually(() -> Arrays.equals(next, leafResponse(stapler)));
            assertEquals(2, responder.requests());
        }
    }

    @Test
    void olderResponseOfACacheIsNotTaken() throws Exception {
        Instant later = TestOcsp.NOW.plus(Duration.ofHours(1));
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(
                        response().validity(TestOcsp.NOW, later).build()));
                OcspStapler stapler = builder(responder).build()) {
            leafResponse(stapler);
            assertTrue(stapler.await(Task.HANG));
            byte[] newer = leafResponse(stapler);
            responder.answer(FaultyResponder.body(
                    response().validity(TestOcsp.NOW.minusSeconds(60), later).build()));
            // A third fetch shows that the result of the second one has been processed.
            Task.eventually(() -> {
                advance(stapler, Duration.ofMinutes(1));
                return responder.requests() >= 3;
            });
            assertArrayEquals(newer, leafResponse(stapler));
        }
    }

    @Test
    void oneFetchAtATime() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (FaultyResponder responder = new FaultyResponder((exchange, request) -> {
                    released.await();
                    FaultyResponder.send(exchange, 200, GOOD);
                });
                OcspStapler stapler = builder(responder).build()) {
            // Identities with the same certificate: the lists differ, as after the files were read again.
            List<List<X509Certificate>> chains = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                chains.add(new ArrayList<>(IDENTITY.chain()));
            }
            for (int i = 0; i < 1_000; i++) {
                assertEquals(0, stapler.responses(chains.get(i % 10)).getFirst().length, "no call waits");
                stapler.wake();
            }
            Task.eventually(() -> responder.requests() == 1);
            released.countDown();
            assertTrue(stapler.await(Task.HANG));
            assertEquals(1, responder.requests());
            assertEquals(1, stapler.statistics().certificates());
        }
    }

    /** Before the first response, handshakes complete without one, however long the responder takes. */
    @Test
    void noHandshakeWaits() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        TlsContext client =
                TestContexts.client(Servers.ENGINE).requestStaples(true).build();
        try (FaultyResponder responder = new FaultyResponder((exchange, request) -> {
                    released.await();
                    FaultyResponder.send(exchange, 200, GOOD);
                });
                OcspStapler stapler = builder(responder).build();
                TlsServer server = Servers.serving(TlsContext.server(IDENTITY.withStapler(stapler)))
                        .handler(Servers::echo)
                        .open(Transport.loopback())) {
            Task.eventually(() -> responder.requests() == 1);
            assertEquals(0, staples(server, client));
            assertFalse(stapler.await(Duration.ZERO));
            released.countDown();
            assertTrue(stapler.await(Task.HANG));
            assertEquals(1, staples(server, client));
        }
    }

    private static int staples(TlsServer server, TlsContext client) throws IOException {
        try (TlsSocket socket = Servers.connect(server, client)) {
            Servers.assertEchoes(socket);
            return socket.connection().session().stapledResponses().size();
        }
    }

    @Test
    void responderThatHangs() throws Exception {
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(GOOD))) {
            for (FaultyResponder.Answer answer :
                    List.<FaultyResponder.Answer>of(responder::neverAnswer, responder::neverSendBody)) {
                responder.answer(answer);
                try (OcspStapler stapler = builder(responder)
                        .timeout(Duration.ofMillis(200))
                        .retries(Duration.ofMillis(1), Duration.ofMillis(1))
                        .build()) {
                    leafResponse(stapler);
                    awaitFailure(stapler, 1);
                    String failure = String.valueOf(stapler.statistics().lastFailure());
                    assertTrue(failure.matches("(?s).*(did not answer within|timed out).*"), failure);
                    responder.answer(FaultyResponder.body(GOOD));
                    // The timeout is short, so more attempts may fail on a busy machine.
                    Task.eventually(() -> {
                        advance(stapler, Duration.ofSeconds(1));
                        return stapler.statistics().stapled() == 1;
                    });
                    now.set(TestOcsp.NOW);
                }
            }
        }
    }

    @Test
    void responderThatIsDown() throws Exception {
        URI closed;
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.status(500))) {
            closed = responder.uri();
        }
        try (OcspStapler stapler = OcspStapler.builder()
                .issuers(ISSUER.certificate())
                .responder(closed)
                .build()) {
            leafResponse(stapler);
            awaitFailure(stapler, 1);
            assertEquals(0, leafResponse(stapler).length);
            String failure = String.valueOf(stapler.statistics().lastFailure());
            assertTrue(failure.contains("ConnectException") && failure.contains(closed.toString()), failure);
        }
    }

    @Test
    void responderOfTheCertificate() throws Exception {
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.status(500));
                OcspStapler stapler = OcspStapler.builder()
                        .issuers(ISSUER.certificate())
                        .retries(Duration.ofMillis(1), Duration.ofMillis(1))
                        .build()) {
            TestCertificate certificate = TestPki.goodServer(KIND)
                    .responder(responder.uri().toString())
                    .issuedBy(ISSUER);
            TlsIdentity identity = certificate.identity().withStapler(stapler);
            Task.eventually(() -> responder.requests() >= 2);
            byte[] good = TestOcsp.of(certificate.certificate(), ISSUER).build();
            responder.answer(FaultyResponder.body(good));
            assertTrue(stapler.await(Task.HANG));
            assertArrayEquals(good, stapler.responses(identity.chain()).getFirst());
        }
    }

    @Test
    void whatIsMissing() throws Exception {
        try (OcspStapler stapler =
                OcspStapler.builder().issuers(ISSUER.certificate()).build()) {
            leafResponse(stapler);
            awaitFailure(stapler, 1);
            assertTrue(String.valueOf(stapler.statistics().lastFailure()).contains("responder(...)"));
            assertEquals(0, stapler.statistics().fetches());
        }
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(GOOD));
                OcspStapler stapler =
                        OcspStapler.builder().responder(responder.uri()).build()) {
            leafResponse(stapler);
            awaitFailure(stapler, 1);
            assertTrue(String.valueOf(stapler.statistics().lastFailure()).contains("issuers(...)"));
        }
    }

    @Test
    void wholeChain() throws Exception {
        TestCertificate middle =
                TestCertificate.of(KIND, "intermediate").authority().issuedBy(ISSUER);
        TestCertificate leaf = TestPki.goodServer(KIND).issuedBy(middle);
        Map<String, byte[]> responses = new ConcurrentHashMap<>();
        responses.put(serial(leaf), TestOcsp.of(leaf.certificate(), middle).build());
        responses.put(serial(middle), TestOcsp.of(middle.certificate(), ISSUER).build());
        try (FaultyResponder responder = new FaultyResponder((exchange, request) -> {
                    String asked = new OCSPReq(request)
                            .getRequestList()[0]
                            .getCertID()
                            .getSerialNumber()
                            .toString();
                    FaultyResponder.send(exchange, 200, responses.get(asked));
                });
                OcspStapler stapler = builder(responder).wholeChain(true).build()) {
            List<X509Certificate> chain = leaf.identity().chain();
            assertEquals(2, stapler.responses(chain).size());
            assertTrue(stapler.await(Task.HANG));
            assertArrayEquals(
                    responses.get(serial(leaf)), stapler.responses(chain).get(0));
            assertArrayEquals(
                    responses.get(serial(middle)), stapler.responses(chain).get(1));
        }
    }

    private static String serial(TestCertificate certificate) {
        return certificate.certificate().getSerialNumber().toString();
    }

    @Test
    void identitiesComeAndGo() throws Exception {
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(GOOD));
                OcspStapler stapler = builder(responder).build()) {
            WeakReference<TlsIdentity> gone = passingIdentity(stapler);
            leafResponse(stapler);
            assertEquals(2, stapler.statistics().certificates());
            Task.eventually(() -> {
                System.gc();
                stapler.wake();
                return gone.refersTo(null) && stapler.statistics().certificates() == 1;
            });
            assertTrue(stapler.await(Task.HANG), "the other one stays");
        }
    }

    private static WeakReference<TlsIdentity> passingIdentity(OcspStapler stapler) {
        return new WeakReference<>(
                TestPki.goodServer(KIND).issuedBy(ISSUER).identity().withStapler(stapler));
    }

    @Test
    void closedStaplerKeepsWhatItHas() throws Exception {
        try (FaultyResponder responder = new FaultyResponder(FaultyResponder.body(GOOD))) {
            OcspStapler stapler = builder(responder).build();
            leafResponse(stapler);
            assertTrue(stapler.await(Task.HANG));
            stapler.close();
            assertArrayEquals(GOOD, leafResponse(stapler));
            OcspStapler hanging = builder(responder).build();
            responder.answer(responder::neverAnswer);
            leafResponse(hanging);
            Task.eventually(() -> responder.requests() == 2);
            Task<Boolean> waiting =
                    new Task<>(ThreadKind.VIRTUAL, () -> hanging.await(Task.HANG)).parkedIn("awaitNanos");
            hanging.close();
            assertFalse(waiting.get());
            assertEquals(0, hanging.responses(TestPki.client(KIND).chain()).getFirst().length);
            assertEquals(1, hanging.statistics().fetches(), "a closed stapler begins no fetch");
        }
    }

    @Test
    void settingsAreChecked() {
        OcspStapler.Builder builder = OcspStapler.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.timeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.retries(Duration.ZERO, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> builder.retries(Duration.ofSeconds(1), Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> builder.responder(URI.create("ldap://example.test/")));
        assertTrue(Pattern.matches("OcspStapler\\[.*]", builder.build().toString()));
    }
}
