package io.parktls.pki;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;

/** Says why a file cannot be read. */
public final class FileFailures {
    private FileFailures() {}

    /**
     * Returns the reason. It does not contain the path if the path may itself be a secret that was passed in place of a
     * path.
     */
    public static String reason(Path file, IOException e) {
        // The JDK's messages of these two consist of the path.
        return switch (e) {
            case NoSuchFileException _ -> "the file does not exist";
            case AccessDeniedException _ -> "access is denied";
            default -> {
                String type = e.getClass().getSimpleName();
                yield Secrets.holds(file.toString()) ? type : Objects.requireNonNullElse(e.getMessage(), type);
            }
        };
    }
}
