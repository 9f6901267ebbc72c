package io.parktls.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsIdentity;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.TlsProtocol;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests class paths without Bouncy Castle, or with older or foreign classes of it first, each in a separate JVM. */
class ClassPathTest {
    private static final String NEEDED = "1.84";

    private static final KeyKind[] KINDS = {KeyKind.RSA_2048, KeyKind.ECDSA_P256, KeyKind.ED25519};

    @TempDir
    private static Path directory;

    @BeforeAll
    static void writeIdentities() throws Exception {
        for (KeyKind kind : KINDS) {
            write(
                    kind.name(),
                    TestPki.server(kind),
                    "PRIVATE KEY",
                    TestPki.server(kind).privateKey().getEncoded());
        }
        TlsIdentity rsa = TestPki.server(KeyKind.RSA_2048);
        write(
                "other",
                rsa,
                "RSA PRIVATE KEY",
                PrivateKeyInfo.getInstance(rsa.privateKey().getEncoded())
                        .parsePrivateKey()
                        .toASN1Primitive()
                        .getEncoded());
        Files.writeString(directory.resolve("ca.pem"), TestPki.pem(TestPki.authorities()));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "identity",
                rsa.privateKey(),
                "secret".toCharArray(),
                rsa.chain().toArray(Certificate[]::new));
        try (OutputStream out = Files.newOutputStream(directory.resolve("identity.p12"))) {
            store.store(out, "secret".toCharArray());
        }
    }

    private static void write(String name, TlsIdentity identity, String type, byte[] key) throws IOException {
        Files.writeString(directory.resolve(name + ".chain.pem"), TestPki.pem(identity.chain()));
        Files.writeString(directory.resolve(name + ".key.pem"), TestPki.pem(type, key));
    }

    /** Tries the class path, with handshakes of the JSSE engine with these kinds of identities. */
    private static List<String> run(List<String> classPath, KeyKind... kinds) throws Exception {
        String[] arguments = Stream.concat(
                        Stream.of(directory.toString()), Stream.of(kinds).map(KeyKind::name))
                .toArray(String[]::new);
        List<String> output = ForkedJvm.run(List.of(), classPath, ClassPathChild.class, arguments);
        assertEquals("end", output.isEmpty() ? "" : output.getLast(), () -> String.join("\n", output));
        for (KeyKind kind : kinds) {
            assertEquals("ok", line(output, "jsse " + kind), () -> String.join("\n", output));
        }
        assertEquals("ok", line(output, "key store"), () -> String.join("\n", output));
        return output;
    }

    private static String line(List<String> output, String name) {
        return output.stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + output));
    }

    @Test
    void withAllJars() throws Exception {
        List<String> output = run(ForkedJvm.withProviders(), KINDS);

        assertTrue(
                output.subList(0, output.size() - 1).stream().allMatch(line -> line.endsWith(": ok")),
                output::toString);
    }

    @Test
    void theJsseEngineNeedsNone() throws Exception {
        List<String> output = run(ForkedJvm.withoutBouncyCastle(), KINDS);

        for (String name : List.of("default client", "default server", "again", "self-signed")) {
            String failure = line(output, name);
            assertTrue(failure.startsWith("java.lang.IllegalStateException"), failure);
            assertTrue(failure.contains("Bouncy Castle " + NEEDED), failure);
            assertTrue(failure.contains("bcprov-jdk18on is missing"), failure);
        }
        String other = line(output, "other form");
        assertTrue(other.startsWith("java.lang.IllegalArgumentException"), other);
        assertTrue(other.contains("bcpkix-jdk18on " + NEEDED), other);
    }

    /** A defect of the class path: a wrong jar precedes those of Bouncy Castle, or one of them is missing. */
    private enum ClassPathDefect {
        OLDER_BCPROV("bcprov-jdk18on-1.71.jar", "1.71.0") {
            @Override
            List<String> classPath(Path folder) throws IOException {
                return with(jar(folder, BouncyCastleProvider.class, name -> true));
            }
        },
        OLDER_BCTLS("bctls-jdk18on-1.78.jar", "1.78.0") {
            @Override
            List<String> classPath(Path folder) throws IOException {
                return with(jar(folder, TlsProtocol.class, name -> true));
            }
        },
        /** An old jar that has a version only in its name, not in its manifest. */
        OLDER_BY_FILE_NAME("bcprov-jdk15on-1.70.jar", null) {
            @Override
            List<String> classPath(Path folder) throws IOException {
                return with(jar(folder, BouncyCastleProvider.class, name -> name.contains("/asn1/")));
            }
        },
        /** The FIPS edition, which shares some classes and lacks the others. */
        FIPS("bc-fips-2.1.0.jar", "2.1.0") {
            @Override
            List<String> classPath(Path folder) throws IOException {
                return with(jar(
                        folder,
                        BouncyCastleProvider.class,
                        name -> name.contains("/asn1/") || name.contains("/CryptoServicesRegistrar")));
            }
        },
        BCUTIL_MISSING("", null) {
            @Override
            List<String> classPath(Path folder) {
                List<String> classPath = new ArrayList<>(ForkedJvm.withProviders());
                classPath.remove(ForkedJvm.location(CMSObjectIdentifiers.class));
                return classPath;
            }
        };

        final String file;
        final String version;

        ClassPathDefect(String file, String version) {
            this.file = file;
            this.version = version;
        }

        abstract List<String> classPath(Path folder) throws IOException;

        private static List<String> with(Path first) {
            List<String> classPath = new ArrayList<>(List.of(first.toString()));
            classPath.addAll(ForkedJvm.withProviders());
            return classPath;
        }

        /** Copies classes of a real jar into a new one with another manifest. */
        Path jar(Path folder, Class<?> from, Predicate<String> wanted) throws IOException {
            Path made = folder.resolve(file);
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            if (version != null) {
                manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
            }
            // Neither verifies signatures nor compresses, which takes seconds for thousands of classes.
            try (JarFile real = new JarFile(new File(ForkedJvm.location(from)), false);
                    JarOutputStream out = new JarOutputStream(Files.newOutputStream(made), manifest)) {
                out.setLevel(Deflater.NO_COMPRESSION);
                for (JarEntry entry : real.stream().toList()) {
                    if (entry.getName().endsWith(".class") && wanted.test(entry.getName())) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        real.getInputStream(entry).transferTo(out);
                    }
                }
            }
            return made;
        }
    }

    @ParameterizedTest
    @EnumSource(ClassPathDefect.class)
    void oneErrorNamesBothVersions(ClassPathDefect defect, @TempDir Path folder) throws Exception {
        List<String> output = run(defect.classPath(folder), KeyKind.ECDSA_P256);

        for (String name : List.of("default client", "default server", "again")) {
            String failure = line(output, name);
            assertTrue(failure.startsWith("java.lang.IllegalStateException"), failure);
            assertTrue(failure.contains("Bouncy Castle " + NEEDED), failure);
            assertTrue(failure.contains(defect.file.isEmpty() ? "bcutil-jdk18on is missing" : defect.file), failure);
            assertTrue(defect.version == null || failure.contains(defect.version), failure);
            assertFalse(failure.contains(folder.toString()), failure);
        }
    }
}
