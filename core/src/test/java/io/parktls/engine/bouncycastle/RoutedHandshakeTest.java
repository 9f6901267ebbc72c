package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.SignatureScheme;
import io.parktls.jca.JdkSignatureScheme;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests complete handshakes of Bouncy Castle's client and server on the routed crypto, for each key, group and version.
 */
class RoutedHandshakeTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int[] TLS12_GROUPS = {
        NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1, NamedGroup.secp521r1
    };
    private static final int[] TLS13_GROUPS = {
        NamedGroup.x25519, NamedGroup.secp256r1, NamedGroup.secp384r1, NamedGroup.secp521r1, NamedGroup.X25519MLKEM768
    };

    static Stream<Arguments> handshakes() {
        List<Arguments> all = new ArrayList<>();
        for (int group : TLS13_GROUPS) {
            all.add(tls13(CipherSuite.TLS_AES_128_GCM_SHA256, group, SignatureScheme.ECDSA_SECP256R1_SHA256));
            all.add(tls13(CipherSuite.TLS_AES_256_GCM_SHA384, group, SignatureScheme.RSA_PSS_RSAE_SHA256));
            all.add(tls13(CipherSuite.TLS_CHACHA20_POLY1305_SHA256, group, SignatureScheme.ED25519));
        }
        for (SignatureScheme scheme : SignatureScheme.values()) {
            if (!scheme.standardName().startsWith("rsa_pkcs1")) {
                all.add(tls13(CipherSuite.TLS_AES_128_GCM_SHA256, NamedGroup.x25519, scheme));
            }
        }
        for (int group : TLS12_GROUPS) {
            all.add(tls12(
                    CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                    group,
                    SignatureScheme.ECDSA_SECP256R1_SHA256));
            all.add(tls12(
                    CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, group, SignatureScheme.RSA_PSS_RSAE_SHA256));
            all.add(tls12(CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, group, SignatureScheme.ED25519));
        }
        for (SignatureScheme scheme : SignatureScheme.values()) {
            if (JdkSignatureScheme.of(scheme).isForTls13Only()) {
                continue;
            }
            all.add(tls12(
                    scheme.standardName().startsWith("rsa")
                            ? CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
                            : CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                    NamedGroup.x25519,
                    scheme));
        }
        return all.stream().distinct();
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @MethodSource("handshakes")
    void serverAuthenticates(ProtocolVersion version, CipherSuite suite, int group, SignatureScheme scheme)
            throws Exception {
        check(version, suite, group, scheme, false);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3}")
    @MethodSource("handshakes")
    void bothAuthenticate(ProtocolVersion version, CipherSuite suite, int group, SignatureScheme scheme)
            throws Exception {
        check(version, suite, group, scheme, true);
    }

    private static void check(
            ProtocolVersion version, CipherSuite suite, int group, SignatureScheme scheme, boolean clientAuth)
            throws Exception {
        TlsCredentialedSigner credentials =
                MemoryHandshake.credentials(identity(scheme), scheme, version, () -> RANDOM);
        MemoryHandshake handshake = MemoryHandshake.of(
                        new MemoryHandshake.Parameters(
                                version,
                                suite.code(),
                                group,
                                scheme,
                                credentials,
                                clientAuth ? credentials : null,
                                true),
                        () -> new TestCrypto(RANDOM))
                .run();

        assertEquals(version, handshake.clientParameters().getNegotiatedVersion());
        assertEquals(suite.code(), handshake.serverParameters().getCipherSuite());
        assertArrayEquals(handshake.clientKeyingMaterial(), handshake.serverKeyingMaterial());

        byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
        handshake.clientProtocol().writeApplicationData(hello, 0, hello.length);
        handshake.move(handshake.clientProtocol(), handshake.serverProtocol());
        byte[] received = new byte[handshake.serverProtocol().getAvailableInputBytes()];
        handshake.serverProtocol().readInput(received, 0, received.length);
        assertArrayEquals(hello, received);
    }

    static TestIdentity identity(SignatureScheme scheme) {
        return switch (scheme) {
            case ECDSA_SECP256R1_SHA256 -> TestIdentity.p256();
            case ECDSA_SECP384R1_SHA384 -> TestIdentity.p384();
            case ECDSA_SECP521R1_SHA512 -> TestIdentity.p521();
            case ED25519 -> TestIdentity.ed25519();
            case ED448 -> TestIdentity.ed448();
            case MLDSA44 -> TestIdentity.mlDsa("ML-DSA-44");
            case MLDSA65 -> TestIdentity.mlDsa("ML-DSA-65");
            case MLDSA87 -> TestIdentity.mlDsa("ML-DSA-87");
            case RSA_PSS_PSS_SHA256, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA512 -> TestIdentity.rsaPss();
            default -> TestIdentity.rsa();
        };
    }

    private static Arguments tls13(CipherSuite suite, int group, SignatureScheme scheme) {
        return Arguments.of(ProtocolVersion.TLSv13, suite, group, scheme);
    }

    private static Arguments tls12(CipherSuite suite, int group, SignatureScheme scheme) {
        return Arguments.of(ProtocolVersion.TLSv12, suite, group, scheme);
    }
}
