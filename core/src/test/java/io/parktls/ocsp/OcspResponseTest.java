package io.parktls.ocsp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.pki.RevocationExtensions;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests how OCSP responses are parsed and verified, with responses that Bouncy Castle made. */
class OcspResponseTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final TestCertificate ISSUER = TestPki.authority(KIND);
    private static final TestCertificate OTHER_ISSUER = TestCertificate.authority(KIND, "Test CA " + KIND);
    private static final X509Certificate LEAF = TestPki.server(KIND).chain().getFirst();
    private static final Instant NOW = TestOcsp.NOW;

    private static TestOcsp response() {
        return TestOcsp.of(LEAF, ISSUER);
    }

    private static OcspAnswer answer(TestOcsp response) throws OcspException {
        return OcspResponse.parse(response.build()).answerFor(LEAF, ISSUER.certificate());
    }

    private static void verify(TestOcsp response) throws OcspException {
        OcspResponse.parse(response.build()).verify(ISSUER.certificate(), NOW);
    }

    @Test
    void goodResponse() throws OcspException {
        verify(response());
        OcspAnswer answer = answer(response());
        assertEquals(OcspAnswer.Status.GOOD, answer.status());
        assertTrue(answer.isCurrent(NOW));
        assertEquals(null, answer.obstacle(NOW));
        assertEquals(NOW.plus(Duration.ofDays(1)), answer.expires());
        assertFalse(answer.isCurrent(answer.expires()), "nextUpdate itself is too late");
        assertFalse(answer.isCurrent(answer.thisUpdate().minus(Duration.ofHours(1))), "before thisUpdate");
    }

    @Test
    void withoutNextUpdateForAnHour() throws OcspException {
        OcspAnswer answer = answer(response().validity(NOW, null));
        assertTrue(answer.isCurrent(NOW.plus(Duration.ofMinutes(59))));
        assertFalse(answer.isCurrent(NOW.plus(Duration.ofMinutes(61))));
    }

    @Test
    void revokedAndUnknown() throws OcspException {
        OcspAnswer revoked = answer(response().revoked());
        assertEquals(OcspAnswer.Status.REVOKED, revoked.status());
        String obstacle = String.valueOf(revoked.obstacle(NOW));
        assertTrue(obstacle.contains("revoked since " + NOW.minus(Duration.ofDays(2))), obstacle);
        OcspAnswer unknown = answer(response().unknown());
        assertEquals(OcspAnswer.Status.UNKNOWN, unknown.status());
        assertTrue(String.valueOf(unknown.obstacle(NOW)).contains("unknown"));
    }

    @Test
    void ofAnotherCertificate() throws OcspException {
        X509Certificate other = TestPki.client(KIND).chain().getFirst();
        OcspResponse response = OcspResponse.parse(response().build());
        assertThrows(OcspException.class, () -> response.answerFor(other, ISSUER.certificate()));
        assertThrows(OcspException.class, () -> response.answerFor(other, null));
        response.answerFor(LEAF, null);
        // The same name and serial number, but another key.
        assertThrows(OcspException.class, () -> response.answerFor(LEAF, OTHER_ISSUER.certificate()));
    }

    @Test
    void signers() throws OcspException {
        verify(response().responderByKey());
        TestCertificate delegate = delegate(TestOcsp.OCSP_SIGNING, Duration.ofDays(1), ISSUER);
        verify(response().signedBy(delegate));
        verify(response().signedBy(delegate).responderByKey());
        refused(response().signedBy(delegate).certificates(0), "nor by a responder");
        refused(response().signedBy(delegate(TestCertificate.SERVER_AUTH, Duration.ofDays(1), ISSUER)), "OCSPSigning");
        refused(response().signedBy(delegate(TestOcsp.OCSP_SIGNING, Duration.ofHours(-1), ISSUER)), "expired|NotAfter");
        refused(
                response().signedBy(delegate(TestOcsp.OCSP_SIGNING, Duration.ofDays(1), OTHER_ISSUER)),
                "cannot be verified");
        refused(response().signedBy(OTHER_ISSUER), "invalid");
        refused(response().signedBy(TestCertificate.authority(KIND, "Another CA")), "was not issued by");
    }

    private static TestCertificate delegate(String purpose, Duration left, TestCertificate issuer) {
        return TestCertificate.of(KIND, "responder")
                .purposes(purpose)
                .validity(NOW.minus(Duration.ofDays(3)), NOW.plus(left))
                .issuedBy(issuer);
    }

    private static void refused(TestOcsp response, String reason) {
        OcspException refusal = assertThrows(OcspException.class, () -> verify(response));
        assertTrue(refusal.getMessage().matches("(?s).*(" + reason + ").*"), refusal::getMessage);
    }

    @Test
    void alteredResponse() {
        byte[] altered = response().build();
        // In the time of the response, which is signed; the signature and the certificate come later.
        altered[altered.length / 8] ^= 1;
        assertThrows(OcspException.class, () -> {
            OcspResponse parsed = OcspResponse.parse(altered);
            parsed.answerFor(LEAF, ISSUER.certificate());
            parsed.verify(ISSUER.certificate(), NOW);
        });
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                OCSPRespBuilder.MALFORMED_REQUEST,
                OCSPRespBuilder.INTERNAL_ERROR,
                OCSPRespBuilder.TRY_LATER,
                OCSPRespBuilder.SIG_REQUIRED,
                OCSPRespBuilder.UNAUTHORIZED
            })
    void errorMessagesOfResponders(int code) {
        OcspException refusal = assertThrows(OcspException.class, () -> OcspResponse.parse(TestOcsp.error(code)));
        assertTrue(refusal.getMessage().contains("answered "), refusal::getMessage);
    }

    @Test
    void malformedResponses() {
        byte[] good = response().build();
        for (int length = 0; length < good.length; length += 7) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(OcspException.class, () -> OcspResponse.parse(cut), "cut to " + length);
        }
        assertThrows(OcspException.class, () -> OcspResponse.parse(Arrays.copyOf(good, good.length + 1)), "longer");
        assertThrows(
                OcspException.class,
                () -> OcspResponse.parse("<html>".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        assertThrows(OcspException.class, () -> OcspResponse.parse(new byte[OcspResponse.MAX_LENGTH + 1]), "too long");
    }

    @Test
    void request() throws Exception {
        OCSPReq request = new OCSPReq(OcspRequest.of(LEAF, ISSUER.certificate()).encoding());
        assertEquals(1, request.getRequestList().length);
        assertEquals(
                LEAF.getSerialNumber(), request.getRequestList()[0].getCertID().getSerialNumber());
    }

    @Test
    void responderOfACertificate() {
        assertNull(RevocationExtensions.responder(LEAF));
        assertEquals(URI.create("http://ocsp.example/x"), responder("http://ocsp.example/x"));
        for (String other :
                List.of("https://ocsp.example/", "ldap://ocsp.example/", "http://not a uri", "file:///etc/passwd")) {
            assertNull(responder(other), other);
        }
    }

    private static @Nullable URI responder(String uri) {
        return RevocationExtensions.responder(
                TestPki.goodServer(KIND).responder(uri).issuedBy(ISSUER).certificate());
    }
}
