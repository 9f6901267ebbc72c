package io.parktls.bench;

import io.parktls.bench.tool.Stdio;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** Runs the tool in this JVM, with standard streams of its own. */
final class Tool {
    private final Transcript out = new Transcript();
    private final Transcript err = new Transcript();
    private final CompletableFuture<Integer> exitCode;

    private Tool(InputStream in, Map<String, String> environment, String... arguments) {
        Stdio stdio = new Stdio(in, stream(out), stream(err), false, environment);
        this.exitCode = CompletableFuture.supplyAsync(
                () -> ParkTls.run(stdio, arguments), Executors.newVirtualThreadPerTaskExecutor());
    }

    static Tool start(String... arguments) {
        return start("", Map.of(), arguments);
    }

    static Tool start(String input, Map<String, String> environment, String... arguments) {
        return new Tool(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), environment, arguments);
    }

    /** Starts the tool with that standard input. */
    static Tool start(InputStream in, String... arguments) {
        return new Tool(in, Map.of(), arguments);
    }

    /** Waits until the tool ends. */
    int exitCode() {
        return exitCode.join();
    }

    String out() {
        return out.text();
    }

    String err() {
        return err.text();
    }

    /** Waits for a line of the output that matches a pattern. */
    String awaitOut(String pattern) {
        return out.await(pattern);
    }

    /** The port that {@code serve} listens on, once it does. */
    int port() {
        String line = out.await("listening on .*:(\\d+)");
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    @Override
    public String toString() {
        return "out:\n" + out() + "\nerr:\n" + err();
    }

    private static PrintStream stream(Transcript transcript) {
        return new PrintStream(transcript, true, StandardCharsets.UTF_8);
    }
}
