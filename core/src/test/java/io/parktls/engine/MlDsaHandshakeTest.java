package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.SignatureScheme;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.wire.ClientHello;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests handshakes with ML-DSA certificates (RFC 9881) and schemes, whose whole chain is signed with ML-DSA. The foreign
 * peer is Bouncy Castle's JSSE provider with its own implementation of ML-DSA, which ParkTLS does not use.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MlDsaHandshakeTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();
    private static final Map<SignatureScheme, TestCertificate> AUTHORITIES = new ConcurrentHashMap<>();
    private static final Map<SignatureScheme, TlsIdentity> IDENTITIES = new ConcurrentHashMap<>();

    /** A strong reference, because JUL holds loggers weakly and would lose their settings. */
    private static final Logger BCJSSE_LOG = Logger.getLogger("org.bouncycastle.jsse");

    @BeforeAll
    static void quiet() {
        BCJSSE_LOG.setLevel(Level.OFF);
    }

    private static TestCertificate authority(SignatureScheme scheme) {
        return AUTHORITIES.computeIfAbsent(
                scheme, key -> certificate(scheme).authority().selfSigned());
    }

    private static TlsIdentity identity(SignatureScheme scheme) {
        return IDENTITIES.computeIfAbsent(
                scheme,
                key -> certificate(scheme)
                        .names(TestContexts.HOST)
                        .purposes(TestCertificate.SERVER_AUTH, TestCertificate.CLIENT_AUTH)
                        .issuedBy(authority(scheme))
                        .identity());
    }

    private static TestCertificate.Builder certificate(SignatureScheme scheme) {
        try {
            String parameterSet = "ML-DSA-" + scheme.standardName().substring("mldsa".length());
            return TestCertificate.of(KeyKind.ECDSA_P256, "test " + parameterSet)
                    .keyPair(KeyPairGenerator.getInstance(parameterSet).generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static TlsTrust trust(SignatureScheme scheme) {
        return TestPki.trust(List.of(authority(scheme).certificate(), TestPki.ca(KeyKind.ECDSA_P256)));
    }

    private static TlsContext.Builder client(SignatureScheme scheme, TlsVersion... versions) {
        return TestContexts.client(ENGINE, versions).trust(trust(scheme));
    }

    private static TlsContext.Builder server(SignatureScheme scheme, TlsVersion... versions) {
        return TestContexts.server(ENGINE, versions)
                .identity(identity(scheme))
                .trust(trust(scheme))
                .clientAuth(ClientAuth.REQUIRED);
    }

    /** Bouncy Castle's JSSE provider, with keys and certificates of its own classes. */
    private static TlsContext foreign(SignatureScheme scheme, boolean asksClients) throws Exception {
        CertificateFactory certificates = CertificateFactory.getInstance("X.509", BOUNCY_CASTLE);
        TlsIdentity identity = identity(scheme);
        KeyStore keys = KeyStore.getInstance("PKCS12", BOUNCY_CASTLE);
        keys.load(null, null);
        X509Certificate leaf = (X509Certificate) certificates.generateCertificate(
                new ByteArrayInputStream(identity.chain().getFirst().getEncoded()));
        keys.setKeyEntry(
                "own",
                KeyFactory.getInstance("ML-DSA", BOUNCY_CASTLE)
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(identity.privateKey().getEncoded())),
                null,
                new X509Certificate[] {leaf});
        keys.setCertificateEntry(
                "root",
                certificates.generateCertificate(
                        new ByteArrayInputStream(authority(scheme).certificate().getEncoded())));
        Provider jsse = new BouncyCastleJsseProvider(BOUNCY_CASTLE);
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX", jsse);
        keyManagers.init(keys, new char[0]);
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX", jsse);
        trustManagers.init(keys);
        SSLContext context = SSLContext.getInstance("TLSv1.3", jsse);
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return TlsContext.builder()
                .engine(TlsEngineProvider.jsse(context))
                .protocols(TlsVersion.TLS_1_3)
                .clientAuth(asksClients ? ClientAuth.REQUIRED : ClientAuth.NONE)
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"MLDSA44", "MLDSA65", "MLDSA87"})
    void bothEnds(SignatureScheme scheme) throws Exception {
        assertAuthenticate(
                EngineEnd.client(client(scheme).identity(identity(scheme)).build(), TestContexts.HOST),
                EngineEnd.server(server(scheme).build()),
                scheme);
    }

    @ParameterizedTest
    @EnumSource(names = {"MLDSA44", "MLDSA65", "MLDSA87"})
    void aForeignClient(SignatureScheme scheme) throws Exception {
        assertAuthenticate(
                EngineEnd.client(foreign(scheme, false), TestContexts.HOST),
                EngineEnd.server(server(scheme).build()),
                scheme);
    }

    @ParameterizedTest
    @EnumSource(names = {"MLDSA44", "MLDSA65", "MLDSA87"})
    void aForeignServer(SignatureScheme scheme) throws Exception {
        assertAuthenticate(
                EngineEnd.client(client(scheme).identity(identity(scheme)).build(), TestContexts.HOST),
                EngineEnd.server(foreign(scheme, true)),
                scheme);
    }

    private static void assertAuthenticate(EngineEnd client, EngineEnd server, SignatureScheme scheme)
            throws SSLException {
        EngineEnd.connect(client, server);
        for (EngineEnd end : List.of(client, server)) {
            assertEquals(
                    identity(scheme).chain().getFirst(),
                    end.engine().session().peerCertificates().getFirst());
        }
        byte[] data = {1, 2, 3};
        assertArrayEquals(data, client.send(data, server));
        assertArrayEquals(data, server.send(data, client));
    }

    /** A peer without ML-DSA, or with TLS 1.2 only, gets the other certificate. */
    @ParameterizedTest
    @EnumSource
    void peersWithoutMlDsaGetTheOtherCertificate(TlsVersion version) throws Exception {
        SignatureScheme scheme = SignatureScheme.MLDSA65;
        TlsIdentity classical = TestPki.server(KeyKind.ECDSA_P256);
        TlsContext server = TestContexts.server(ENGINE)
                .identity(identity(scheme), classical)
                .build();
        SignatureScheme[] others = SignatureScheme.all().stream()
                .filter(candidate -> !candidate.standardName().startsWith("mldsa"))
                .toArray(SignatureScheme[]::new);
        EngineEnd client = EngineEnd.client(
                client(scheme, version).signatureSchemes(others).build(), TestContexts.HOST);
        EngineEnd.connect(client, EngineEnd.server(server));
        assertEquals(classical.chain(), client.engine().session().peerCertificates());

        EngineEnd tls12 = EngineEnd.client(client(scheme, TlsVersion.TLS_1_2).build(), TestContexts.HOST);
        EngineEnd.connect(tls12, EngineEnd.server(server));
        assertEquals(classical.chain(), tls12.engine().session().peerCertificates());

        EngineEnd modern = EngineEnd.client(client(scheme).build(), TestContexts.HOST);
        EngineEnd.connect(modern, EngineEnd.server(server));
        assertEquals(identity(scheme).chain(), modern.engine().session().peerCertificates());
    }

    /** The JDK's JSSE has no ML-DSA: as a client it is not offered such a certificate, as a server it does not use one. */
    @Test
    void theJsseEngineUsesTheOtherCertificate() throws Exception {
        SignatureScheme scheme = SignatureScheme.MLDSA65;
        TlsIdentity classical = TestPki.server(KeyKind.ECDSA_P256);
        TlsContext jsseServer = TestContexts.server(TlsEngineProvider.jsse())
                .identity(identity(scheme), classical)
                .build();
        EngineEnd client = EngineEnd.client(client(scheme).build(), TestContexts.HOST);
        EngineEnd.connect(client, EngineEnd.server(jsseServer));
        assertEquals(classical.chain(), client.engine().session().peerCertificates());

        TlsContext server = TestContexts.server(ENGINE)
                .identity(identity(scheme), classical)
                .build();
        EngineEnd jsseClient =
                EngineEnd.client(TestContexts.client(TlsEngineProvider.jsse()).build(), TestContexts.HOST);
        EngineEnd.connect(jsseClient, EngineEnd.server(server));
        assertEquals(classical.chain(), jsseClient.engine().session().peerCertificates());
    }

    record Refused(String what, TlsContext.Builder builder) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Refused> refused() {
        SignatureScheme scheme = SignatureScheme.MLDSA65;
        TlsIdentity identity = identity(scheme);
        return Stream.of(
                new Refused(
                        "the JSSE engine with no other identity",
                        TestContexts.server(TlsEngineProvider.jsse()).identity(identity)),
                new Refused(
                        "the JSSE engine with no other scheme",
                        TestContexts.client(TlsEngineProvider.jsse()).signatureSchemes(scheme)),
                new Refused(
                        "TLS 1.2 with no other identity",
                        TestContexts.server(ENGINE, TlsVersion.TLS_1_2).identity(identity)),
                new Refused(
                        "TLS 1.2 with no other scheme",
                        TestContexts.client(ENGINE, TlsVersion.TLS_1_2).signatureSchemes(scheme)),
                new Refused(
                        "an identity of another parameter set than the only scheme",
                        TestContexts.server(ENGINE, TlsVersion.TLS_1_3)
                                .identity(identity)
                                .signatureSchemes(SignatureScheme.MLDSA87)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatCanNeverWorkIsRefusedAtOnce(Refused row) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, row.builder()::build);
        assertTrue(e.getMessage().contains("ML-DSA") || e.getMessage().contains("mldsa"), e.getMessage());
    }

    /** A server of both versions with no other identity fails the handshake of TLS 1.2, and says why. */
    @Test
    void tls12FailsWithoutAnotherIdentity() throws Exception {
        SignatureScheme scheme = SignatureScheme.MLDSA65;
        EngineEnd client = EngineEnd.client(client(scheme, TlsVersion.TLS_1_2).build(), TestContexts.HOST);
        EngineEnd server = EngineEnd.server(
                TestContexts.server(ENGINE).identity(identity(scheme)).build());
        SSLException failure = assertThrows(SSLException.class, () -> EngineEnd.connect(client, server));
        assertEquals(TlsAlert.HANDSHAKE_FAILURE, ((TlsFailure) failure).alert().orElseThrow());
        assertTrue(failure.getMessage().contains("'ML-DSA-65' signs in TLS 1.3 only"), failure.getMessage());
    }

    static Stream<Arguments> disabling() {
        return Stream.of("ML-DSA", "ML-DSA-65", "mldsa65", "ml-dsa*", "mldsa65 usage HandshakeSignature")
                .map(Arguments::of);
    }

    /** The names by which an administrator can disable ML-DSA. */
    @ParameterizedTest
    @MethodSource("disabling")
    void mlDsaCanBeDisabled(String entry) {
        String property = "jdk.tls.disabledAlgorithms";
        String before = Security.getProperty(property);
        TlsContext.Builder builder = TestContexts.server(ENGINE).identity(identity(SignatureScheme.MLDSA65));
        builder.build();
        Security.setProperty(property, before + ", " + entry);
        try {
            assertThrows(IllegalArgumentException.class, builder::build);
        } finally {
            Security.setProperty(property, before);
        }
    }

    /** The order of OpenSSL 3.5, in front of the others. A client of TLS 1.2 must not offer the schemes. */
    @Test
    void tls13OffersTheSchemesFirst() throws Exception {
        List<Integer> offered = schemes(TestContexts.client(ENGINE).build());
        assertEquals(List.of(0x0905, 0x0906, 0x0904, 0x0403), offered.subList(0, 4));
        List<Integer> tls12 =
                schemes(TestContexts.client(ENGINE, TlsVersion.TLS_1_2).build());
        assertEquals(0x0403, tls12.getFirst());
        assertTrue(tls12.stream().noneMatch(code -> code >>> 8 == 9), tls12::toString);
    }

    private static List<Integer> schemes(TlsContext context) throws Exception {
        EngineEnd client = EngineEnd.client(context, TestContexts.HOST);
        client.handshake();
        byte[] record = client.drain();
        ClientHello hello = ClientHello.parse(record, 9, record.length - 9);
        return Arrays.stream(hello.signatureSchemes()).boxed().toList();
    }
}
