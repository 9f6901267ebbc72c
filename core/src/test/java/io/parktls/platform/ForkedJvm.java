package io.parktls.platform;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.parktls.TlsContext;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LoggerContext;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.TlsProtocol;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.NullMarked;

/** A JVM of its own for tests of what a JVM has one of: its providers, its class path, its security properties. */
final class ForkedJvm {
    /** Bounds a hang only; generous, as the machine may be busy. */
    private static final long TIMEOUT_SECONDS = 600;

    private ForkedJvm() {}

    /** ParkTLS, its tests and what they need; taken from where this JVM has loaded them, whatever its launcher does. */
    static List<String> classPath() {
        return Stream.concat(
                        withoutBouncyCastle().stream(),
                        Stream.of(
                                        BouncyCastleProvider.class,
                                        TlsProtocol.class,
                                        X509v3CertificateBuilder.class,
                                        CMSObjectIdentifiers.class)
                                .map(ForkedJvm::location))
                .distinct()
                .toList();
    }

    /** The same without the four jars of Bouncy Castle. */
    static List<String> withoutBouncyCastle() {
        return Stream.of(
                        ForkedJvm.class,
                        TlsContext.class,
                        LogManager.class,
                        LoggerContext.class,
                        NullMarked.class,
                        Conscrypt.class,
                        AmazonCorrettoCryptoProvider.class)
                .map(ForkedJvm::location)
                .toList();
    }

    /** The jar or directory of a class. */
    static String location(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Runs a class to its end.
     *
     * @param options for the JVM
     * @return what it printed, a line each
     */
    static List<String> run(List<String> options, List<String> classPath, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Quick to start and frugal: the machine may be busy with other tests.
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        // The timer ends the process if it hangs, which also ends the reading of its output.
        process.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).exceptionally(hang -> process.destroyForcibly());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), "the forked JVM does not end");
        return output.lines().toList();
    }
}
