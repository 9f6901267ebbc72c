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

/** Runs tests of JVM-wide state in a separate JVM: its providers, its class path, its security properties. */
public final class ForkedJvm {
    /** The timeout for a hang. It is long because the machine may be busy. */
    private static final long TIMEOUT_SECONDS = 600;

    private ForkedJvm() {}

    /** Returns a class path of ParkTLS, its tests and their dependencies, from the locations of the loaded classes. */
    public static List<String> classPath() {
        return Stream.concat(parkTls(), bouncyCastle()).distinct().toList();
    }

    private static Stream<String> bouncyCastle() {
        return Stream.of(
                        BouncyCastleProvider.class,
                        TlsProtocol.class,
                        X509v3CertificateBuilder.class,
                        CMSObjectIdentifiers.class)
                .map(ForkedJvm::location);
    }

    private static Stream<String> parkTls() {
        return Stream.of(ForkedJvm.class, TlsContext.class, LogManager.class, LoggerContext.class, NullMarked.class)
                .map(ForkedJvm::location);
    }

    /** Returns {@link #classPath} with other providers of JCA algorithms, which only core's tests have. */
    static List<String> withProviders() {
        return Stream.of(withoutBouncyCastle().stream(), bouncyCastle())
                .flatMap(part -> part)
                .distinct()
                .toList();
    }

    /** Returns {@link #withProviders} without the four jars of Bouncy Castle. */
    static List<String> withoutBouncyCastle() {
        return Stream.concat(
                        parkTls(),
                        Stream.of(Conscrypt.class, AmazonCorrettoCryptoProvider.class)
                                .map(ForkedJvm::location))
                .toList();
    }

    /** Returns the jar or directory from which a class was loaded. */
    public static String location(Class<?> type) {
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
     * Runs a class in a new JVM until it exits.
     *
     * @param options the options of the JVM
     * @return the lines of its output
     */
    public static List<String> run(List<String> options, List<String> classPath, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // These options reduce startup time and memory, because other tests may run at the same time.
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), main.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        // The timeout kills a process that hangs, which also ends the read of its output below.
        process.onExit().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).exceptionally(hang -> process.destroyForcibly());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), "the forked JVM does not end");
        return output.lines().toList();
    }
}
