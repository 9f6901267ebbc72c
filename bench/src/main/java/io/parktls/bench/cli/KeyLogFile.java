package io.parktls.bench.cli;

import io.parktls.TlsContext;
import io.parktls.bench.tool.Engine;
import io.parktls.bench.tool.Stdio;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Appends secrets to a file in the NSS key log format, for example for Wireshark. Only the owner can read a new file.
 * It stays open until the process ends. Thread-safe.
 */
final class KeyLogFile implements Consumer<String> {
    private static final String VARIABLE = "SSLKEYLOGFILE";

    private final ReentrantLock lock = new ReentrantLock();

    /** Writes are guarded by the lock. */
    private final FileChannel file;

    private KeyLogFile(FileChannel file) {
        this.file = file;
    }

    /** Adds a key log to a context if SSLKEYLOGFILE is set, with a warning on standard error. */
    static void applyTo(TlsContext.Builder context, Engine engine, Stdio stdio) throws IOException {
        String path = stdio.environment().getOrDefault(VARIABLE, "");
        if (path.isEmpty()) {
            return;
        }
        if (engine == Engine.JSSE) {
            stdio.complain("warning: " + VARIABLE + " is set, but the JSSE engine has no key log");
            return;
        }
        context.keyLog(new KeyLogFile(open(Path.of(path))));
        stdio.complain("warning: " + VARIABLE + " is set: the keys of these connections go to " + path);
    }

    @Override
    public void accept(String line) {
        lock.lock();
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the key log", e);
        } finally {
            lock.unlock();
        }
    }

    private static FileChannel open(Path path) throws IOException {
        Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        try {
            return FileChannel.open(
                    path, options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (UnsupportedOperationException e) {
            return FileChannel.open(path, options);
        }
    }
}
