package io.parktls.sockets.interop;

import io.parktls.TestPki;
import io.parktls.TlsIdentity;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** PEM files of identities for foreign peers, which are written once per JVM and deleted when it ends. */
public record PemFiles(String chain, String key, String authorities) {
    private static final Map<TlsIdentity, PemFiles> WRITTEN = new ConcurrentHashMap<>();

    /** Returns the files of an identity, and of the certificate authorities of {@link TestPki#trust()}. */
    public static PemFiles of(TlsIdentity identity) {
        return WRITTEN.computeIfAbsent(identity, PemFiles::write);
    }

    private static PemFiles write(TlsIdentity identity) {
        try {
            Path directory = Files.createTempDirectory("parktls-interop");
            directory.toFile().deleteOnExit();
            TestPki.writePem(identity, directory);
            try (Stream<Path> files = Files.list(directory)) {
                files.map(Path::toFile).forEach(File::deleteOnExit);
            }
            return new PemFiles(
                    directory.resolve("chain.pem").toString(),
                    directory.resolve("key.pem").toString(),
                    directory.resolve("ca.pem").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
