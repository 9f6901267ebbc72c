package io.parktls.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.ConnectionPair;
import io.parktls.NamedGroup;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsSession;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that algorithms disabled by the JVM's security properties are neither offered nor accepted. */
@Isolated("changes security properties")
class DisabledAlgorithmsTest {
    private static final String TLS = "jdk.tls.disabledAlgorithms";
    private static final String CERTPATH = "jdk.certpath.disabledAlgorithms";
    private static final String TLS_BEFORE = Security.getProperty(TLS);
    private static final String CERTPATH_BEFORE = Security.getProperty(CERTPATH);

    private enum Engine {
        BOUNCY_CASTLE(TlsEngineProvider::bouncyCastle),
        JSSE(TlsEngineProvider::jsse);

        @SuppressWarnings("ImmutableEnumChecker")
        private final Supplier<TlsEngineProvider> provider;

        Engine(Supplier<TlsEngineProvider> provider) {
            this.provider = provider;
        }

        TlsContext.Builder client(TlsVersion... versions) {
            return TestContexts.client(provider.get(), versions);
        }

        TlsContext.Builder server(TlsVersion... versions) {
            return TestContexts.server(provider.get(), versions);
        }
    }

    /** The JDK's classes read the properties only once, so this must happen before the test changes them. */
    @BeforeAll
    static void letTheJdkReadTheProperties() throws Exception {
        SSLContext.getDefault().createSSLEngine().getSSLParameters();
        for (Engine engine : Engine.values()) {
            handshake(engine.client().build(), engine.server().build());
        }
    }

    @AfterEach
    void restore() {
        Security.setProperty(TLS, TLS_BEFORE);
        Security.setProperty(CERTPATH, CERTPATH_BEFORE);
    }

    private static TlsSession handshake(TlsContext client, TlsContext server) throws IOException {
        return new ConnectionPair(client, server, Bio.pair(1 << 16))
                .handshake()
                .client()
                .session();
    }

    private static void disable(String property, String value) {
        Security.setProperty(property, Security.getProperty(property) + ", " + value);
    }

    /** A parameter that can be disabled, with a context setting that permits only this parameter. */
    private enum Part {
        TLS_1_3 {
            @Override
            void only(TlsContext.Builder builder) {
                builder.protocols(TlsVersion.TLS_1_3);
            }
        },
        TLS_1_2 {
            @Override
            void only(TlsContext.Builder builder) {
                builder.protocols(TlsVersion.TLS_1_2);
            }
        },
        AES_128_SUITE {
            @Override
            void only(TlsContext.Builder builder) {
                builder.cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256);
            }
        },
        AES_256_SUITE {
            @Override
            void only(TlsContext.Builder builder) {
                builder.cipherSuites(CipherSuite.TLS_AES_256_GCM_SHA384);
            }
        },
        CHACHA20_SUITE {
            @Override
            void only(TlsContext.Builder builder) {
                builder.cipherSuites(CipherSuite.TLS_CHACHA20_POLY1305_SHA256);
            }
        },
        ECDSA_SUITE {
            @Override
            void only(TlsContext.Builder builder) {
                builder.cipherSuites(CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
            }
        },
        X25519 {
            @Override
            void only(TlsContext.Builder builder) {
                builder.groups(NamedGroup.X25519);
            }
        },
        P256 {
            @Override
            void only(TlsContext.Builder builder) {
                builder.groups(NamedGroup.SECP256R1);
            }
        },
        HYBRID {
            @Override
            void only(TlsContext.Builder builder) {
                builder.groups(NamedGroup.X25519MLKEM768);
            }
        };

        abstract void only(TlsContext.Builder builder);
    }

    static Stream<Arguments> parts() {
        List<Arguments> rows = new ArrayList<>();
        Object[][] table = {
            {"TLSv1.3", Part.TLS_1_3},
            {"tlsv1.3", Part.TLS_1_3},
            {"TLSv1.2", Part.TLS_1_2},
            {"TLS_AES_128_GCM_SHA256", Part.AES_128_SUITE},
            {"AES_128_GCM", Part.AES_128_SUITE},
            {"TLS_AES_128_*", Part.AES_128_SUITE},
            {"TLS_*_128_*SHA256", Part.AES_128_SUITE},
            {"SHA384", Part.AES_256_SUITE},
            {"HmacSHA384", Part.AES_256_SUITE},
            {"AES_256_GCM", Part.AES_256_SUITE},
            {"ChaCha20-Poly1305", Part.CHACHA20_SUITE},
            {"TLS_CHACHA20_*", Part.CHACHA20_SUITE},
            {"ECDHE", Part.ECDSA_SUITE},
            {"ECDHE_ECDSA", Part.ECDSA_SUITE},
            {"ECDSA", Part.ECDSA_SUITE},
            {"TLS_ECDHE_ECDSA_*", Part.ECDSA_SUITE},
            {"x25519", Part.X25519},
            {"X25519", Part.X25519},
            {"XDH", Part.X25519},
            {"secp256r1", Part.P256},
            {"EC keySize < 384", Part.P256},
            {"EC", Part.P256},
            {"NIST P-256", Part.P256},
            {"EC denyAfter 2020-01-01", Part.P256},
            {"EC no such condition", Part.P256},
            {"X25519MLKEM768", Part.HYBRID},
            {"x25519", Part.HYBRID},
            {"ML-KEM-768", Part.HYBRID}
        };
        for (Engine engine : Engine.values()) {
            for (Object[] row : table) {
                // The JDK's SSLEngine has no hybrid groups.
                if (engine == Engine.BOUNCY_CASTLE || row[1] != Part.HYBRID) {
                    rows.add(Arguments.of(engine, row[0], row[1]));
                }
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("parts")
    void aDisabledPartIsNeitherOfferedNorAccepted(Engine engine, String entry, Part part) throws Exception {
        // The peers are built before the property changes, so it does not affect them.
        TlsContext.Builder peerClient = engine.client();
        TlsContext.Builder peerServer = engine.server().identity(TestPki.server(KeyKind.ED25519));
        part.only(peerClient);
        part.only(peerServer);
        TlsContext thatClient = peerClient.build();
        TlsContext thatServer = peerServer.build();

        disable(TLS, entry);

        TlsContext client = engine.client().build();
        TlsContext server =
                engine.server().identity(TestPki.server(KeyKind.ED25519)).build();
        assertThrows(SSLException.class, () -> handshake(client, thatServer), "offered");
        assertThrows(SSLException.class, () -> handshake(thatClient, server), "accepted");
        handshake(client, server);

        TlsContext.Builder ours = engine.client();
        part.only(ours);
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, ours::build);
        assertTrue(refused.getMessage().contains(TLS), refused::getMessage);
        assertTrue(refused.getMessage().contains("'" + entry + "'"), refused::getMessage);
    }

    static Stream<Arguments> keys() {
        List<Arguments> rows = new ArrayList<>();
        Object[][] table = {
            {TLS, "RSA keySize < 3072", KeyKind.RSA_2048},
            {TLS, "RSA keySize == 2048", KeyKind.RSA_2048},
            {TLS, "RSA keySize >= 2048 & usage HandshakeSignature", KeyKind.RSA_2048},
            {TLS, "RSA", KeyKind.RSA_2048},
            {TLS, "RSASSA-PSS", KeyKind.RSA_2048},
            {TLS, "EC keySize < 384", KeyKind.ECDSA_P256},
            {TLS, "EC keySize < 385", KeyKind.ECDSA_P384},
            {TLS, "secp256r1", KeyKind.ECDSA_P256},
            {TLS, "ecdsa_secp256r1_sha256", KeyKind.ECDSA_P256},
            {TLS, "ecdsa_secp256r1_sha256 usage HandshakeSignature", KeyKind.ECDSA_P256},
            {TLS, "ecdsa_secp256r1_sha256 usage CertificateSignature", KeyKind.ECDSA_P256},
            {TLS, "SHA256withECDSA", KeyKind.ECDSA_P256},
            {TLS, "ed25519", KeyKind.ED25519},
            {TLS, "EdDSA", KeyKind.ED25519},
            {CERTPATH, "RSA keySize < 3072", KeyKind.RSA_2048},
            {CERTPATH, "EC keySize < 384", KeyKind.ECDSA_P256},
            {CERTPATH, "Ed25519", KeyKind.ED25519},
            {CERTPATH, "SHA256withRSA", KeyKind.RSA_2048},
        };
        for (Engine engine : Engine.values()) {
            for (Object[] row : table) {
                rows.add(Arguments.of(engine, row[0], row[1], row[2]));
            }
        }
        return rows.stream();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aDisabledKeyOrSignatureOfAPeerIsRefused(Engine engine, String property, String entry, KeyKind kind)
            throws Exception {
        KeyKind good = kind == KeyKind.ED25519 ? KeyKind.RSA_2048 : KeyKind.ED25519;
        TlsContext thatServer =
                engine.server(TlsVersion.TLS_1_3).identity(TestPki.server(kind)).build();
        TlsContext thatClient =
                engine.client(TlsVersion.TLS_1_3).identity(TestPki.client(kind)).build();

        disable(property, entry);

        TlsContext client = engine.client(TlsVersion.TLS_1_3).build();
        TlsContext server = engine.server(TlsVersion.TLS_1_3)
                .identity(TestPki.server(good))
                .clientAuth(ClientAuth.REQUIRED)
                .trust(TestPki.trust())
                .build();
        assertThrows(SSLException.class, () -> handshake(client, thatServer), "of a server");
        assertThrows(SSLException.class, () -> handshake(thatClient, server), "of a client");
        handshake(
                engine.client(TlsVersion.TLS_1_3).identity(TestPki.client(good)).build(), server);
    }

    /** The check must not depend on the kind of trust, of which the JDK's path validation is only one. */
    @ParameterizedTest
    @EnumSource(Engine.class)
    void aDisabledKeyIsRefusedByEveryKindOfTrust(Engine engine) throws Exception {
        TlsIdentity weak = TestPki.server(KeyKind.RSA_2048);
        TlsIdentity selfSigned = TestPki.selfSigned(KeyKind.RSA_2048);
        TlsContext thatServer = engine.server().identity(weak).build();
        TlsContext selfSignedServer = engine.server().identity(selfSigned).build();

        disable(TLS, "RSA keySize < 3072");

        for (TlsTrust trust : List.of(
                TlsTrust.only(weak.chain().getFirst()),
                TlsTrust.of(everyone()),
                TlsTrust.insecure(),
                TestPki.trust())) {
            TlsContext client = engine.client().trust(trust).build();
            TlsPeerUnverifiedException refused = assertThrows(
                    TlsPeerUnverifiedException.class, () -> handshake(client, thatServer), trust::toString);
            assertTrue(refused.getMessage().contains("'RSA keySize < 3072'"), refused::getMessage);
        }
        TlsContext pinned = engine.client()
                .trust(TlsTrust.only(selfSigned.chain().getFirst()))
                .build();
        assertThrows(TlsPeerUnverifiedException.class, () -> handshake(pinned, selfSignedServer));
    }

    /** An application's SSLContext has its own trust managers, which may not check the property. */
    @Test
    void underAGivenSslContext() throws Exception {
        TlsContext thatServer =
                TlsContext.builder().identity(TestPki.server(KeyKind.RSA_2048)).build();
        SSLContext lenient = SSLContext.getInstance("TLS");
        lenient.init(null, new X509TrustManager[] {everyone()}, null);

        disable(TLS, "RSA keySize < 3072");

        TlsContext client = TlsContext.builder()
                .engine(TlsEngineProvider.jsse(lenient))
                .verifyHost(false)
                .build();
        assertThrows(TlsPeerUnverifiedException.class, () -> handshake(client, thatServer));
    }

    @ParameterizedTest
    @EnumSource(Engine.class)
    void anOwnIdentityWithADisabledKeyIsNotUsed(Engine engine) throws Exception {
        disable(TLS, "RSA keySize < 3072");

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> engine.server().identity(TestPki.server(KeyKind.RSA_2048)).build());
        assertTrue(refused.getMessage().contains(TLS), refused::getMessage);

        TlsContext both = engine.server()
                .identity(TestPki.server(KeyKind.RSA_2048), TestPki.server(KeyKind.ECDSA_P256))
                .build();
        TlsSession session = handshake(engine.client().build(), both);
        assertEquals(
                TestPki.server(KeyKind.ECDSA_P256).chain().getFirst(),
                session.peerCertificates().getFirst());
    }

    @Test
    void legacySuitesComeLast() {
        String before = Security.getProperty("jdk.tls.legacyAlgorithms");
        Security.setProperty("jdk.tls.legacyAlgorithms", before + ", AES_128_GCM");
        try {
            List<CipherSuite> suites = TlsContext.builder().build().cipherSuites();

            assertEquals(CipherSuite.all().size(), suites.size());
            assertNotEquals(CipherSuite.TLS_AES_128_GCM_SHA256, suites.getFirst());
            assertTrue(suites.getLast().name().contains("AES_128"), suites::toString);
        } finally {
            Security.setProperty("jdk.tls.legacyAlgorithms", before);
        }
    }

    /** The JDK disables ECDH with fixed keys by default; the key exchange of all suites here is ECDHE. */
    @Test
    void theDefaultsOfTheJdkDisableNothing() {
        TlsContext context = TlsContext.builder().build();

        assertEquals(CipherSuite.all(), context.cipherSuites());
        assertEquals(NamedGroup.all(), context.groups());
        assertEquals(
                List.of(TlsVersion.values()),
                context.protocols().stream().sorted().toList());
    }

    private static X509TrustManager everyone() {
        return new X509TrustManager() {
            @Override
            public void checkClientTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public void checkServerTrusted(X509Certificate[] chain, String authType) {}

            @Override
            public X509Certificate[] getAcceptedIssuers() {
                return new X509Certificate[0];
            }
        };
    }
}
