package io.parktls.bench.jmh;

import io.parktls.bench.tool.Complaint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkException;
import org.openjdk.jmh.runner.CompilerHints;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Starts the JVMs in which is measured. */
final class Launcher {
    /** The same for all stacks. */
    private static final List<String> JVM_ARGUMENTS = List.of(
            "-Xms1g",
            "-Xmx1g",
            // Nobody resumes anything, so that SunJSSE is spared the making of tickets.
            "-Djdk.tls.server.newSessionTicketCount=0",
            // The native stacks, and the ways of JMH and Netty, are not news.
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    static {
        // Several run at a time, which JMH's lock is against: they take turns. What JMH has for the whole process are
        // the
        // lock, temporary files, and what it finds out about the JVM at first use; the latter is done here, by one
        // thread.
        System.setProperty("jmh.ignoreLock", "true");
        CompilerHints.addCompilerHints(new ArrayList<>());
    }

    private Launcher() {}

    /**
     * A benchmark in a JVM of its own. Thread-safe.
     *
     * @param benchmark a class with one benchmark
     * @param seat where it takes its turns
     * @throws IOException if it failed
     */
    static RunResult run(Class<?> benchmark, Pace pace, Seat seat, Map<String, String> parameters) throws IOException {
        TimeValue iteration = TimeValue.milliseconds(pace.iteration().toMillis());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(pace.warmUps())
                .warmupTime(iteration)
                .measurementIterations(pace.iterations())
                .measurementTime(iteration)
                .addProfiler(GCProfiler.class)
                .jvmArgs(JVM_ARGUMENTS.toArray(String[]::new))
                .jvmArgsAppend(seat.jvmArgument())
                // So that the time of an iteration starts when it is set up, which is when its turn has come.
                .syncIterations(true)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            Throwable reason = reason(e);
            throw new IOException(Complaint.about(reason), e);
        }
    }

    /** What happened in the other JVM: JMH wraps it several times, as a cause or as a suppressed exception. */
    private static Throwable reason(Throwable failure) {
        boolean wrapped = failure instanceof RunnerException || failure instanceof BenchmarkException;
        Throwable cause = failure.getCause();
        if (wrapped && cause != null) {
            return reason(cause);
        }
        Throwable[] suppressed = failure.getSuppressed();
        return wrapped && suppressed.length > 0 ? reason(suppressed[0]) : failure;
    }

    /**
     * What a program prints in its last line, run in a JVM of its own.
     *
     * @throws IOException if it fails
     */
    static String lastLine(Class<?> program, String heap, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_ARGUMENTS);
        // The last of contradictory flags counts.
        command.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader()) {
            String last = output.lines().reduce("", (earlier, later) -> later);
            if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new IOException(program.getSimpleName() + " failed");
            }
            return last;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
