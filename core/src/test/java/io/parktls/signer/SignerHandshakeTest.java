package io.parktls.signer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.LocalSigner;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsVersion;
import io.parktls.engine.EngineEnd;
import io.parktls.engine.SigningKey;
import io.parktls.engine.TlsEngineProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests handshakes in which signers of the application sign, with both engines, in both versions and both roles. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SignerHandshakeTest {
    private static final Map<String, TlsIdentity> IDENTITIES = new ConcurrentHashMap<>();

    /** The engines. */
    enum Engine {
        BOUNCY_CASTLE,
        JSSE;

        TlsEngineProvider provider() {
            return this == JSSE ? TlsEngineProvider.jsse() : TlsEngineProvider.bouncyCastle();
        }
    }

    static Stream<Arguments> schemes() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of(TlsVersion.values())
                        .flatMap(version -> SignatureScheme.all().stream()
                                .filter(scheme -> isUsable(engine, version, scheme))
                                .map(scheme -> Arguments.of(engine, version, scheme))));
    }

    private static boolean isUsable(Engine engine, TlsVersion version, SignatureScheme scheme) {
        SigningKey key = SigningKey.of(identity(scheme).chain().getFirst().getPublicKey());
        // The JDK's JSSE has no ML-DSA.
        return key.signs(scheme, version)
                && (engine == Engine.BOUNCY_CASTLE || !scheme.standardName().startsWith("mldsa"));
    }

    /** The scheme that a signer names is the only one that its key is used with, although it could sign with others. */
    @ParameterizedTest
    @MethodSource("schemes")
    void bothEndsSignWithTheSchemeOfTheirSigner(Engine engine, TlsVersion version, SignatureScheme scheme)
            throws Exception {
        TlsIdentity local = identity(scheme);
        LocalSigner ofServer = new LocalSigner(local.privateKey(), Set.of(scheme));
        LocalSigner ofClient = new LocalSigner(local.privateKey(), Set.of(scheme));
        TlsContext server = server(engine, version, LocalSigner.identity(local, ofServer));
        TlsContext client = TestContexts.client(engine.provider(), version)
                .identity(LocalSigner.identity(local, ofClient))
                .build();
        assertEquals(List.of(), ofServer.asked(), "building a context needs no signature");

        EngineEnd clientEnd = EngineEnd.client(client, TestContexts.HOST);
        EngineEnd serverEnd = EngineEnd.server(server);
        EngineEnd.connect(clientEnd, serverEnd);

        assertEquals(List.of(scheme), ofServer.asked());
        assertEquals(List.of(scheme), ofClient.asked());
        assertEquals(local.chain(), clientEnd.engine().session().peerCertificates());
        assertEquals(local.chain(), serverEnd.engine().session().peerCertificates());
    }

    /** TLS 1.2: a P-256 key may sign with SHA-384 (RFC 5246 7.4.1.4.1). The scheme tells the signer the hash. */
    @ParameterizedTest
    @EnumSource(names = {"ECDSA_SECP384R1_SHA384", "ECDSA_SECP521R1_SHA512"})
    void aSignerGetsTheHashOfAnotherCurve(SignatureScheme scheme) throws Exception {
        TlsIdentity local = identity(SignatureScheme.ECDSA_SECP256R1_SHA256);
        LocalSigner signer = new LocalSigner(local.privateKey());
        TlsContext server = server(Engine.BOUNCY_CASTLE, TlsVersion.TLS_1_2, LocalSigner.identity(local, signer));
        TlsContext client = TestContexts.client(TlsEngineProvider.bouncyCastle(), TlsVersion.TLS_1_2)
                .identity(local)
                .signatureSchemes(scheme, SignatureScheme.RSA_PSS_RSAE_SHA256)
                .build();
        EngineEnd.connect(EngineEnd.client(client, TestContexts.HOST), EngineEnd.server(server));
        assertEquals(List.of(scheme), signer.asked());
    }

    static Stream<Arguments> enginesAndVersions() {
        return Stream.of(Engine.values())
                .flatMap(engine -> Stream.of(TlsVersion.values()).map(version -> Arguments.of(engine, version)));
    }

    /** An identity whose signer has no scheme for the peer is passed over, as one with an unsuitable key is. */
    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void aSignerWithoutASchemeOfThePeerIsPassedOver(Engine engine, TlsVersion version) throws Exception {
        TlsIdentity local = identity(SignatureScheme.RSA_PSS_RSAE_SHA256);
        LocalSigner limited = new LocalSigner(local.privateKey(), Set.of(SignatureScheme.RSA_PSS_RSAE_SHA512));
        TlsIdentity second = identity(SignatureScheme.ED25519);
        TlsContext server = TestContexts.server(engine.provider(), version)
                .identity(LocalSigner.identity(local, limited), LocalSigner.identity(second))
                .build();
        EnumSet<SignatureScheme> others = EnumSet.allOf(SignatureScheme.class);
        others.remove(SignatureScheme.RSA_PSS_RSAE_SHA512);
        TlsContext client = TestContexts.client(engine.provider(), version)
                .signatureSchemes(others.toArray(SignatureScheme[]::new))
                .build();
        EngineEnd clientEnd = EngineEnd.client(client, TestContexts.HOST);
        EngineEnd.connect(clientEnd, EngineEnd.server(server));
        assertEquals(second.chain(), clientEnd.engine().session().peerCertificates());
        assertEquals(List.of(), limited.asked());

        EngineEnd willing =
                EngineEnd.client(TestContexts.client(engine.provider(), version).build(), TestContexts.HOST);
        EngineEnd.connect(willing, EngineEnd.server(server));
        assertEquals(local.chain(), willing.engine().session().peerCertificates());
        assertEquals(List.of(SignatureScheme.RSA_PSS_RSAE_SHA512), limited.asked());
    }

    /** Non-blocking drivers learn that a handshake may wait, whichever end has the signer. */
    @ParameterizedTest
    @MethodSource("enginesAndVersions")
    void theEngineTellsThatItCallsForeignCode(Engine engine, TlsVersion version) {
        TlsIdentity remote = LocalSigner.identity(TestPki.server(TestPki.KeyKind.ECDSA_P256));
        TlsContext context = server(engine, version, remote);
        TlsEngineProvider.Engines engines = engine.provider().prepare(context);
        assertTrue(engines.foreignCode(true).ordinal() > 0);
        assertTrue(engines.foreignCode(false).ordinal() > 0);
    }

    private static TlsContext server(Engine engine, TlsVersion version, TlsIdentity identity) {
        return TestContexts.server(engine.provider(), version)
                .identity(identity)
                .trust(TestPki.trust())
                .clientAuth(ClientAuth.REQUIRED)
                .build();
    }

    /** Returns a valid identity whose key can sign with a scheme. */
    static TlsIdentity identity(SignatureScheme scheme) {
        String type = switch (scheme) {
            case ECDSA_SECP256R1_SHA256 -> "secp256r1";
            case ECDSA_SECP384R1_SHA384 -> "secp384r1";
            case ECDSA_SECP521R1_SHA512 -> "secp521r1";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case MLDSA44 -> "ML-DSA-44";
            case MLDSA65 -> "ML-DSA-65";
            case MLDSA87 -> "ML-DSA-87";
            case RSA_PSS_PSS_SHA256, RSA_PSS_PSS_SHA384, RSA_PSS_PSS_SHA512 -> "RSASSA-PSS";
            default -> "RSA";
        };
        return IDENTITIES.computeIfAbsent(type, name -> LocalSigner.valid(pair(name)));
    }

    private static KeyPair pair(String type) {
        try {
            if (!type.startsWith("secp")) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
                if (type.startsWith("RSA")) {
                    generator.initialize(2048);
                }
                return generator.generateKeyPair();
            }
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(type));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
