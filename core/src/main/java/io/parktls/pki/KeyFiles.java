package io.parktls.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files of keys and certificates. */
final class KeyFiles {
    private KeyFiles() {}

    /**
     * The content of a file.
     *
     * @throws IOException if it cannot be read. The message names the path, unless that looks like a key itself
     * @throws IllegalArgumentException if the path is a PEM text
     */
    static byte[] read(Path file) throws IOException {
        String name = file.toString();
        if (Secrets.holdsPem(name)) {
            throw new IllegalArgumentException(
                    "a PEM text was given where the path of a file is expected: load it with the method pemText");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            if (Secrets.holds(name)) {
                // Without the cause, which quotes the path.
                throw new NoSuchFileException("(not shown: the path looks like a key)");
            }
            throw e;
        }
    }
}
