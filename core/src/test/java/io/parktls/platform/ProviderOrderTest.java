package io.parktls.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests each order of installed providers in a separate JVM, with every kind of identity: all must work. */
class ProviderOrderTest {
    @TempDir
    private static Path directory;

    private static final List<String> KINDS = new ArrayList<>();

    @BeforeAll
    static void writeIdentities() throws Exception {
        for (KeyKind kind : KeyKind.values()) {
            write(kind.name(), kind, kind.generate());
        }
        write("ECDSA_P521", KeyKind.ECDSA_P256, pair("EC", new ECGenParameterSpec("secp521r1")));
        write("ED448", KeyKind.ED25519, pair("Ed448", NamedParameterSpec.ED448));
        write(
                "RSA_PSS",
                KeyKind.RSA_2048,
                pair("RSASSA-PSS", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)));
        Files.writeString(directory.resolve("ca.pem"), TestPki.pem(TestPki.authorities()));

        for (KeyKind kind : List.of(KeyKind.RSA_2048, KeyKind.ECDSA_P256)) {
            writeBad("expired." + kind, TestPki.expired(kind));
            writeBad("unknown." + kind, TestPki.unknownCa(kind));
            writeBad("misused." + kind, TestPki.wrongExtendedKeyUsage(kind));
        }

        TlsIdentity identity = TestPki.server(KeyKind.ECDSA_P256);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "identity",
                identity.privateKey(),
                "secret".toCharArray(),
                identity.chain().toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(directory.resolve("identity.p12"))) {
            store.store(out, "secret".toCharArray());
        }
    }

    private static KeyPair pair(String algorithm, AlgorithmParameterSpec parameters) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(parameters);
        return generator.generateKeyPair();
    }

    private static void write(String kind, KeyKind issuer, KeyPair pair) throws Exception {
        TlsIdentity identity = TestPki.goodServer(issuer)
                .keyPair(pair)
                .purposes(TestCertificate.SERVER_AUTH, TestCertificate.CLIENT_AUTH)
                .issuedBy(TestPki.authority(issuer))
                .identity();
        writeBad(kind, identity);
        KINDS.add(kind);
    }

    /** Writes an identity that is not added to the kinds that must work. */
    private static void writeBad(String name, TlsIdentity identity) throws Exception {
        Files.writeString(directory.resolve(name + ".chain.pem"), TestPki.pem(identity.chain()));
        Files.writeString(
                directory.resolve(name + ".key.pem"),
                TestPki.pem("PRIVATE KEY", identity.privateKey().getEncoded()));
    }

    @ParameterizedTest
    @EnumSource(ProviderOrder.class)
    void everyIdentityAndEveryGroupWorks(ProviderOrder order) throws Exception {
        run(order, false);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(ProviderOrder.class)
    void everyIdentityWorksInEveryVersion(ProviderOrder order) throws Exception {
        run(order, true);
    }

    private static void run(ProviderOrder order, boolean all) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(order.name(), directory.toString(), Boolean.toString(all)));
        arguments.addAll(KINDS);

        List<String> output = ForkedJvm.run(
                List.of(), ForkedJvm.withProviders(), ProviderOrderChild.class, arguments.toArray(String[]::new));

        assertEquals("end", output.isEmpty() ? "" : output.getLast(), () -> String.join("\n", output));
        assertTrue(output.stream().noneMatch(line -> line.startsWith("FAILED")), () -> String.join("\n", output));
    }
}
