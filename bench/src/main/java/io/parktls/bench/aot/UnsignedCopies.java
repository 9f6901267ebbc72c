package io.parktls.bench.aot;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;

/**
 * Copies the tool and its libraries without the signatures of jars. The JVM does not put classes from signed jars into
 * an AOT cache, and Bouncy Castle's jars are signed. Only Oracle's JDK needs these signatures, for ciphers of Bouncy
 * Castle's provider.
 */
final class UnsignedCopies {
    private static final Pattern SIGNATURE = Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");

    private UnsignedCopies() {}

    /** Copies {@code parktls.jar} and {@code lib} from the first directory to the second. */
    public static void main(String[] args) throws IOException {
        Path from = Path.of(args[0]);
        Path to = Path.of(args[1]);
        copy(from.resolve("parktls.jar"), to.resolve("parktls.jar"));
        Path libraries = Files.createDirectories(to.resolve("lib"));
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(from.resolve("lib"), "*.jar")) {
            for (Path jar : jars) {
                copy(jar, libraries.resolve(jar.getFileName()));
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        // Unverified: the copy has nothing to verify either.
        try (JarFile jar = new JarFile(from.toFile(), false)) {
            if (jar.stream().noneMatch(entry -> isSignature(entry))) {
                Files.copy(from, to);
                return;
            }
            try (OutputStream file = Files.newOutputStream(to);
                    JarOutputStream copy = new JarOutputStream(file, withoutDigests(jar.getManifest()))) {
                for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                    JarEntry entry = entries.nextElement();
                    if (!isSignature(entry) && !entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        copy(jar, entry, copy);
                    }
                }
            }
        }
    }

    private static boolean isSignature(JarEntry entry) {
        return SIGNATURE.matcher(entry.getName()).matches();
    }

    private static Manifest withoutDigests(Manifest manifest) {
        for (Attributes attributes : manifest.getEntries().values()) {
            attributes.keySet().removeIf(name -> name.toString().endsWith("-Digest"));
        }
        manifest.getEntries().values().removeIf(Attributes::isEmpty);
        return manifest;
    }

    private static void copy(JarFile jar, JarEntry entry, JarOutputStream copy) throws IOException {
        JarEntry copied = new JarEntry(entry.getName());
        copied.setTime(entry.getTime());
        copy.putNextEntry(copied);
        try (InputStream content = jar.getInputStream(entry)) {
            content.transferTo(copy);
        }
        copy.closeEntry();
    }
}
