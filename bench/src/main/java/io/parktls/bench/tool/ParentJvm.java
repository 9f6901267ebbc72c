package io.parktls.bench.tool;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** The child's side of {@link ChildJvm}: lines from and to the JVM that has started this one. For one thread. */
public final class ParentJvm {
    private final BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

    /** Answers a request line with a line. */
    @FunctionalInterface
    public interface Answer {
        String to(String request) throws IOException, InterruptedException;
    }

    /**
     * Waits for the next line.
     *
     * @throws IOException if the parent has closed its end
     */
    public String readLine() throws IOException {
        String line = input.readLine();
        if (line == null) {
            throw new IOException("standard input has ended");
        }
        return line;
    }

    public void writeLine(String line) {
        System.out.println(line);
    }

    /**
     * Answers each line until standard input ends, and then ends this JVM, whichever threads are running. A failure
     * ends it with the exit code 1.
     */
    public void answerAll(Answer answer) {
        try {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                writeLine(answer.to(line));
            }
            System.exit(0);
        } catch (IOException | InterruptedException | RuntimeException e) {
            e.printStackTrace();
            System.exit(1);
        }
    }
}
