package io.parktls.sockets.jsse.engine.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the fuzzer on pairs of implementations. {@code -Dparktls.enginefuzz.seed} runs one seed alone;
 * {@code -Dparktls.enginefuzz.seconds} is the time of the slow test for each pair (60 by default), and
 * {@code -Dparktls.enginefuzz.first} the seed that it starts with.
 */
final class EngineFuzzTest {
    private static final String SECONDS = "parktls.enginefuzz.seconds";
    private static final String FIRST = "parktls.enginefuzz.first";

    /** How many seeds a build runs for each pair. Loading three implementations takes as much time as the seeds. */
    private static final int SEEDS = 14;

    /** Fewer bytes than the server's certificate and its signature have. */
    private static final int CERTIFICATE = 300;

    record Pair(EngineMaker client, EngineMaker server) {}

    static List<Pair> pairs() {
        return List.of(
                new Pair(EngineMaker.PARKTLS, EngineMaker.PARKTLS),
                new Pair(EngineMaker.PARKTLS, EngineMaker.SUNJSSE),
                new Pair(EngineMaker.SUNJSSE, EngineMaker.PARKTLS),
                new Pair(EngineMaker.PARKTLS, EngineMaker.BCJSSE),
                new Pair(EngineMaker.BCJSSE, EngineMaker.PARKTLS));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void keepsTheContract(Pair pair) {
        try (EngineFuzzer fuzzer = new EngineFuzzer()) {
            Long alone = Long.getLong(EngineFuzzer.SEED);
            if (alone != null) {
                fuzzer.run(pair.client, pair.server, alone);
                return;
            }
            for (int seed = 0; seed < SEEDS; seed++) {
                fuzzer.run(pair.client, pair.server, seed);
            }
        }
    }

    /** Each engine has a thread that wraps and one that unwraps. */
    @ParameterizedTest
    @MethodSource("pairs")
    void keepsTheContractWithTwoThreadsForAnEngine(Pair pair) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int seed = 0; seed < SEEDS; seed++) {
                new ThreadedConversation(pair.client, pair.server, seed).run(threads);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("slow")
    void keepsTheContractWithTwoThreadsForLong(Pair pair) throws Exception {
        long seed = Long.getLong(FIRST, SEEDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong(SECONDS, 60));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (; System.nanoTime() - end < 0; seed++) {
                new ThreadedConversation(pair.client, pair.server, seed).run(threads);
            }
        }
        System.out.println(pair + ", two threads for an engine: ended before seed " + seed);
    }

    /**
     * The conversations of seeds with a first connection resume its session, unless an incident prevents that: the
     * server then sends neither a certificate nor a signature.
     */
    @ParameterizedTest
    @CsvSource({
        "PARKTLS, PARKTLS, TLSv1.2", "PARKTLS, PARKTLS, TLSv1.3",
        "PARKTLS, SUNJSSE, TLSv1.2", "PARKTLS, SUNJSSE, TLSv1.3",
        "SUNJSSE, PARKTLS, TLSv1.2", "SUNJSSE, PARKTLS, TLSv1.3"
    })
    void resumes(EngineMaker client, EngineMaker server, String version) {
        try (EngineFuzzer fuzzer = new EngineFuzzer()) {
            int[] bytes = fuzzer.runTwice(client, server, version);
            assertTrue(bytes[1] < bytes[0] - CERTIFICATE, () -> "the server sent " + Arrays.toString(bytes));
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    @Tag("slow")
    void keepsTheContractForLong(Pair pair) {
        long seed = Long.getLong(FIRST, SEEDS);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong(SECONDS, 60));
        try (EngineFuzzer fuzzer = new EngineFuzzer()) {
            for (; System.nanoTime() - end < 0; seed++) {
                fuzzer.run(pair.client, pair.server, seed);
            }
        }
        System.out.println(pair + ": ended before seed " + seed);
    }
}
