package io.parktls.revocation;

import static io.parktls.TlsAlert.BAD_CERTIFICATE_STATUS_RESPONSE;
import static io.parktls.TlsAlert.CERTIFICATE_REVOKED;
import static io.parktls.TlsAlert.CERTIFICATE_UNKNOWN;
import static io.parktls.revocation.RevocationPki.OTHER;
import static io.parktls.revocation.RevocationPki.ROOT;
import static io.parktls.revocation.RevocationPki.assertOutcome;
import static io.parktls.revocation.RevocationPki.refusal;
import static io.parktls.revocation.RevocationPki.server;
import static io.parktls.revocation.RevocationPki.trust;
import static io.parktls.revocation.RevocationPki.verify;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestOcsp;
import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsRevocation;
import io.parktls.TlsTrust;
import io.parktls.engine.ForeignCodeBoundary;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of OCSP response, stapled and from a responder on the loopback, under each policy. */
class OcspPolicyTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    private static StatusServer http;
    private static int names;

    @BeforeAll
    static void open() throws IOException {
        http = new StatusServer();
    }

    @AfterAll
    static void close() {
        http.close();
    }

    private static String newName() {
        return "ocsp" + names++;
    }

    private static TlsRevocation online() {
        return TlsRevocation.online().timeout(LONG);
    }

    /** A response that says something about a certificate, or fails to. */
    enum Response {
        GOOD,
        REVOKED,
        UNKNOWN,
        EXPIRED,
        NOT_YET_VALID,
        WITHOUT_NEXT_UPDATE_AND_OLD,
        OF_ANOTHER_ISSUER,
        ABOUT_ANOTHER_CERTIFICATE,
        DAMAGED,
        CUT,
        GARBAGE,
        TRY_LATER,
        UNAUTHORIZED;

        byte[] of(X509Certificate certificate) {
            TestOcsp response = TestOcsp.of(certificate, ROOT);
            Instant now = TestOcsp.NOW;
            return switch (this) {
                case GOOD -> response.build();
                case REVOKED -> response.revoked().build();
                case UNKNOWN -> response.unknown().build();
                case EXPIRED -> response.expired().build();
                case NOT_YET_VALID ->
                    response.validity(now.plus(Duration.ofHours(2)), now.plus(Duration.ofHours(3)))
                            .build();
                case WITHOUT_NEXT_UPDATE_AND_OLD ->
                    response.validity(now.minus(Duration.ofDays(1)), null).build();
                case OF_ANOTHER_ISSUER -> response.signedBy(OTHER).build();
                case ABOUT_ANOTHER_CERTIFICATE ->
                    TestOcsp.of(server().issuedBy(ROOT).certificate(), ROOT).build();
                case DAMAGED -> {
                    byte[] bytes = response.build();
                    // In the middle of the response data, which the signature covers: the serial number or its hashes.
                    bytes[90] ^= 1;
                    yield bytes;
                }
                case CUT -> Arrays.copyOf(response.build(), 100);
                case GARBAGE -> new byte[] {1, 2, 3};
                case TRY_LATER -> TestOcsp.error(OCSPRespBuilder.TRY_LATER);
                case UNAUTHORIZED -> TestOcsp.error(OCSPRespBuilder.UNAUTHORIZED);
            };
        }

        /** Returns the alert of a client that gets this response stapled; null for none. */
        @Nullable
        TlsAlert ifStapled() {
            return switch (this) {
                case GOOD -> null;
                case REVOKED -> CERTIFICATE_REVOKED;
                default -> BAD_CERTIFICATE_STATUS_RESPONSE;
            };
        }

        @Nullable
        TlsAlert ifFetched(boolean softFail) {
            return switch (this) {
                case GOOD -> null;
                case REVOKED -> CERTIFICATE_REVOKED;
                default -> softFail ? null : CERTIFICATE_UNKNOWN;
            };
        }
    }

    // ---- stapled responses

    @ParameterizedTest
    @EnumSource
    void stapled(Response response) throws Exception {
        TestCertificate certificate = server().issuedBy(ROOT);
        byte[] staple = response.of(certificate.certificate());
        TlsAlert alert = response.ifStapled();
        for (TlsRevocation policy : List.of(
                TlsRevocation.stapled(),
                TlsRevocation.stapled().softFail(),
                TlsRevocation.stapled().onlyLeaf(),
                online(),
                online().softFail(),
                online().onlyCrls().softFail())) {
            assertOutcome(alert, trust(policy), certificate, staple);
        }
        verify(trust(TlsRevocation.off()), certificate, staple);
    }

    @Test
    void missingStaple() throws Exception {
        TestCertificate certificate = server().issuedBy(ROOT);
        String message = refusal(BAD_CERTIFICATE_STATUS_RESPONSE, trust(TlsRevocation.stapled()), certificate);
        assertTrue(message.contains("stapled no OCSP response"), message);
        refusal(BAD_CERTIFICATE_STATUS_RESPONSE, trust(TlsRevocation.stapled()), certificate, new byte[0]);
        verify(trust(TlsRevocation.stapled().softFail()), certificate);
        verify(trust(TlsRevocation.off()), certificate);
    }

    @Test
    void mustStaple() throws Exception {
        String name = newName();
        TestCertificate certificate =
                server().mustStaple().responder(http.url(name)).issuedBy(ROOT);
        byte[] good = Response.GOOD.of(certificate.certificate());
        http.answer(name, good);
        for (TlsRevocation policy :
                List.of(TlsRevocation.stapled(), TlsRevocation.stapled().softFail(), online(), online().softFail())) {
            String message = refusal(BAD_CERTIFICATE_STATUS_RESPONSE, trust(policy), certificate);
            assertTrue(message.contains("RFC 7633"), message);
            verify(trust(policy), certificate, good);
        }
        verify(trust(TlsRevocation.off()), certificate);
        assertEquals(0, http.requests(name), "a stapled response saves the request");
    }

    /** The chain of the server has an intermediate authority, whose own staple is optional. */
    @Test
    void staplesOfIntermediates() throws Exception {
        TestCertificate intermediate = TestCertificate.of(RevocationPki.KIND, "Intermediate")
                .authority()
                .issuedBy(ROOT);
        TestCertificate certificate = server().issuedBy(intermediate);
        byte[] good = TestOcsp.of(certificate.certificate(), intermediate).build();
        byte[] goodIntermediate = Response.GOOD.of(intermediate.certificate());
        TlsTrust trust = trust(TlsRevocation.stapled());
        verify(trust, certificate, good);
        verify(trust, certificate, good, goodIntermediate);
        String message =
                refusal(CERTIFICATE_REVOKED, trust, certificate, good, Response.REVOKED.of(intermediate.certificate()));
        assertTrue(message.contains("CN=Intermediate"), message);
        verify(
                trust(TlsRevocation.stapled().onlyLeaf()),
                certificate,
                good,
                Response.REVOKED.of(intermediate.certificate()));
        refusal(BAD_CERTIFICATE_STATUS_RESPONSE, trust, certificate, goodIntermediate, good);
    }

    /** RFC 6960 4.2.2.2: the issuer may certify another key for signing responses. */
    @Test
    void delegatedResponder() throws Exception {
        TestCertificate certificate = server().issuedBy(ROOT);
        TestCertificate delegate = TestCertificate.of(RevocationPki.KIND, "Responder")
                .purposes(TestOcsp.OCSP_SIGNING)
                .issuedBy(ROOT);
        TestCertificate undelegated =
                TestCertificate.of(RevocationPki.KIND, "Responder").issuedBy(ROOT);
        TestOcsp response = TestOcsp.of(certificate.certificate(), ROOT);
        verify(
                trust(TlsRevocation.stapled()),
                certificate,
                response.signedBy(delegate).build());
        refusal(
                BAD_CERTIFICATE_STATUS_RESPONSE,
                trust(TlsRevocation.stapled()),
                certificate,
                response.signedBy(undelegated).build());
    }

    // ---- responders

    @ParameterizedTest
    @EnumSource
    void fetched(Response response) throws Exception {
        String name = newName();
        TestCertificate certificate = server().responder(http.url(name)).issuedBy(ROOT);
        http.answer(name, response.of(certificate.certificate()));
        assertOutcome(response.ifFetched(false), trust(online().onlyOcsp()), certificate);
        assertOutcome(response.ifFetched(true), trust(online().onlyOcsp().softFail()), certificate);
        verify(trust(TlsRevocation.off()), certificate);
    }

    /** Responders that have no answer at all, with what the message says about them. */
    static Stream<List<String>> silentResponders() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Stream.of(
                    List.of(http.url("missing"), "HTTP status 404"),
                    List.of("http://127.0.0.1:" + closed.getLocalPort() + "/", "did not answer"),
                    List.of(http.url("huge"), "did not answer"),
                    List.of("ldap://127.0.0.1/ocsp", "no OCSP responder with an http URL"),
                    List.of("file:///etc/passwd", "no OCSP responder with an http URL"),
                    List.of("http:// bad", "no OCSP responder with an http URL"));
        }
    }

    @ParameterizedTest
    @MethodSource
    void silentResponders(List<String> row) throws Exception {
        http.answer("huge", new byte[300_000]);
        TestCertificate certificate = server().responder(row.getFirst()).issuedBy(ROOT);
        String message = refusal(CERTIFICATE_UNKNOWN, trust(online().onlyOcsp()), certificate);
        assertTrue(message.contains(row.getLast()), message);
        verify(trust(online().onlyOcsp().softFail()), certificate);
    }

    @Test
    void noResponderInTheCertificate() throws Exception {
        TestCertificate certificate = server().issuedBy(ROOT);
        String message = refusal(CERTIFICATE_UNKNOWN, trust(online()), certificate);
        assertTrue(message.contains("names no OCSP responder") && message.contains("names no CRL"), message);
        verify(trust(online().softFail()), certificate);
    }

    @Test
    void aResponderThatNeverAnswersCostsTheTimeoutOnly() throws Exception {
        TestCertificate certificate = server().responder(http.url("hang1")).issuedBy(ROOT);
        TlsRevocation policy = TlsRevocation.online().onlyOcsp().timeout(Duration.ofMillis(200));
        String message = refusal(CERTIFICATE_UNKNOWN, trust(policy), certificate);
        assertTrue(message.contains("no answer within"), message);
        verify(trust(policy.softFail()), certificate);
        assertEquals(2, http.requests("hang1"));
    }

    @Test
    void anInterruptEndsTheWait() throws Exception {
        TestCertificate certificate = server().responder(http.url("hang2")).issuedBy(ROOT);
        TlsTrust trust = trust(online().onlyOcsp().softFail());
        Thread.currentThread().interrupt();
        String message = refusal(CERTIFICATE_UNKNOWN, trust, certificate);
        assertTrue(Thread.interrupted(), "the flag is kept");
        assertTrue(message.contains("interrupted"), message);
    }

    @Test
    void theMessageNamesCertificateSourceAndReason() throws Exception {
        String name = newName();
        TestCertificate certificate = server().responder(http.url(name)).issuedBy(ROOT);
        http.answer(name, Response.REVOKED.of(certificate.certificate()));
        String message = refusal(CERTIFICATE_REVOKED, trust(online()), certificate);
        String serial = certificate.certificate().getSerialNumber().toString(16);
        for (String part : List.of(
                "CN=test server",
                "serial number " + serial,
                "revoked since " + TestOcsp.NOW.minus(Duration.ofDays(2)),
                "key compromise",
                http.url(name))) {
            assertTrue(message.contains(part), part + " in: " + message);
        }
        String stapled = refusal(
                CERTIFICATE_REVOKED,
                trust(TlsRevocation.stapled()),
                certificate,
                Response.REVOKED.of(certificate.certificate()));
        assertTrue(stapled.contains("the stapled OCSP response"), stapled);
    }

    @Test
    void responderOfThePolicy() throws Exception {
        String name = newName();
        String named = newName();
        TestCertificate certificate = server().responder(http.url(named)).issuedBy(ROOT);
        TestCertificate own = TestCertificate.authority(RevocationPki.KIND, "Own Responder");
        http.answer(
                name, TestOcsp.of(certificate.certificate(), ROOT).signedBy(own).build());
        refusal(CERTIFICATE_UNKNOWN, trust(online().onlyOcsp().responder(http.uri(name))), certificate);
        verify(trust(online().onlyOcsp().responder(http.uri(name), own.certificate())), certificate);
        assertEquals(0, http.requests(named));
        for (String url : List.of("ldap://host/", "http:/path", "ocsp.example.com")) {
            assertThrows(
                    IllegalArgumentException.class, () -> TlsRevocation.online().responder(URI.create(url)), url);
        }
    }

    /** The long URL of the responder makes the GET request longer than 255 characters (RFC 5019 5). */
    @Test
    void longRequestsArePosted() throws Exception {
        String name = newName();
        TestCertificate certificate =
                server().responder(http.url(name + "/" + "a".repeat(200))).issuedBy(ROOT);
        http.answer(name, Response.GOOD.of(certificate.certificate()));
        verify(trust(online()), certificate);
        assertEquals(1, http.requests(name));
    }

    // ---- what is kept

    @Test
    void handshakesShareOneRequest() throws Exception {
        String name = newName();
        TestCertificate certificate = server().responder(http.url(name)).issuedBy(ROOT);
        http.answer(name, Response.GOOD.of(certificate.certificate()));
        TlsTrust trust = trust(online());
        Callable<Void> verification = () -> {
            verify(trust, certificate);
            return null;
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Void> result : threads.invokeAll(List.of(verification, verification, verification))) {
                result.get();
            }
        }
        assertEquals(1, http.requests(name));
    }

    @Test
    void failuresAreNotKept() throws Exception {
        String name = newName();
        TestCertificate certificate = server().responder(http.url(name)).issuedBy(ROOT);
        TlsTrust trust = trust(online());
        refusal(CERTIFICATE_UNKNOWN, trust, certificate);
        http.answer(name, Response.GOOD.of(certificate.certificate()));
        verify(trust, certificate);
    }

    // ---- the rest of the contract

    @Test
    void onlySourcesOutsideTheProcessMayWait() {
        assertFalse(trust(TlsRevocation.off()).mayWait());
        assertFalse(trust(TlsRevocation.stapled()).mayWait());
        assertTrue(trust(TlsRevocation.online()).mayWait());
        assertTrue(trust(TlsRevocation.stapled().responder(http.uri("x"))).mayWait());
        assertFalse(trust(TlsRevocation.off()).requestsStaples());
        assertTrue(trust(TlsRevocation.stapled()).requestsStaples());
        assertTrue(trust(TlsRevocation.online()).requestsStaples());
    }

    /** The peer may append certificates that have nothing to do with its own. */
    @Test
    void onlyTheVerifiedPathIsChecked() throws TlsPeerUnverifiedException {
        TestCertificate certificate = server().issuedBy(ROOT);
        TestCertificate unrelated = server().responder(http.url("hang3")).issuedBy(OTHER);
        byte[] good = Response.GOOD.of(certificate.certificate());
        trust(online())
                .verifyServer(
                        List.of(certificate.certificate(), unrelated.certificate()),
                        "UNKNOWN",
                        null,
                        List.of(good),
                        ForeignCodeBoundary.NONE);
        assertEquals(0, http.requests("hang3"));
    }
}
