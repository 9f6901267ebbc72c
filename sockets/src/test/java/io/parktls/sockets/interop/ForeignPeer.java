package io.parktls.sockets.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * A foreign TLS program as the peer. A test starts the program, waits for its output, and kills it at the end. All
 * waits have a timeout, and fail with the program's whole output.
 */
public final class ForeignPeer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final int ATTEMPTS = 10;

    /** How many characters of output are kept, since programs that print received data print a lot. */
    private static final int MEMORY = 1 << 20;

    private static final Pattern IN_USE = Pattern.compile("[Aa]ddress already in use");

    private final List<String> command;
    private final Process process;
    private final List<Thread> readers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();

    /** The beginning of the program's output on both streams. Guarded by {@link #lock}. */
    private final StringBuilder said = new StringBuilder();

    /**
     * The same for each stream alone: what a program says on one may come between the letters of what it says on the
     * other. Guarded by {@link #lock}.
     */
    private final List<StringBuilder> streams = new ArrayList<>();

    /** How many of the program's output streams have not ended. Guarded by {@link #lock}. */
    private int open;

    private ForeignPeer(List<String> command, Map<String, String> environment, boolean data) {
        this.command = command;
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new TestAbortedException(command.getFirst() + " is not installed", e);
        }
        listen(process.getErrorStream());
        if (!data) {
            listen(process.getInputStream());
        }
    }

    /** Starts a program. Skips the test if the program is not installed. */
    public static ForeignPeer start(List<String> command) {
        return start(command, Map.of());
    }

    /** Starts a program with additional environment variables. */
    public static ForeignPeer start(List<String> command, Map<String, String> environment) {
        return new ForeignPeer(command, environment, false);
    }

    /** Starts a program whose standard output is data, which the test reads from {@link #data()}. */
    static ForeignPeer startForData(List<String> command) {
        return new ForeignPeer(command, Map.of(), true);
    }

    /** A server and the port on which it listens. */
    public record Listening(ForeignPeer peer, int port) implements AutoCloseable {
        @Override
        public void close() {
            peer.close();
        }
    }

    /**
     * Starts a server that needs a port number, on any free port. If another process takes that port first, tries
     * another port.
     *
     * @param start starts the server on a port
     * @param ready the output of a server that listens; null if it prints nothing, to check by connecting
     */
    public static Listening listen(IntFunction<ForeignPeer> start, @Nullable Pattern ready) {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            ForeignPeer peer = start.apply(port);
            try {
                if (ready == null) {
                    peer.awaitListening(port);
                } else {
                    peer.await(ready);
                }
                return new Listening(peer, port);
            } catch (AssertionError e) {
                peer.close();
                if (attempt == ATTEMPTS || !IN_USE.matcher(peer.said()).find()) {
                    throw e;
                }
            }
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitListening(int port) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (process.isAlive() && System.nanoTime() < deadline) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
        throw failure("does not listen on port " + port);
    }

    // ---- output

    /** Waits until the program's output, of both streams or of one, contains a match, and returns the first match. */
    public Matcher await(Pattern pattern) {
        long remaining = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        lock.lock();
        try {
            while (true) {
                Matcher matcher = find(pattern);
                if (matcher != null) {
                    return matcher;
                }
                if (open == 0) {
                    throw failure("ended without saying /" + pattern + "/");
                }
                remaining = heard.awaitNanos(remaining);
                if (remaining <= 0) {
                    throw failure("did not say /" + pattern + "/");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the first match; null if there is none. The caller holds the lock. */
    private @Nullable Matcher find(Pattern pattern) {
        Matcher matcher = pattern.matcher(said.toString());
        for (int i = 0; !matcher.find(); i++) {
            if (i == streams.size()) {
                return null;
            }
            matcher = pattern.matcher(streams.get(i).toString());
        }
        return matcher;
    }

    /** Waits until the output contains a text. */
    public void awaitText(String text) {
        await(Pattern.compile(Pattern.quote(text)));
    }

    /** Waits until the program ends, and returns its exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw failure("did not end");
            }
            for (Thread reader : readers) {
                reader.join();
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Returns the output up to now. */
    public String said() {
        lock.lock();
        try {
            return said.toString();
        } finally {
            lock.unlock();
        }
    }

    private AssertionError failure(String what) {
        return new AssertionError(command + " " + what + "; it said:\n" + said());
    }

    private void listen(InputStream stream) {
        StringBuilder alone = new StringBuilder();
        lock.lock();
        try {
            open++;
            streams.add(alone);
        } finally {
            lock.unlock();
        }
        readers.add(Thread.ofPlatform()
                .daemon()
                .name("listens to " + command.getFirst())
                .start(() -> hear(stream, alone)));
    }

    private void hear(InputStream stream, StringBuilder alone) {
        byte[] buffer = new byte[8_192];
        int n = 0;
        while (n >= 0) {
            try {
                n = stream.read(buffer);
            } catch (IOException e) {
                n = -1;
            }
            lock.lock();
            try {
                if (n < 0) {
                    open--;
                } else if (said.length() < MEMORY) {
                    String heardNow = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
                    said.append(heardNow);
                    alone.append(heardNow);
                }
                heard.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    // ---- input

    /** Writes a line to the program's standard input. */
    public void type(String line) throws IOException {
        OutputStream keyboard = process.getOutputStream();
        keyboard.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
        keyboard.flush();
    }

    /** Returns the program's standard input. */
    OutputStream keyboard() {
        return process.getOutputStream();
    }

    /** Returns the program's standard output, if it was started for data. */
    InputStream data() {
        return process.getInputStream();
    }

    /** Kills the program if it is still running. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public String toString() {
        return command + " said:\n" + said();
    }
}
