package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.CipherSuite;
import io.parktls.ClientAuth;
import io.parktls.NamedGroup;
import io.parktls.TestCertificate;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.TlsVersion;
import io.parktls.openssl.Callback;
import io.parktls.openssl.SslContext;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.X509TrustManager;

/** NEG: ends without common parameters, and ends that do not trust each other. */
final class NegotiationRowsTest {
    private static final String NO_CALLBACK = "The settings of a server are fixed when its context is built; it calls"
            + " no callback during the handshake. ParkTLS's client sees a failure of libssl's server as libssl's client"
            + " does.";

    @Row("NEG-01")
    @InBothVersions
    void noCommonSuite(Setting setting) {
        CipherSuite[] suites = setting.is13()
                ? new CipherSuite[] {CipherSuite.TLS_AES_128_GCM_SHA256, CipherSuite.TLS_AES_256_GCM_SHA384}
                : new CipherSuite[] {
                    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
                };
        Scenario.of(setting)
                .client(client -> client.cipherSuites(suites[0]))
                .server(server -> server.cipherSuites(suites[1]))
                .same("C hs:R, S hs:SSL>40, C hs:SSL<40", Stage::settle);
    }

    @Row("NEG-02")
    @InBothVersions
    void noCommonGroup(Setting setting) {
        Scenario.of(setting)
                .client(client -> client.groups(NamedGroup.X25519))
                .server(server -> server.groups(NamedGroup.SECP256R1))
                .same("C hs:R, S hs:SSL>40, C hs:SSL<40", Stage::settle);
    }

    @Row("NEG-03")
    @InBothVersions
    void noCommonVersion(Setting setting) {
        TlsVersion other = setting.is13() ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
        Scenario.of(setting)
                .server(server -> server.protocols(other))
                .same("C hs:R, S hs:SSL>70, C hs:SSL<70", Stage::settle);
    }

    @Row(
            value = "NEG-04",
            differs = "A server without an identity is a programming error: ParkTLS fails at the first call, libssl"
                    + " only when a ClientHello arrives.")
    @InBothVersions
    void serverWithoutCertificate(Setting setting) {
        TlsContext like = TlsContext.builder()
                .engine(setting.engine())
                .protocols(setting.version())
                .build();
        TlsContext client =
                TestContexts.client(setting.engine(), setting.version()).build();
        Wire wire = new Wire(Wire.UNLIMITED);
        try (LibsslEnd libssl = Scenario.libssl(SslContext.server(like, List.of()), wire.server());
                ParkTlsEnd hello = new ParkTlsEnd(client.connect(wire.client(), TestContexts.HOST, 0));
                ParkTlsEnd ours = new ParkTlsEnd(like.accept(wire.server()))) {
            libssl.setRole(true);
            assertEquals("R", libssl.doHandshake().verdict());
            assertEquals("SSL", ours.doHandshake().verdict());
            hello.doHandshake();
            byte[] clientHello = wire.toServer().takeAll();
            wire.toServer().inject(clientHello);
            assertEquals("SSL", libssl.doHandshake().verdict());
            wire.toServer().inject(clientHello);
            assertEquals("SSL", ours.doHandshake().verdict());
        }
    }

    @Row(
            value = "NEG-05",
            differs = "Unusable settings are refused when the context is built, not when it is used, so no alert is"
                    + " sent without a preceding ClientHello.")
    @InBothVersions
    void unusableClient(Setting setting) {
        TlsContext context =
                TestContexts.client(setting.engine(), setting.version()).build();
        SslContext inverted =
                SslContext.client(context, TestPki.authorities()).protocols(TlsVersion.TLS_1_3, TlsVersion.TLS_1_2);
        try (LibsslEnd libssl = Scenario.libssl(inverted, new Wire(Wire.UNLIMITED).client())) {
            libssl.setRole(false);
            Outcome outcome = libssl.doHandshake();
            assertEquals("SSL>70", outcome.verdict() + outcome.alert());
        }
        TlsContext.Builder builder = TestContexts.client(setting.engine());
        assertThrows(IllegalArgumentException.class, builder::protocols);
        assertThrows(IllegalArgumentException.class, builder::cipherSuites);
        TlsVersion other = setting.is13() ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
        builder.protocols(setting.version())
                .cipherSuites(CipherSuite.all().stream()
                        .filter(suite -> suite.version() == other)
                        .toArray(CipherSuite[]::new));
        assertThrows(IllegalArgumentException.class, builder::build);
    }

    /** Expects that the client fails with an alert when it has received the server's certificate. */
    private static void clientRefuses(Setting setting, int alert, TlsIdentity identity) {
        Scenario.of(setting)
                .server(server -> server.identity(identity))
                .same("C hs:R, S hs:R, C hs:SSL>%d, S hs:SSL<%d".formatted(alert, alert), Stage::settle);
    }

    @Row("NEG-06")
    @InBothVersions
    void unknownAuthority(Setting setting) {
        Scenario.of(setting)
                .libsslTrusts(List.of(TestPki.ca(KeyKind.RSA_2048)))
                .client(client -> client.trust(TestPki.trust(KeyKind.RSA_2048)))
                .same("C hs:R, S hs:R, C hs:SSL>48, S hs:SSL<48", Stage::settle);
    }

    @Row("NEG-07")
    @InBothVersions
    void otherHost(Setting setting) {
        clientRefuses(setting, 42, TestPki.wrongHost(KeyKind.ECDSA_P256));
    }

    @Row("NEG-08")
    @InBothVersions
    void applicationAccepts(Setting setting) {
        Scenario.of(setting)
                .server(server -> server.identity(TestPki.unknownCa(KeyKind.ECDSA_P256)))
                .client(client -> client.trust(TlsTrust.of(new FixedTrustManager(true))))
                .libsslClient(client -> client.callback(Callback.VERIFY_ACCEPTS))
                .same(stage -> stage.establish().note("done", stage.isDone()));
    }

    @Row("NEG-09")
    @InBothVersions
    void applicationRefuses(Setting setting) {
        Scenario.of(setting)
                .client(client -> client.trust(TlsTrust.of(new FixedTrustManager(false))))
                .libsslClient(client -> client.callback(Callback.VERIFY_REFUSES))
                .anyAlert()
                .same(Stage::settle);
    }

    /** A trust manager that accepts all chains or none. */
    private record FixedTrustManager(boolean accepts) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            checkServerTrusted(chain, authType);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            if (!accepts) {
                throw new CertificateException("refused by the test");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Row("NEG-10")
    @InBothVersions
    void noVerification(Setting setting) {
        Scenario.of(setting)
                .server(server -> server.identity(TestPki.unknownCa(KeyKind.ECDSA_P256)))
                .client(client -> client.trust(TlsTrust.insecure()).verifyHost(false))
                .libsslTrusts(List.of())
                .same(stage -> stage.establish().note("done", stage.isDone()));
    }

    private static Scenario asking(Setting setting, ClientAuth clientAuth, UnaryOperator<TlsContext.Builder> client) {
        return Scenario.of(setting)
                .server(server -> server.clientAuth(clientAuth).trust(TestPki.trust()))
                .client(client);
    }

    @Row("NEG-11")
    @InTls12
    void noClientCertificateTls12(Setting setting) {
        asking(setting, ClientAuth.REQUIRED, UnaryOperator.identity())
                .same("C hs:R, S hs:R, C hs:R, S hs:SSL>40, C hs:SSL<40", Stage::settle);
    }

    @Row("NEG-12")
    @InTls13
    void noClientCertificateTls13(Setting setting) {
        asking(setting, ClientAuth.REQUIRED, UnaryOperator.identity())
                .same("C hs:R, S hs:R, C hs:1, S hs:SSL>116, C read:SSL<116", stage -> {
                    stage.settle();
                    stage.client().read(1);
                });
    }

    private static TlsIdentity stranger() {
        return TestCertificate.of(KeyKind.ECDSA_P256, "stranger")
                .purposes(TestCertificate.CLIENT_AUTH)
                .issuedBy(TestCertificate.authority(KeyKind.ECDSA_P256, "Nobody's CA"))
                .identity();
    }

    @Row("NEG-13")
    @InTls12
    void clientOfUnknownAuthorityTls12(Setting setting) {
        TlsIdentity stranger = stranger();
        asking(setting, ClientAuth.REQUIRED, client -> client.identity(stranger))
                .same("C hs:R, S hs:R, C hs:R, S hs:SSL>48, C hs:SSL<48", Stage::settle);
    }

    @Row("NEG-13")
    @InTls13
    void clientOfUnknownAuthorityTls13(Setting setting) {
        TlsIdentity stranger = stranger();
        asking(setting, ClientAuth.REQUIRED, client -> client.identity(stranger))
                .same("C hs:R, S hs:R, C hs:1, S hs:SSL>48, C read:SSL<48", stage -> {
                    stage.settle();
                    stage.client().read(1);
                });
    }

    @Row("NEG-14")
    @InBothVersions
    void clientCertificateIsOptional(Setting setting) {
        asking(setting, ClientAuth.WANTED, UnaryOperator.identity())
                .same(stage -> stage.establish().note("done", stage.isDone()));
    }

    @Row("NEG-15")
    @InBothVersions
    void noCommonApplicationProtocol(Setting setting) {
        Scenario.of(setting)
                .client(client -> client.applicationProtocols("h2"))
                .server(server -> server.applicationProtocols("http/1.1"))
                .same("C hs:R, S hs:SSL>120, C hs:SSL<120", Stage::settle);
    }

    @Row(value = "NEG-16", differs = NO_CALLBACK)
    @Row(value = "NEG-17", differs = NO_CALLBACK)
    @Row(value = "NEG-18", differs = NO_CALLBACK)
    @InBothVersions
    void serverRefuses(Setting setting) {
        serverRefuses(setting, Callback.SERVER_NAME_FATAL, 112);
        serverRefuses(setting, Callback.CERTIFICATE_FAILS, 80);
        serverRefuses(setting, Callback.CLIENT_HELLO_DENIED, 49);
        Scenario.of(setting)
                .libsslServer(server -> server.callback(Callback.SERVER_NAME_WARNING))
                .same(stage -> stage.establish().note("done", stage.isDone()));
    }

    private static void serverRefuses(Setting setting, Callback callback, int alert) {
        var stages = Scenario.of(setting)
                .libsslServer(server -> server.callback(callback))
                .run(Stage::settle);
        String expected = "C hs:R, S hs:SSL>%d, C hs:SSL<%d".formatted(alert, alert);
        assertEquals(expected, stages.get(Pairing.LIBSSL_LIBSSL).brief());
        assertEquals(expected, stages.get(Pairing.PARKTLS_LIBSSL).brief());
    }

    @Row("NEG-19")
    @InTls12
    void overlappingVersions(Setting setting) {
        Scenario.of(setting)
                .server(server -> server.protocols(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3))
                .same("C hs:R, S hs:R, C hs:R, S hs:1, C hs:1", Stage::settle);
    }
}
