package io.parktls.pki;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that contain keys and certificates. */
public final class KeyFiles {
    private KeyFiles() {}

    /**
     * Returns the content of a file.
     *
     * @throws IOException if the file cannot be read. The message contains the reason and the path, unless the path may
     *     itself be a key
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
            throw explained(file, e);
        }
    }

    /** Returns the exception with a reason: the JDK's exceptions of these types only have the path. */
    private static IOException explained(Path file, IOException e) {
        String reason = FileFailures.reason(file, e);
        FileSystemException explained = switch (e) {
            case NoSuchFileException _ -> new NoSuchFileException(file.toString(), null, reason);
            case AccessDeniedException _ -> new AccessDeniedException(file.toString(), null, reason);
            default -> null;
        };
        if (explained == null) {
            return e;
        }
        explained.initCause(e);
        return explained;
    }
}
