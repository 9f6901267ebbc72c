package io.parktls.sockets.startup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.platform.ForkedJvm;
import io.parktls.sockets.TlsSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a first handshake loads nothing that it does not need and that takes long to set up. */
@Timeout(300)
final class StartUpTest {
    private static final List<String> LOADED = new ArrayList<>();

    @BeforeAll
    static void handshake(@TempDir Path directory) throws Exception {
        TestPki.writePem(TestPki.server(KeyKind.ECDSA_P256), directory);
        Path classes = directory.resolve("classes");
        List<String> classPath = Stream.concat(
                        Stream.of(StartUpChild.class, TlsSocket.class).map(ForkedJvm::location),
                        ForkedJvm.classPath().stream())
                .distinct()
                .toList();
        List<String> output = ForkedJvm.run(
                List.of("-Xlog:class+load:file=" + classes + ":none"),
                classPath,
                StartUpChild.class,
                directory.toString());
        assertEquals(List.of("received 2"), output);
        try (Stream<String> lines = Files.lines(classes)) {
            lines.map(line -> line.split(" ", 2)[0]).forEach(LOADED::add);
        }
        assertTrue(LOADED.contains("org.bouncycastle.tls.TlsClientProtocol"), "the classes are not listed");
    }

    private static void assertNotLoaded(String type) {
        assertTrue(LOADED.stream().noneMatch(type::equals), () -> type + " was loaded");
    }

    @Test
    void theFlightRecorderIsNotSetUp() {
        assertNotLoaded("jdk.jfr.internal.MetadataRepository");
    }

    @Test
    void bouncyCastlesProviderIsNotCreated() {
        assertNotLoaded("org.bouncycastle.jcajce.provider.digest.SHA256$Mappings");
    }

    /** The signature of a jar is verified when its first class is loaded. */
    @Test
    void theJarForEncryptedKeysIsNotOpened() {
        assertNotLoaded("org.bouncycastle.openssl.PEMException");
    }

    @Test
    void curvesThatAreNotUsedHaveNoTables() {
        assertNotLoaded("org.bouncycastle.math.ec.custom.sec.SecP521R1Point");
    }

    /** The last of the JDK's providers, which are looked for in each jar of the class path. */
    @Test
    void theJdksOtherProvidersAreNotLoaded() {
        assertNotLoaded("sun.security.pkcs11.SunPKCS11");
    }

    @Test
    void log4jIsNotSetUp() {
        assertNotLoaded("org.apache.logging.log4j.LogManager");
    }
}
