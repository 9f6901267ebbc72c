package io.parktls.watch;

import io.parktls.pki.FileFailures;
import io.parktls.pki.KeyFiles;
import io.parktls.pki.Secrets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The contents of some files as they were read at one time, or the reason why they could not be read. Two results are
 * {@linkplain #isSameAs the same} if all bytes were equal.
 *
 * <p>Only contents are compared. Time stamps do not show every change: a mounted secret is replaced by another target of
 * a symbolic link, whose files may be older, and a copy can preserve the time of its original.
 */
final class FileContents implements AutoCloseable {
    private final List<byte[]> contents;

    /** Null if all files were read. */
    private final @Nullable IOException failure;

    /** The digest of the contents, or the description of the failure. */
    private final String state;

    private FileContents(List<byte[]> contents) {
        this.contents = contents;
        this.failure = null;
        this.state = digest(contents);
    }

    private FileContents(Path file, IOException failure) {
        this.contents = List.of();
        this.failure = failure;
        this.state = shown(file) + " cannot be read: " + FileFailures.reason(file, failure);
    }

    /** Reads the files, one after the other. */
    static FileContents read(List<Path> files) {
        List<byte[]> contents = new ArrayList<>();
        for (Path file : files) {
            try {
                contents.add(KeyFiles.read(file));
            } catch (IOException e) {
                wipe(contents);
                return new FileContents(file, e);
            }
        }
        return new FileContents(contents);
    }

    List<byte[]> contents() {
        return contents;
    }

    /** Returns a value that identifies the contents; if a file could not be read, a message with the reason. */
    String state() {
        return state;
    }

    boolean isSameAs(FileContents other) {
        return state.equals(other.state);
    }

    boolean isRead() {
        return failure == null;
    }

    /** Returns whether reading ended because the thread was interrupted, which shows nothing about the files. */
    boolean isInterrupted() {
        return failure instanceof ClosedByInterruptException;
    }

    /** Throws the exception with which a file could not be read, if there is one. */
    void requireRead() throws IOException {
        if (failure != null) {
            throw failure;
        }
    }

    /** Overwrites the contents, which may include a private key. */
    @Override
    public void close() {
        wipe(contents);
    }

    private static void wipe(List<byte[]> contents) {
        contents.forEach(content -> Arrays.fill(content, (byte) 0));
    }

    private static String digest(List<byte[]> contents) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] content : contents) {
                digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, content.length));
                digest.update(content);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no security provider has SHA-256", e);
        }
    }

    /** Returns the path, unless it may itself be a secret that was passed in place of a path. */
    private static String shown(Path file) {
        return Secrets.holds(file.toString())
                ? "a file (its path is not shown, because it may contain a key)"
                : file.toString();
    }

    /** Returns the paths of the files, for messages. */
    static String shown(List<Path> files) {
        return files.stream().map(FileContents::shown).collect(Collectors.joining(", "));
    }
}
