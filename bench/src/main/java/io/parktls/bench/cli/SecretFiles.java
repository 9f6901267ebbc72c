package io.parktls.bench.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * Reads and writes files that hold secrets. Messages about reading omit the path, which may be the secret itself if the
 * user has given it in place of a file.
 */
final class SecretFiles {
    private static final int MOST_BYTES = 1 << 20;

    private SecretFiles() {}

    /** Reads the first line of a text file. */
    static String firstLine(String option, String file) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElseThrow(() -> new IllegalArgumentException(option + ": the file is empty"));
        } catch (InvalidPathException | NoSuchFileException e) {
            throw new IllegalArgumentException(option + ": there is no such file");
        } catch (UncheckedIOException | FileSystemException e) {
            throw new IOException(option + ": the file cannot be read as text");
        }
    }

    /** Reads a whole file. */
    static byte[] bytes(String option, Path file) throws IOException {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(option + ": the file has more than " + MOST_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(option + ": there is no such file");
        } catch (FileSystemException e) {
            throw new IOException(option + ": the file cannot be read");
        }
    }

    /** Replaces a file by one that only its owner can read. */
    static void replace(Path file, byte[] content) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        // Files.createTempFile gives only the owner access.
        Path fresh = Files.createTempFile(directory == null ? Path.of("") : directory, ".parktls", null);
        try {
            try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
            }
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
