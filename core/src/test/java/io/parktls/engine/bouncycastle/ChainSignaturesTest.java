package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
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
import io.parktls.engine.EngineEnd;
import io.parktls.engine.TlsEngineProvider;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests chains signed with various algorithms, in both versions and roles. */
class ChainSignaturesTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    static Stream<Arguments> postQuantumAuthorities() {
        return Stream.of("ML-DSA-44", "ML-DSA-65", "ML-DSA-87")
                .flatMap(algorithm -> Stream.of(TlsVersion.values()).map(version -> Arguments.of(algorithm, version)));
    }

    /**
     * TLS does not restrict these algorithms: a signature that the JDK verifies is accepted, even if TLS 1.2 has no
     * code point for its algorithm.
     */
    @ParameterizedTest
    @MethodSource("postQuantumAuthorities")
    void leafUnderAnMlDsaAuthority(String algorithm, TlsVersion version) throws Exception {
        TestCertificate root = TestCertificate.of(KeyKind.ECDSA_P256, "Test CA " + algorithm)
                .authority()
                .keyPair(KeyPairGenerator.getInstance(algorithm).generateKeyPair())
                .selfSigned();
        TestCertificate intermediate = TestCertificate.of(KeyKind.ECDSA_P256, "Test CA intermediate " + algorithm)
                .authority()
                .keyPair(KeyPairGenerator.getInstance(algorithm).generateKeyPair())
                .issuedBy(root);
        TlsTrust trust = TestPki.trust(List.of(root.certificate()));
        TlsIdentity server =
                TestPki.goodServer(KeyKind.ECDSA_P256).issuedBy(intermediate).identity();
        TlsIdentity client = TestCertificate.of(KeyKind.ECDSA_P256, "client")
                .purposes(TestCertificate.CLIENT_AUTH)
                .issuedBy(intermediate)
                .identity();
        EngineEnd ours =
                EngineEnd.client(builder(version).identity(client).trust(trust).build(), TestContexts.HOST);
        EngineEnd theirs = EngineEnd.server(builder(version)
                .identity(server)
                .trust(trust)
                .clientAuth(ClientAuth.REQUIRED)
                .build());
        EngineEnd.connect(ours, theirs);
        assertEquals(2, ours.engine().session().peerCertificates().size());
        assertEquals(2, theirs.engine().session().peerCertificates().size());
    }

    private static TlsContext.Builder builder(TlsVersion version) {
        return TlsContext.builder().engine(ENGINE).protocols(version);
    }

    @ParameterizedTest
    @EnumSource
    void sha1IsRefusedWhateverTheTrust(TlsVersion version) {
        TestCertificate root = TestCertificate.authority(KeyKind.RSA_2048, "Test CA SHA-1");
        TlsIdentity server = TestPki.goodServer(KeyKind.ECDSA_P256)
                .signatureAlgorithm("SHA1withRSA")
                .issuedBy(root)
                .identity();
        TlsIdentity withRoot =
                TlsIdentity.of(server.privateKey(), server.chain().getFirst(), root.certificate());
        EngineEnd ours =
                EngineEnd.client(builder(version).trust(TlsTrust.insecure()).build(), TestContexts.HOST);
        EngineEnd theirs = EngineEnd.server(builder(version).identity(withRoot).build());
        SSLException failure = assertThrows(SSLException.class, () -> EngineEnd.connect(ours, theirs));
        assertEquals(TlsAlert.BAD_CERTIFICATE, ((TlsFailure) failure).alert().orElseThrow());
        assertTrue(failure.getMessage().contains("SHA1withRSA"), failure.getMessage());
    }
}
