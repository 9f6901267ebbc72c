package io.parktls.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.bench.figures.Samples.Sample;
import io.parktls.bench.figures.Table;
import io.parktls.bench.jmh.stack.Peer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who fails is shown as failed, and does not disturb the others. */
@Timeout(300)
class ComparisonTest {
    private static final int ITERATIONS = 3;

    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    private final Setting setting =
            new Setting(new Pace(2, 1, ITERATIONS, Duration.ofMillis(50), 1), Set.of(Peer.PARKTLS), nowhere, nowhere);
    private final Comparison comparison = new Comparison(new Table("Race", "points", List.of("one")));

    @Test
    void allTakeTurnsAndWhoeverFailsDropsOut() throws Exception {
        comparison.enter("one", "", seat -> play(seat, 1));
        comparison.enter("absent", "", seat -> {
            throw new IOException("not today");
        });
        comparison.enter("lost", "", seat -> {
            try (TurnTaker taker = TurnTaker.at(seat)) {
                taker.await();
            }
            throw new IllegalStateException("broke a leg");
        });
        comparison.enter("two", "", seat -> play(seat, 2));

        Table table = comparison.race(setting);

        assertEquals(2, table.ratio("two", "one"));
        assertTrue(Double.isNaN(table.figure("absent")) && Double.isNaN(table.figure("lost")));
        assertTrue(table.toString().contains("failed: not today"), table::toString);
        assertTrue(table.toString().contains("broke a leg"), table::toString);
    }

    @Test
    void whoIsUnfitIsNotMeasured() throws Exception {
        Contender unfit = new Contender(Peer.BC_JSSE, Question.USUAL, false, "has a cold", 0);
        comparison.enter("one", "", seat -> play(seat, 1));
        comparison.enter("ill", unfit, seat -> {
            throw new AssertionError("measured");
        });

        assertTrue(comparison.race(setting).toString().contains("has a cold"));
    }

    /** With JMH, whose code for the benchmarks is there if Maven has compiled them. */
    @Test
    void jvmsTakeTurnsAndTheOneThatFailsSaysWhy() throws Exception {
        assumeTrue(getClass().getResource("/META-INF/BenchmarkList") != null, "compiled without JMH's generator");
        enter("one", PrimitivesBenchmark.class, Map.of("key", "ECDSA_P256", "group", "X25519"));
        enter("two", HandshakeBenchmark.class, Map.of("peer", "PARKTLS"));
        enter("three", BulkBenchmark.class, Map.of("peer", "PARKTLS"));
        enter("hybrid", HandshakeBenchmark.class, Map.of("peer", "SUN_JSSE", "group", "X25519MLKEM768"));

        Table table = comparison.race(setting);

        assertTrue(table.ratio("two", "one") > 0, table::toString);
        assertTrue(table.ratio("three", "one") > 0, table::toString);
        assertTrue(table.toString().contains("failed: TLS failed: "), table::toString);
    }

    private void enter(String label, Class<?> benchmark, Map<String, String> parameters) {
        comparison.enter(label, "", seat -> Counters.rates(Launcher.run(benchmark, setting.pace(), seat, parameters)));
    }

    private static Stream<Sample> play(Seat seat, double points) throws IOException {
        try (TurnTaker taker = TurnTaker.at(seat)) {
            for (int i = 0; i < ITERATIONS; i++) {
                taker.await();
                taker.pass();
            }
        }
        return IntStream.range(0, ITERATIONS).mapToObj(round -> Sample.of(points * (round + 1)));
    }
}
