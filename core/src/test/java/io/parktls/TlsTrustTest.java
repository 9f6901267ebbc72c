package io.parktls;

import static io.parktls.TlsAlert.BAD_CERTIFICATE;
import static io.parktls.TlsAlert.CERTIFICATE_EXPIRED;
import static io.parktls.TlsAlert.CERTIFICATE_REVOKED;
import static io.parktls.TlsAlert.CERTIFICATE_UNKNOWN;
import static io.parktls.TlsAlert.INTERNAL_ERROR;
import static io.parktls.TlsAlert.UNKNOWN_CA;
import static io.parktls.TlsAlert.UNSUPPORTED_CERTIFICATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CRL;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTrustTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;
    private static final Instant NOW = Instant.now();
    private static final Instant YESTERDAY = NOW.minus(Duration.ofDays(1));

    // ---- paths to an authority

    @ParameterizedTest
    @EnumSource
    void trustsServersAndClientsOfEachKeyKind(KeyKind kind) throws Exception {
        for (String host : TestPki.HOSTS) {
            TestPki.trust().verifyServer(TestPki.server(kind).chain(), "UNKNOWN", host);
        }
        TestPki.trust(kind).verifyServer(TestPki.server(kind).chain(), "ECDHE_RSA", null);
        TestPki.trust().verifyClient(TestPki.client(kind).chain(), "EC");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void trustsThroughIntermediates(int intermediates) throws Exception {
        List<X509Certificate> chain = TestPki.chain(KIND, intermediates).chain();
        assertEquals(intermediates + 1, chain.size());
        TestPki.trust().verifyServer(chain, "UNKNOWN", "localhost");
        assertRefused(UNKNOWN_CA, "no path", TestPki.trust(), List.of(chain.getFirst()));
    }

    @Test
    void trustsChainsThatPeersSendOutOfOrderOrWithTooMuch() throws Exception {
        List<X509Certificate> chain = new ArrayList<>(TestPki.chain(KIND, 3).chain());
        chain.addAll(2, List.of(TestPki.unknownCa(KIND).chain().getFirst(), TestPki.ca(KIND)));
        TestPki.trust().verifyServer(chain, "UNKNOWN", "localhost");
        List<X509Certificate> disorder =
                List.of(chain.getFirst(), chain.getLast(), chain.get(1), chain.get(chain.size() - 2));
        TestPki.trust().verifyServer(disorder, "UNKNOWN", "localhost");
        // The peer's own certificate must be the first (RFC 8446 4.4.2).
        assertRefused(
                UNSUPPORTED_CERTIFICATE,
                "intermediate",
                TestPki.trust(),
                chain.subList(1, chain.size()).reversed());
    }

    @Test
    void trustsACertificateThatIsItsOwnAnchor() throws Exception {
        TlsIdentity server = TestPki.selfSigned(KIND);
        TlsTrust trust = TlsTrust.pemText(TestPki.pem(server.chain()));
        trust.verifyServer(server.chain(), "UNKNOWN", "localhost");
        assertRefused(UNKNOWN_CA, "", trust, TestPki.server(KIND).chain());

        TestCertificate old = TestPki.goodServer(KIND)
                .validity(YESTERDAY.minus(Duration.ofDays(1)), YESTERDAY)
                .selfSigned();
        List<X509Certificate> chain = List.of(old.certificate());
        assertRefused(
                CERTIFICATE_EXPIRED,
                "expired on " + old.certificate().getNotAfter().toInstant(),
                TlsTrust.pemText(TestPki.pem(chain)),
                chain);
    }

    @Test
    void refusesUnknownAuthorities() {
        assertRefused(UNKNOWN_CA, "'CN=test server' was issued by 'CN=Unknown CA ECDSA_P256'", TestPki.unknownCa(KIND));
        assertRefused(UNKNOWN_CA, "'CN=test server' is self-signed and not trusted", TestPki.selfSigned(KIND));
    }

    @Test
    void refusesAuthoritiesThatStealAName() {
        TestCertificate impostor = TestCertificate.authority(KIND, "Test CA " + KIND);
        List<X509Certificate> chain = chain(TestPki.goodServer(KIND).issuedBy(impostor));
        assertRefused(BAD_CERTIFICATE, "signature that does not verify", TestPki.trust(), chain);
        assertRefused(BAD_CERTIFICATE, "signature", TestPki.trust(), List.of(chain.getFirst(), impostor.certificate()));
    }

    @Test
    void refusesExpiredAndNotYetValid() {
        TlsIdentity expired = TestPki.expired(KIND);
        assertRefused(
                CERTIFICATE_EXPIRED,
                "'CN=test server' expired on "
                        + expired.chain().getFirst().getNotAfter().toInstant(),
                expired);
        TlsIdentity notYetValid = TestPki.notYetValid(KIND);
        assertRefused(
                CERTIFICATE_EXPIRED,
                "'CN=test server' is not valid before "
                        + notYetValid.chain().getFirst().getNotBefore().toInstant(),
                notYetValid);
    }

    @Test
    void refusesExpiredIntermediates() {
        TestCertificate expired = TestCertificate.of(KIND, "expired intermediate")
                .authority()
                .validity(YESTERDAY.minus(Duration.ofDays(1)), YESTERDAY)
                .issuedBy(TestPki.authority(KIND));
        List<X509Certificate> chain = chain(TestPki.goodServer(KIND).issuedBy(expired));
        assertRefused(CERTIFICATE_EXPIRED, "'CN=expired intermediate' expired on", TestPki.trust(), chain);
        // The same must hold if the JDK has to search for the path.
        List<X509Certificate> withRubbish = new ArrayList<>(chain);
        withRubbish.add(TestPki.unknownCa(KIND).chain().getFirst());
        assertRefused(CERTIFICATE_EXPIRED, "'CN=expired intermediate' expired on", TestPki.trust(), withRubbish);
    }

    @Test
    void refusesWrongUsage() {
        assertRefused(
                UNSUPPORTED_CERTIFICATE,
                "'CN=test server' may not be used by a TLS server",
                TestPki.wrongExtendedKeyUsage(KIND));
        assertRefused(UNSUPPORTED_CERTIFICATE, "may not be used for digital signatures", TestPki.wrongKeyUsage(KIND));
        TlsPeerUnverifiedException e = assertThrows(
                TlsPeerUnverifiedException.class,
                () -> TestPki.trust().verifyClient(TestPki.server(KIND).chain(), "EC"));
        assertEquals(UNSUPPORTED_CERTIFICATE, e.alert().orElseThrow());
        assertTrue(e.getMessage().contains("may not be used by a TLS client"), e.getMessage());
    }

    @Test
    void acceptsCertificatesThatDoNotSayTheirUsage() throws Exception {
        TestCertificate silent = TestPki.goodServer(KIND).keyUsage(0).purposes().issuedBy(TestPki.authority(KIND));
        TestPki.trust().verifyServer(List.of(silent.certificate()), "UNKNOWN", "localhost");
        TestPki.trust().verifyClient(List.of(silent.certificate()), "EC");
    }

    @Test
    void refusesCertificatesFromAnIssuerThatIsNoAuthority() {
        TestCertificate server = TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND));
        assertRefused(
                UNSUPPORTED_CERTIFICATE,
                "keyCertSign",
                TestPki.trust(),
                chain(TestPki.goodServer(KIND).issuedBy(server)));
        TestCertificate withUsage = TestPki.goodServer(KIND)
                .keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)
                .issuedBy(TestPki.authority(KIND));
        assertRefused(
                CERTIFICATE_UNKNOWN,
                "is not accepted: basic constraints",
                TestPki.trust(),
                chain(TestPki.goodServer(KIND).issuedBy(withUsage)));
    }

    @Test
    void refusesWhatTheJdkFindsTooWeak() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(512);
        KeyPair weak = generator.generateKeyPair();
        TestCertificate server =
                TestPki.goodServer(KeyKind.RSA_2048).keyPair(weak).issuedBy(TestPki.authority(KeyKind.RSA_2048));
        assertRefused(BAD_CERTIFICATE, "an algorithm that is not allowed", server.identity());
    }

    @Test
    void refusesRevokedCertificates() throws Exception {
        X509Certificate revoked =
                TestPki.goodServer(KIND).issuedBy(TestPki.authority(KIND)).certificate();
        TlsTrust trust = TlsTrust.of(managerWithRevocation(revoked));
        trust.verifyServer(TestPki.server(KIND).chain(), "UNKNOWN", "localhost");
        assertRefused(CERTIFICATE_REVOKED, "'CN=test server' is revoked", trust, List.of(revoked));
    }

    // ---- host names

    @Test
    void refusesAnotherHost() throws Exception {
        TlsIdentity elsewhere = TestPki.wrongHost(KIND);
        assertRefused(
                BAD_CERTIFICATE, "certificate 'CN=test server' is for elsewhere.test, not for 'localhost'", elsewhere);
        TestPki.trust().verifyServer(elsewhere.chain(), "UNKNOWN", null);
    }

    @Test
    void whatAPeerWritesDoesNotDisturbTheLog() {
        TestCertificate odd = TestCertificate.of(KIND, "evil\n2026-01-01 INFO all is well \u202e")
                .names("evil\r\n.test")
                .issuedBy(TestPki.authority(KIND));
        TlsPeerUnverifiedException refusal = assertThrows(
                TlsPeerUnverifiedException.class,
                () -> TestPki.trust().verifyServer(List.of(odd.certificate()), "UNKNOWN", "localhost"));
        assertFalse(refusal.getMessage().matches("(?s).*[\n\r\u202e].*"), refusal.getMessage());
    }

    // ---- other kinds of trust

    @Test
    void pinsCertificates() throws Exception {
        TlsIdentity server = TestPki.selfSigned(KIND);
        TlsIdentity second = TestPki.expired(KIND);
        TlsTrust trust = TlsTrust.only(server.chain().getFirst(), second.chain().getFirst());
        trust.verifyServer(server.chain(), "UNKNOWN", "127.0.0.1");
        trust.verifyClient(server.chain(), "UNKNOWN");
        assertRefused(
                CERTIFICATE_UNKNOWN,
                "not among the pinned certificates",
                trust,
                TestPki.server(KIND).chain());
        assertRefused(CERTIFICATE_EXPIRED, "expired on", trust, second.chain());
        TlsTrust other = TlsTrust.only(TestPki.wrongHost(KIND).chain().getFirst());
        assertRefused(
                BAD_CERTIFICATE,
                "not for 'localhost'",
                other,
                TestPki.wrongHost(KIND).chain());
        assertThrows(IllegalArgumentException.class, TlsTrust::only);
    }

    @Test
    void insecureTrustsEveryone() throws Exception {
        TlsTrust.insecure().verifyServer(TestPki.expired(KIND).chain(), "UNKNOWN", "nowhere.test");
        TlsTrust.insecure().verifyServer(TestPki.unknownCa(KIND).chain(), "UNKNOWN", "nowhere.test");
        TlsTrust.insecure().verifyClient(TestPki.wrongKeyUsage(KIND).chain(), "UNKNOWN");
    }

    @Test
    void systemTrustsPublicAuthoritiesOnly() {
        assertRefused(
                UNKNOWN_CA, "no path", TlsTrust.system(), TestPki.server(KIND).chain());
    }

    @Test
    void asksATrustManager() throws Exception {
        List<String> asked = new ArrayList<>();
        TlsTrust trust = TlsTrust.of(new Manager() {
            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {
                asked.add("server " + chain.length + " " + authType);
            }

            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {
                asked.add("client " + chain.length + " " + authType);
            }
        });
        trust.verifyServer(TestPki.chain(KIND, 1).chain(), "ECDHE_ECDSA", "localhost");
        trust.verifyClient(TestPki.server(KIND).chain(), "EC");
        assertEquals(List.of("server 2 ECDHE_ECDSA", "client 1 EC"), asked);
        assertRefused(
                BAD_CERTIFICATE,
                "not for 'localhost'",
                trust,
                TestPki.wrongHost(KIND).chain());
        assertEquals(List.of(TestPki.ca(KIND).getSubjectX500Principal()), trust.authorities());
    }

    @Test
    void aTrustManagerNeedNotNameAuthorities() {
        TlsTrust trust = TlsTrust.of(new Manager() {
            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return null;
            }
        });
        assertEquals(List.of(), trust.authorities());
    }

    @Test
    void aTrustManagerMayRefuseOrFail() {
        TlsTrust refusing = TlsTrust.of(new Manager() {
            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
                chain[0].checkValidity();
                throw new CertificateException("I do not like it");
            }
        });
        assertRefused(
                CERTIFICATE_UNKNOWN,
                "I do not like it",
                refusing,
                TestPki.server(KIND).chain());
        assertRefused(
                CERTIFICATE_EXPIRED,
                "expired on",
                refusing,
                TestPki.expired(KIND).chain());
        assertRefused(
                CERTIFICATE_EXPIRED,
                "is not valid before",
                refusing,
                TestPki.notYetValid(KIND).chain());
        TlsTrust failing = TlsTrust.of(new Manager() {
            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {
                throw new IllegalStateException("out of order");
            }
        });
        assertRefused(
                INTERNAL_ERROR, "out of order", failing, TestPki.server(KIND).chain());
    }

    @Test
    void refusesAPeerWithoutCertificate() {
        assertRefused(BAD_CERTIFICATE, "no certificate", TestPki.trust(), List.of());
        assertRefused(BAD_CERTIFICATE, "no certificate", TlsTrust.only(TestPki.ca(KIND)), List.of());
    }

    @Test
    void namesItsAuthorities() {
        assertEquals(
                List.of(TestPki.ca(KIND).getSubjectX500Principal()),
                TestPki.trust(KIND).authorities());
        assertEquals(KeyKind.values().length, TestPki.trust().authorities().size());
        assertEquals(List.of(), TlsTrust.system().authorities());
        assertEquals(List.of(), TlsTrust.insecure().authorities());
        assertEquals(List.of(), TlsTrust.only(TestPki.ca(KIND)).authorities());
    }

    // ---- loading

    @Test
    void loadsPem(@TempDir Path directory) throws Exception {
        TestPki.writePem(TestPki.server(KIND), directory);
        TlsTrust trust = TlsTrust.pem(directory.resolve("ca.pem"));
        trust.verifyServer(TestPki.server(KIND).chain(), "UNKNOWN", "localhost");
        trust.verifyServer(TestPki.server(KeyKind.RSA_2048).chain(), "UNKNOWN", "localhost");
        assertTrue(trust.toString().contains("ca.pem"), trust.toString());
        assertThrows(NoSuchFileException.class, () -> TlsTrust.pem(directory.resolve("none.pem")));
    }

    @Test
    void describesWhatIsWrongWithAFile(@TempDir Path directory) throws IOException {
        String certificate = TestPki.pem(List.of(TestPki.ca(KIND)));
        assertBadPem(directory, "empty", "");
        assertBadPem(directory, "not PEM", "hello");
        assertBadPem(directory, "no certificate, only PRIVATE KEY", TestPki.pem("PRIVATE KEY", new byte[10]));
        assertBadPem(directory, "is not base64", certificate + certificate.replaceFirst("M", "*"));
        assertBadPem(directory, "cannot be parsed", certificate + TestPki.pem("CERTIFICATE", new byte[10]));
    }

    @Test
    void keyStoresNeedCertificates() throws Exception {
        KeyStore empty = TestPki.keyStore(List.of());
        assertThrows(IllegalArgumentException.class, () -> TlsTrust.of(empty));
        KeyStore notLoaded = KeyStore.getInstance("PKCS12");
        assertThrows(IllegalArgumentException.class, () -> TlsTrust.of(notLoaded));
    }

    // ---- fixtures

    private static void assertRefused(TlsAlert alert, String reason, TlsIdentity server) {
        assertRefused(alert, reason, TestPki.trust(), server.chain());
    }

    private static void assertRefused(TlsAlert alert, String reason, TlsTrust trust, List<X509Certificate> chain) {
        TlsPeerUnverifiedException refusal =
                assertThrows(TlsPeerUnverifiedException.class, () -> trust.verifyServer(chain, "UNKNOWN", "localhost"));
        assertEquals(alert, refusal.alert().orElseThrow(), refusal.getMessage());
        assertFalse(refusal.isAlertReceived());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }

    private static List<X509Certificate> chain(TestCertificate leaf) {
        return leaf.identity().chain();
    }

    private static void assertBadPem(Path directory, String problem, String content) throws IOException {
        Path file = directory.resolve("bad.pem");
        Files.writeString(file, content);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TlsTrust.pem(file));
        assertTrue(e.getMessage().contains("bad.pem: ") && e.getMessage().contains(problem), e.getMessage());
    }

    private static X509TrustManager managerWithRevocation(X509Certificate revoked) throws Exception {
        TestCertificate ca = TestPki.authority(KIND);
        X509v2CRLBuilder crl = new X509v2CRLBuilder(
                X500Name.getInstance(ca.certificate().getSubjectX500Principal().getEncoded()), Date.from(YESTERDAY));
        crl.setNextUpdate(Date.from(NOW.plus(Duration.ofDays(1))));
        crl.addCRLEntry(revoked.getSerialNumber(), Date.from(YESTERDAY), 0);
        CRL list = new JcaX509CRLConverter()
                .getCRL(crl.build(new JcaContentSignerBuilder("SHA256withECDSA").build(ca.privateKey())));
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(TestPki.keyStore(List.of(ca.certificate())), new X509CertSelector());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(list))));
        parameters.setRevocationEnabled(true);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(parameters));
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    /** A trust manager that trusts every peer unless a test overrides it. */
    private static class Manager implements X509TrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[] {TestPki.ca(KIND)};
        }
    }
}
