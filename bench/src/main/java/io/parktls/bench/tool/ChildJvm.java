package io.parktls.bench.tool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A JVM that runs a part of this tool: the same class path, another main class. It exchanges lines with this JVM over
 * its standard input and output ({@link ParentJvm}), and shares its standard error. It has to end when its standard
 * input ends; {@link #close} kills it if it does not. For one thread.
 */
public final class ChildJvm implements AutoCloseable {
    private static final long EXIT_TIMEOUT_SECONDS = 10;

    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final String name;

    private ChildJvm(Process process, String name) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.name = name;
    }

    /**
     * Starts a JVM.
     *
     * @param options of the JVM
     * @param main the main class
     * @param arguments of the main class
     */
    public static ChildJvm start(List<String> options, Class<?> main, String... arguments) throws IOException {
        Process process = command(options, main, arguments)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new ChildJvm(process, main.getSimpleName());
    }

    /** The command that runs a main class with this JVM's class path. */
    public static ProcessBuilder command(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.add("-cp");
        command.add(ManagementFactory.getRuntimeMXBean().getClassPath());
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /**
     * Waits for the next line.
     *
     * @throws IOException if the JVM has ended
     */
    public String readLine() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException(name + " has ended without an answer");
        }
        return line;
    }

    /** Sends a line. */
    public void writeLine(String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /**
     * Waits until the JVM ends by itself, and returns its exit code.
     *
     * @throws IOException if the thread was interrupted; its flag stays set
     */
    public int exitCode() throws IOException {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + name);
        }
    }

    /** Closes standard input and waits 10 s for the JVM to end before killing it. */
    @Override
    public void close() throws IOException {
        try {
            input.close();
        } catch (IOException e) {
            // The JVM has already ended.
        }
        try {
            if (!process.waitFor(EXIT_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
