package io.parktls.bench.jmh;

import io.parktls.bench.tool.ChildJvm;
import io.parktls.bench.tool.Complaint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** Starts the JVMs in which the measurements take place. */
final class Launcher {
    /** The arguments for all stacks. */
    private static final List<String> JVM_ARGUMENTS = List.of(
            "-Xms1g",
            "-Xmx1g",
            // Suppresses the warnings about native libraries, and about Unsafe in JMH and Netty.
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow");

    /** Where no session is resumed, SunJSSE should not spend time on tickets. */
    private static final String NO_TICKETS = "-Djdk.tls.server.newSessionTicketCount=0";

    static {
        // JMH's lock prevents concurrent runs; here they take turns. The other process-wide state of JMH are temporary
        // files and
        // the compiler hints, which are computed at first use and therefore here, by one thread.
        System.setProperty("jmh.ignoreLock", "true");
        CompilerHints.addCompilerHints(new ArrayList<>());
    }

    private Launcher() {}

    /**
     * Runs a benchmark in a JVM of its own. Thread-safe.
     *
     * @param benchmark a class with one benchmark
     * @param slot the place of the JVM among those that take turns
     * @throws IOException if it fails
     */
    static RunResult run(Class<?> benchmark, Pace pace, TurnSlot slot, Map<String, String> parameters)
            throws IOException {
        TimeValue iteration = TimeValue.milliseconds(pace.iteration().toMillis());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1)
                .warmupIterations(pace.warmUps())
                .warmupTime(iteration)
                .measurementIterations(pace.iterations())
                .measurementTime(iteration)
                .addProfiler(GCProfiler.class)
                .jvmArgs(jvmArguments(Boolean.parseBoolean(parameters.get("resumed")))
                        .toArray(String[]::new))
                .jvmArgsAppend(slot.jvmArgument())
                // Starts the clock of an iteration after its setup, that is, when its turn has begun.
                .syncIterations(true)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        parameters.forEach(options::param);
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            throw new IOException(Complaint.about(reason(e)), e);
        }
    }

    private static List<String> jvmArguments(boolean resumed) {
        List<String> arguments = new ArrayList<>(JVM_ARGUMENTS);
        if (!resumed) {
            arguments.add(NO_TICKETS);
        }
        return arguments;
    }

    /** The original exception of the other JVM: JMH wraps it several times, as a cause or as a suppressed exception. */
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
     * Runs a program in a JVM of its own.
     *
     * @param heap the maximum heap size, for example {@code 6g}
     * @return the line that it prints
     * @throws IOException if it prints none or fails
     */
    static String line(Class<?> program, String heap, String... arguments) throws IOException {
        List<String> options = jvmArguments(false);
        // Of contradictory options the last one counts.
        options.addAll(List.of("-Xmx" + heap, "-XX:+UseSerialGC"));
        try (ChildJvm jvm = ChildJvm.start(options, program, arguments)) {
            String line = jvm.readLine();
            if (jvm.exitCode() != 0) {
                throw new IOException(program.getSimpleName() + " has failed");
            }
            return line;
        }
    }
}
