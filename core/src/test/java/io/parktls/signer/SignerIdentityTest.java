package io.parktls.signer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.LocalSigner;
import io.parktls.SignatureScheme;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsSigner;
import io.parktls.engine.TlsEngineProvider;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests how identities with signers are created, and their keys. */
class SignerIdentityTest {
    /** A signer that is out of reach. */
    private static final TlsSigner DOWN = (scheme, message) -> {
        throw new AssertionError("the signer was called");
    };

    @TempDir
    Path directory;

    /** The service behind a signer may start later than the program. */
    @ParameterizedTest
    @EnumSource(SignerHandshakeTest.Engine.class)
    void noSignatureIsMadeBeforeTheFirstHandshake(SignerHandshakeTest.Engine engine) {
        for (KeyKind kind : KeyKind.values()) {
            TlsIdentity identity = LocalSigner.identity(TestPki.server(kind), DOWN);
            TlsContext context =
                    TestContexts.server(engine.provider()).identity(identity).build();
            assertEquals(identity, context.identities().getFirst());
            PrivateKey key = identity.privateKey();
            assertEquals(identity.chain(), TlsIdentity.of(key, chain(identity)).chain());
        }
    }

    @Test
    void theFirstCertificateIsTheSigners() throws Exception {
        TlsIdentity local = TestPki.chain(KeyKind.ECDSA_P256, 3);
        List<X509Certificate> chain = local.chain();
        X509Certificate[] shuffled = {chain.get(0), chain.get(3), chain.get(1), chain.get(2)};
        assertEquals(chain, TlsIdentity.of(DOWN, shuffled).chain());

        Path file = directory.resolve("chain.pem");
        Files.writeString(file, TestPki.pem(List.of(shuffled)));
        assertEquals(chain, TlsIdentity.pem(file, DOWN).chain());

        X509Certificate[] issuerFirst = {chain.get(1), chain.get(0)};
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> TlsIdentity.of(DOWN, issuerFirst));
        assertTrue(e.getMessage().contains("not part of the chain"), e.getMessage());
        Files.writeString(file, TestPki.pem(List.of(issuerFirst)));
        e = assertThrows(IllegalArgumentException.class, () -> TlsIdentity.pem(file, DOWN));
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }

    @Test
    void thereMustBeACertificate() {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> TlsIdentity.of(DOWN));
        assertTrue(e.getMessage().contains("no certificate"), e.getMessage());
    }

    @Test
    void aKeyOfAnotherCertificateIsRefusedWithoutASignature() {
        PrivateKey key =
                LocalSigner.identity(TestPki.server(KeyKind.ECDSA_P256), DOWN).privateKey();
        for (KeyKind other : List.of(KeyKind.ECDSA_P384, KeyKind.RSA_2048)) {
            assertThrows(IllegalArgumentException.class, () -> TlsIdentity.of(key, chain(TestPki.server(other))));
        }
        assertThrows(
                IllegalArgumentException.class, () -> TlsIdentity.of(key, chain(TestPki.client(KeyKind.ECDSA_P256))));
    }

    @Test
    void aSignerNeedsASchemeOfTheKey() {
        TlsIdentity local = TestPki.server(KeyKind.RSA_2048);
        for (Set<SignatureScheme> unsuitable :
                List.of(EnumSet.noneOf(SignatureScheme.class), EnumSet.of(SignatureScheme.RSA_PSS_PSS_SHA256))) {
            LocalSigner signer = new LocalSigner(local.privateKey(), unsuitable);
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> LocalSigner.identity(local, signer));
            assertTrue(e.getMessage().contains(LocalSigner.class.getName()), e.getMessage());
            assertTrue(e.getMessage().contains("rsa_pss_rsae_sha256"), e.getMessage());
        }
    }

    @Test
    void tlsNeedsASchemeForTheKey() throws Exception {
        TlsIdentity local =
                LocalSigner.valid(KeyPairGenerator.getInstance("DSA").generateKeyPair());
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> LocalSigner.identity(local, DOWN));
        assertTrue(e.getMessage().contains("no signature scheme"), e.getMessage());
    }

    /** RFC 8017 9.1.1: PSS with SHA-512 does not fit into a modulus of 1,024 bits. */
    @Test
    void schemesThatTheKeyIsTooShortForAreLeftOut() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(new RSAKeyGenParameterSpec(1024, RSAKeyGenParameterSpec.F4));
        TlsIdentity identity = LocalSigner.identity(LocalSigner.valid(generator.generateKeyPair()), DOWN);
        assertFalse(SignerKey.schemes(identity).contains(SignatureScheme.RSA_PSS_RSAE_SHA512));
        assertTrue(SignerKey.schemes(identity).contains(SignatureScheme.RSA_PSS_RSAE_SHA384));
    }

    @Test
    void theKeyRevealsNothing() throws Exception {
        for (KeyKind kind : KeyKind.values()) {
            TlsIdentity identity = LocalSigner.identity(TestPki.server(kind));
            PrivateKey key = identity.privateKey();
            assertNull(key.getEncoded());
            assertNull(key.getFormat());
            assertEquals(identity.chain().getFirst().getPublicKey().getAlgorithm(), key.getAlgorithm());
            assertFalse(key.toString().contains("secret"), key.toString());
            assertFalse(identity.toString().contains("secret"), identity.toString());
            try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
                assertThrows(NotSerializableException.class, () -> out.writeObject(key));
            }
        }
    }

    @Test
    void theJsseEngineAddsAProviderAtTheEnd() {
        TlsIdentity identity = LocalSigner.identity(TestPki.server(KeyKind.ECDSA_P256), DOWN);
        for (int i = 0; i < 3; i++) {
            TestContexts.server(TlsEngineProvider.jsse()).identity(identity).build();
        }
        List<String> names =
                Arrays.stream(Security.getProviders()).map(Provider::getName).toList();
        assertEquals(1, names.stream().filter("ParkTLS-Signer"::equals).count());
        assertEquals("ParkTLS-Signer", names.getLast());
    }

    @Test
    void theProviderAffectsNoOtherKey() throws Exception {
        for (KeyKind kind : KeyKind.values()) {
            PrivateKey ordinary = TestPki.server(kind).privateKey();
            for (Provider.Service service : SignerProvider.instance().getServices()) {
                assertFalse(service.supportsParameter(ordinary), service::toString);
                Signature signature = Signature.getInstance(service.getAlgorithm(), SignerProvider.instance());
                assertThrows(InvalidKeyException.class, () -> signature.initSign(ordinary));
                assertThrows(
                        InvalidKeyException.class,
                        () -> signature.initVerify(
                                TestPki.server(kind).chain().getFirst().getPublicKey()));
            }
        }
    }

    /** Bouncy Castle's JSSE provider and Conscrypt pass hashes to a signature, which is not what a signer signs. */
    @Test
    void otherJsseProvidersRefuseSigners() {
        TlsIdentity identity = LocalSigner.identity(TestPki.server(KeyKind.ECDSA_P256), DOWN);
        TlsContext.Builder context = TestContexts.server(
                        TlsEngineProvider.jsse(new BouncyCastleJsseProvider(new BouncyCastleProvider())))
                .identity(identity);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, context::build);
        assertTrue(e.getMessage().contains("BCJSSE"), e.getMessage());
        assertTrue(e.getMessage().contains("TlsSigner"), e.getMessage());
    }

    private static X509Certificate[] chain(TlsIdentity identity) {
        return Stream.of(identity).flatMap(it -> it.chain().stream()).toArray(X509Certificate[]::new);
    }
}
