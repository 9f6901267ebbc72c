package io.parktls.integration;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A server from the operating system's packages, in a process of its own and on a free port. */
public final class ForeignServer implements AutoCloseable {
    /** Another process may take the free port before the server does. */
    private static final int PORTS = 5;

    private final Process process;
    private final int port;
    private final Thread killer;

    private ForeignServer(Process process, int port, Thread killer) {
        this.process = process;
        this.port = port;
        this.killer = killer;
    }

    /** How to start the server on a port. */
    @FunctionalInterface
    public interface Command {
        List<String> on(int port) throws IOException;
    }

    /** Returns the program, or skips the tests if this machine does not have it. */
    public static Path program(String name, String debianPackage) throws IOException {
        Path found = find(name);
        assumeTrue(found != null, "this machine has no " + name + "; Debian's package " + debianPackage + " has it");
        return found;
    }

    private static @Nullable Path find(String name) throws IOException {
        List<Path> directories = new ArrayList<>();
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            directories.add(Path.of(directory));
        }
        // Debian keeps these out of the PATH of users.
        directories.add(Path.of("/usr/sbin"));
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (DirectoryStream<Path> each = Files.newDirectoryStream(versions)) {
                List<Path> found = new ArrayList<>();
                each.forEach(found::add);
                found.sort(Comparator.reverseOrder());
                found.forEach(version -> directories.add(version.resolve("bin")));
            }
        }
        return directories.stream()
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** Returns whether the tests run as root, which some servers refuse to run as. */
    public static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** Starts the server, and waits until it has written a line that contains {@code ready}. */
    public static ForeignServer start(Command command, String ready) throws IOException {
        IOException failure = new IOException("not started");
        for (int i = 0; i < PORTS; i++) {
            int port = freePort();
            Process process = new ProcessBuilder(command.on(port))
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .start();
            Thread killer = new Thread(process::destroy);
            Runtime.getRuntime().addShutdownHook(killer);
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String text = readUntil(output, ready);
            if (text == null) {
                Thread.ofPlatform().daemon().name("output of a server").start(() -> drain(output));
                return new ForeignServer(process, port, killer);
            }
            Runtime.getRuntime().removeShutdownHook(killer);
            failure = new IOException("the server ended before it was ready; its output:\n" + text);
            if (!text.contains("ddress already in use")) {
                break;
            }
        }
        throw failure;
    }

    /** Runs a program to its end, which must be a success. */
    public static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(Arrays.toString(command) + " failed: " + output);
        }
    }

    /** Returns null once the line has come, or all output if it does not come. */
    private static @Nullable String readUntil(BufferedReader output, String ready) throws IOException {
        StringBuilder text = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains(ready)) {
                return null;
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /** A server whose output nobody reads stops when the pipe is full. */
    private static void drain(BufferedReader output) {
        try {
            while (output.readLine() != null) {
                // Only the end matters.
            }
        } catch (IOException e) {
            // The server has been stopped.
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    /** Stops the server and waits for its end. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
