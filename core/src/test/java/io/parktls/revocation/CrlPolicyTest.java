package io.parktls.revocation;

import static io.parktls.TlsAlert.CERTIFICATE_REVOKED;
import static io.parktls.TlsAlert.CERTIFICATE_UNKNOWN;
import static io.parktls.revocation.RevocationPki.IMPOSTOR;
import static io.parktls.revocation.RevocationPki.KIND;
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
import io.parktls.TestPki;
import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsRevocation;
import io.parktls.TlsTrust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.KeyStore;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of CRL, in files, as objects and from a server on the loopback, under each policy. */
class CrlPolicyTest {
    private static StatusServer http;
    private static int names;

    @TempDir
    Path directory;

    @BeforeAll
    static void open() throws IOException {
        http = new StatusServer();
    }

    @AfterAll
    static void close() {
        http.close();
    }

    private static String newName() {
        return "crl" + names++;
    }

    private static TlsRevocation online() {
        return TlsRevocation.online().timeout(Duration.ofMinutes(2));
    }

    /** A CRL that says something about a certificate, or fails to. */
    enum Crl {
        GOOD(true),
        REVOKED(false),
        OTHERS_REVOKED(true),
        FOR_USERS(true),
        FOR_USERS_AND_REVOKED(false),
        OF_ITS_DISTRIBUTION_POINT(true),
        EXPIRED(null),
        EXPIRED_AND_REVOKED(null),
        NOT_YET_VALID(null),
        WITHOUT_NEXT_UPDATE(null),
        OF_AN_IMPOSTOR(null),
        OF_AN_IMPOSTOR_AND_REVOKED(null),
        OF_ANOTHER_ISSUER(null),
        SHA1(null),
        DELTA(null),
        INDIRECT(null),
        FOR_SOME_REASONS(null),
        FOR_AUTHORITIES(null),
        OF_ANOTHER_DISTRIBUTION_POINT(null);

        /** True if the certificate is good, false if it is revoked, null if the CRL must count as no answer. */
        private final @Nullable Boolean good;

        Crl(@Nullable Boolean good) {
            this.good = good;
        }

        X509CRL of(X509Certificate certificate, String url) {
            TestCrl crl = TestCrl.of(ROOT);
            Instant now = Instant.now();
            return switch (this) {
                case GOOD -> crl.build();
                case REVOKED -> crl.revoke(certificate).build();
                case OTHERS_REVOKED ->
                    crl.revoke(server().issuedBy(ROOT).certificate()).build();
                case FOR_USERS -> crl.scope(null, true, false, false).build();
                case FOR_USERS_AND_REVOKED ->
                    crl.scope(null, true, false, false).revoke(certificate).build();
                case OF_ITS_DISTRIBUTION_POINT ->
                    crl.scope(url, true, false, false).build();
                case EXPIRED -> crl.expired().build();
                case EXPIRED_AND_REVOKED -> crl.expired().revoke(certificate).build();
                case NOT_YET_VALID ->
                    crl.validity(now.plus(Duration.ofHours(1)), now.plus(Duration.ofDays(1)))
                            .build();
                case WITHOUT_NEXT_UPDATE ->
                    crl.validity(now.minus(Duration.ofHours(1)), null).build();
                case OF_AN_IMPOSTOR -> crl.signedBy(IMPOSTOR).build();
                case OF_AN_IMPOSTOR_AND_REVOKED ->
                    crl.signedBy(IMPOSTOR).revoke(certificate).build();
                case OF_ANOTHER_ISSUER -> TestCrl.of(OTHER).build();
                case SHA1 -> crl.algorithm("SHA1withECDSA").build();
                case DELTA -> crl.delta().build();
                case INDIRECT -> crl.scope(null, false, false, true).build();
                case FOR_SOME_REASONS -> crl.onlyKeyCompromise().build();
                case FOR_AUTHORITIES -> crl.scope(null, false, true, false).build();
                case OF_ANOTHER_DISTRIBUTION_POINT ->
                    crl.scope("http://elsewhere.test/crl", false, false, false).build();
            };
        }

        @Nullable
        TlsAlert alert(boolean softFail) {
            if (good == null) {
                return softFail ? null : CERTIFICATE_UNKNOWN;
            }
            return good ? null : CERTIFICATE_REVOKED;
        }
    }

    @ParameterizedTest
    @EnumSource
    void fetched(Crl kind) throws Exception {
        String name = newName();
        TestCertificate certificate = server().crl(http.url(name)).issuedBy(ROOT);
        http.answer(name, kind.of(certificate.certificate(), http.url(name)).getEncoded());
        for (TlsRevocation policy : List.of(online().onlyCrls(), online().preferCrls(), online())) {
            assertOutcome(kind.alert(false), trust(policy), certificate);
            assertOutcome(kind.alert(true), trust(policy.softFail()), certificate);
        }
        verify(trust(TlsRevocation.off()), certificate);
    }

    @ParameterizedTest
    @EnumSource
    void given(Crl kind) throws Exception {
        TestCertificate certificate = server().crl("http://crl.test/1").issuedBy(ROOT);
        X509CRL crl = kind.of(certificate.certificate(), "http://crl.test/1");
        TlsRevocation object = TlsRevocation.stapled().withCrls(List.of(crl));
        assertOutcome(kind.alert(false), trust(object), certificate);
        assertOutcome(kind.alert(true), trust(object.softFail()), certificate);
        TlsRevocation file = TlsRevocation.crls(Files.write(directory.resolve("der.crl"), crl.getEncoded()));
        assertOutcome(kind.alert(false), trust(file), certificate);
        assertOutcome(kind.alert(true), trust(file.softFail()), certificate);
    }

    /** An authority whose key usage does not allow it to sign CRLs (RFC 5280 6.3.3 (f)). */
    @Test
    void issuerMayNotSignCrls() {
        TestCertificate root = TestCertificate.of(KIND, "No CRLs")
                .authority()
                .keyUsage(KeyUsage.keyCertSign)
                .selfSigned();
        TestCertificate certificate = server().issuedBy(root);
        TlsTrust trust = TestPki.trust(List.of(root.certificate()))
                .revocation(TlsRevocation.stapled()
                        .withCrls(List.of(TestCrl.of(root).build())));
        String message = refusal(CERTIFICATE_UNKNOWN, trust, certificate);
        assertTrue(message.contains("cRLSign"), message);
    }

    @Test
    void servedFilesThatAreNoCrls() throws Exception {
        String name = newName();
        TestCertificate certificate = server().crl(http.url(name)).issuedBy(ROOT);
        String missing = refusal(CERTIFICATE_UNKNOWN, trust(online().onlyCrls()), certificate);
        assertTrue(missing.contains(http.url(name)) && missing.contains("HTTP status 404"), missing);
        http.answer(name, "<html>".getBytes(StandardCharsets.US_ASCII));
        String garbage = refusal(CERTIFICATE_UNKNOWN, trust(online().onlyCrls()), certificate);
        assertTrue(garbage.contains("not a CRL"), garbage);
        verify(trust(online().onlyCrls().softFail()), certificate);
    }

    @Test
    void theMessageNamesSourceDateAndReason() throws Exception {
        TestCertificate certificate = server().issuedBy(ROOT);
        Path file = write("revoked.crl", TestCrl.of(ROOT).revoke(certificate.certificate()));
        String message = refusal(CERTIFICATE_REVOKED, trust(TlsRevocation.crls(file)), certificate);
        for (String part : List.of("CN=test server", "is revoked since 20", "key compromise", file.toString())) {
            assertTrue(message.contains(part), part + " in: " + message);
        }
    }

    // ---- several sources and certificates

    @Test
    void orderOfTheSources() throws Exception {
        String name = newName();
        TestCertificate certificate =
                server().responder(http.url(name + "ocsp")).crl(http.url(name)).issuedBy(ROOT);
        http.answer(name + "ocsp", TestOcsp.of(certificate.certificate(), ROOT).build());
        http.answer(
                name, TestCrl.of(ROOT).revoke(certificate.certificate()).build().getEncoded());
        verify(trust(online()), certificate);
        verify(trust(online().onlyOcsp()), certificate);
        refusal(CERTIFICATE_REVOKED, trust(online().preferCrls()), certificate);
        refusal(CERTIFICATE_REVOKED, trust(online().onlyCrls()), certificate);
    }

    @Test
    void theOtherSourceAnswersIfTheFirstCannot() throws Exception {
        String name = newName();
        TestCertificate certificate =
                server().responder(http.url("missing")).crl(http.url(name)).issuedBy(ROOT);
        http.answer(name, TestCrl.of(ROOT).build().getEncoded());
        verify(trust(online()), certificate);
        TestCertificate other = server().responder(http.url(name + "ocsp"))
                .crl(http.url("missing"))
                .issuedBy(ROOT);
        http.answer(name + "ocsp", TestOcsp.of(other.certificate(), ROOT).build());
        verify(trust(online().preferCrls()), other);
        String message = refusal(CERTIFICATE_UNKNOWN, trust(online().onlyCrls()), other);
        assertTrue(message.contains(http.url("missing")), message);
    }

    /** The responder may take half of the time only, so that the CRL can still be fetched. */
    @Test
    void aResponderThatNeverAnswersLeavesTimeForTheCrl() throws Exception {
        String name = newName();
        TestCertificate certificate =
                server().responder(http.url("hang")).crl(http.url(name)).issuedBy(ROOT);
        http.answer(name, TestCrl.of(ROOT).build().getEncoded());
        verify(trust(online().timeout(Duration.ofSeconds(10))), certificate);
        assertEquals(1, http.requests("hang"));
    }

    /** A CRL of the application bans certificates even if their authority calls them good. */
    @Test
    void aGivenCrlThatListsACertificateDecides() throws Exception {
        String name = newName();
        TestCertificate certificate = server().responder(http.url(name)).issuedBy(ROOT);
        byte[] good = TestOcsp.of(certificate.certificate(), ROOT).build();
        http.answer(name, good);
        TlsRevocation policy = online().withCrls(List.of(
                TestCrl.of(ROOT).revoke(certificate.certificate()).build()));
        refusal(CERTIFICATE_REVOKED, trust(policy), certificate);
        refusal(CERTIFICATE_REVOKED, trust(policy), certificate, good);
        assertEquals(0, http.requests(name));
    }

    @Test
    void allCertificatesOfThePathOrOnlyTheLeaf() throws Exception {
        TestCertificate intermediate =
                TestCertificate.of(KIND, "Intermediate").authority().issuedBy(ROOT);
        TestCertificate certificate = server().issuedBy(intermediate);
        TlsRevocation ofBoth = TlsRevocation.stapled()
                .withCrls(List.of(
                        TestCrl.of(ROOT).revoke(intermediate.certificate()).build(),
                        TestCrl.of(intermediate).build()));
        String message = refusal(CERTIFICATE_REVOKED, trust(ofBoth), certificate);
        assertTrue(message.contains("CN=Intermediate"), message);
        verify(trust(ofBoth.onlyLeaf()), certificate);
        TlsRevocation ofRoot =
                TlsRevocation.stapled().withCrls(List.of(TestCrl.of(ROOT).build()));
        refusal(CERTIFICATE_UNKNOWN, trust(ofRoot), certificate);
        TlsRevocation good = ofRoot.withCrls(List.of(TestCrl.of(intermediate).build()));
        verify(trust(good), certificate);
    }

    // ---- clients, trust managers

    @Test
    void clientsAreChecked() throws Exception {
        TestCertificate client = TestCertificate.of(KIND, "test client")
                .purposes(TestCertificate.CLIENT_AUTH)
                .issuedBy(ROOT);
        List<X509Certificate> chain = RevocationPki.chain(client);
        trust(TlsRevocation.stapled().withCrls(List.of(TestCrl.of(ROOT).build())))
                .verifyClient(chain, "EC");
        TlsTrust revoking = trust(TlsRevocation.stapled()
                .withCrls(List.of(TestCrl.of(ROOT).revoke(client.certificate()).build())));
        TlsPeerUnverifiedException e =
                assertThrows(TlsPeerUnverifiedException.class, () -> revoking.verifyClient(chain, "EC"));
        assertEquals(CERTIFICATE_REVOKED, e.alert().orElseThrow());
    }

    @Test
    void trustManagers() throws Exception {
        KeyStore anchors = TestPki.keyStore(List.of(ROOT.certificate()));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(anchors);
        X509TrustManager manager = (X509TrustManager) factory.getTrustManagers()[0];
        TestCertificate certificate = server().issuedBy(ROOT);
        TlsRevocation policy = TlsRevocation.stapled()
                .withCrls(List.of(
                        TestCrl.of(ROOT).revoke(certificate.certificate()).build()));
        refusal(CERTIFICATE_REVOKED, TlsTrust.of(manager).revocation(policy), certificate);
        verify(TlsTrust.of(manager).revocation(policy), withStatus());
    }

    private static TestCertificate withStatus() {
        return server().issuedBy(ROOT);
    }

    /** A trust manager that decides by other means knows no issuer that could tell the status. */
    @Test
    void trustManagerWithoutIssuers() throws Exception {
        X509TrustManager manager = new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
        TlsTrust trust = TlsTrust.of(manager).revocation(online());
        String message = refusal(CERTIFICATE_UNKNOWN, trust, withStatus());
        assertTrue(message.contains("the trust manager knows no issuer"), message);
        verify(TlsTrust.of(manager).revocation(online().softFail()), withStatus());
    }

    @Test
    void trustWithoutIssuers() {
        X509Certificate certificate = withStatus().certificate();
        for (TlsTrust trust : List.of(
                TlsTrust.insecure(), TlsTrust.only(certificate), TlsTrust.onlyKeys(TlsTrust.pin(certificate)))) {
            assertThrows(IllegalStateException.class, () -> trust.revocation(TlsRevocation.stapled()));
            assertFalse(trust.revocation(TlsRevocation.off()).requestsStaples());
        }
    }

    /** A certificate that is itself trusted has no issuer whose word would count more. */
    @Test
    void trustAnchorsAreNotChecked() throws Exception {
        TestCertificate certificate = withStatus();
        TlsTrust trust = TestPki.trust(List.of(certificate.certificate())).revocation(TlsRevocation.stapled());
        verify(trust, certificate);
    }

    // ---- files

    private Path write(String name, TestCrl... crls) throws Exception {
        StringBuilder pem = new StringBuilder();
        for (TestCrl crl : crls) {
            pem.append(TestPki.pem("X509 CRL", crl.build().getEncoded()));
        }
        return Files.writeString(directory.resolve(name), pem);
    }

    @Test
    void fileWithSeveralCrls() throws Exception {
        TestCertificate certificate = withStatus();
        Path file = write("both.crl", TestCrl.of(OTHER), TestCrl.of(ROOT));
        verify(trust(TlsRevocation.crls(file)), certificate);
        Path revoking =
                write("revoking.crl", TestCrl.of(OTHER), TestCrl.of(ROOT).revoke(certificate.certificate()));
        refusal(CERTIFICATE_REVOKED, trust(TlsRevocation.crls(revoking)), certificate);
        assertTrue(trust(TlsRevocation.crls(file)).mayWait(), "a file may be on a slow disk");
    }

    @Test
    void changedFilesAreReadAgain() throws Exception {
        TestCertificate certificate = withStatus();
        Path file = write("current.crl", TestCrl.of(ROOT));
        TlsTrust trust = trust(TlsRevocation.crls(file));
        verify(trust, certificate);
        Files.move(
                write("next.crl", TestCrl.of(ROOT).revoke(certificate.certificate())),
                file,
                StandardCopyOption.REPLACE_EXISTING);
        refusal(CERTIFICATE_REVOKED, trust, certificate);
        write("current.crl", TestCrl.of(ROOT));
        // The content has another length in most cases; the time differs in all.
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
        verify(trust, certificate);
        Files.writeString(file, "half of");
        verify(trust, certificate);
        Files.delete(file);
        verify(trust, certificate);
        write("current.crl", TestCrl.of(ROOT).revoke(certificate.certificate()));
        refusal(CERTIFICATE_REVOKED, trust, certificate);
    }

    @Test
    void filesThatAreNoCrls() throws Exception {
        Path missing = directory.resolve("missing.crl");
        assertThrows(NoSuchFileException.class, () -> TlsRevocation.crls(missing));
        for (String content :
                List.of("", "text", TestPki.pem(List.of(ROOT.certificate())), TestPki.pem("X509 CRL", new byte[9]))) {
            Path file = Files.writeString(directory.resolve("bad.crl"), content);
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> TlsRevocation.crls(file), content);
            assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
        }
    }

    @Test
    void settingsOfTheOffPolicyAreRefused() {
        assertThrows(IllegalStateException.class, () -> TlsRevocation.off().softFail());
        assertThrows(IllegalStateException.class, () -> TlsRevocation.off().onlyLeaf());
        for (Duration bad : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(1))) {
            assertThrows(
                    IllegalArgumentException.class, () -> TlsRevocation.online().timeout(bad));
        }
    }
}
