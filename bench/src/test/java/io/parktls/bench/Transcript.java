package io.parktls.bench;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keeps the written text, and lets threads wait for a line. Thread-safe. */
final class Transcript extends OutputStream {
    private static final long LIMIT_SECONDS = 60;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();

    /** Guarded by lock. */
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        lock.lock();
        try {
            bytes.write(source, offset, length);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    String text() {
        lock.lock();
        try {
            return bytes.toString(StandardCharsets.UTF_8);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a complete line that matches, and returns it. */
    String await(String regex) {
        Pattern line = Pattern.compile("^" + regex + "$(?=\\R)", Pattern.MULTILINE);
        long left = TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        lock.lock();
        try {
            for (; ; ) {
                Matcher matcher = line.matcher(bytes.toString(StandardCharsets.UTF_8));
                if (matcher.find()) {
                    return matcher.group();
                }
                if (left <= 0) {
                    throw new AssertionError("no line '" + regex + "' in:\n" + bytes);
                }
                left = grown.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }
}
