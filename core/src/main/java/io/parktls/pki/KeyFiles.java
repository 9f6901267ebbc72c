package io.parktls.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that contain keys and certificates. */
public final class KeyFiles {
    private KeyFiles() {}

    /**
     * Returns the content of a file.
     *
     * @throws IOException if the file cannot be read. The message contains the path, unless it may itself be a key
     * @throws IllegalArgumentException if the path is itself a PEM text
     */
    public static byte[] read(Path file) throws IOException {
        String name = file.toString();
        if (Secrets.holdsPem(name)) {
            throw new IllegalArgumentException(
                    "expected the path of a file, but got PEM text: load the text with the method pemText");
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            if (Secrets.holds(name)) {
                // Without the cause, whose message contains the path.
                throw new NoSuchFileException("(the path is not shown, because it may contain a key)");
            }
            throw e;
        }
    }
}
