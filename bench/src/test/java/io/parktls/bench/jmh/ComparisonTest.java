package io.parktls.bench.jmh;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parktls.bench.jmh.stack.Peer;
import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Table;
import io.parktls.engine.TlsEngineProvider;
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

/** Tests that a candidate that fails is shown as failed and does not disturb the others. */
@Timeout(300)
class ComparisonTest {
    private static final int ITERATIONS = 3;

    private final PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    private final Setting setting = setting(2);
    private final Comparison comparison = new Comparison(new Table("Race", "points", List.of("one")));

    @Test
    void candidatesTakeTurnsAndOneThatFailsGetsNoMore() throws Exception {
        comparison.add("one", "", slot -> play(slot, 1));
        comparison.add("absent", "", slot -> {
            throw new IOException("not today");
        });
        comparison.add("lost", "", slot -> {
            try (TurnClient client = TurnClient.connect(slot)) {
                client.await();
            }
            throw new IllegalStateException("broke a leg");
        });
        comparison.add("two", "", slot -> play(slot, 2));

        Table table = comparison.race(setting);

        assertEquals(2, table.ratio("two", "one"));
        assertTrue(Double.isNaN(table.figure("absent")) && Double.isNaN(table.figure("lost")));
        assertTrue(table.toString().contains("failed: not today"), table::toString);
        assertTrue(table.toString().contains("broke a leg"), table::toString);
    }

    @Test
    void anUnusablePeerIsNotMeasured() throws Exception {
        CheckedPeer unusable = new CheckedPeer(Peer.BC_JSSE, Question.USUAL, false, "has no such suite", 0);
        comparison.add("one", "", slot -> play(slot, 1));
        comparison.add("ill", unusable, slot -> {
            throw new AssertionError("measured");
        });

        assertTrue(comparison.race(setting).toString().contains("has no such suite"));
    }

    /** Needs the code that JMH generates for the benchmarks when Maven compiles them. */
    @Test
    void jvmsTakeTurnsAndTheOneThatFailsSaysWhy() throws Exception {
        assumeTrue(getClass().getResource("/META-INF/BenchmarkList") != null, "compiled without JMH's generator");
        enter("one", PrimitivesBenchmark.class, Map.of("key", "ECDSA_P256", "group", "X25519"));
        enter("two", HandshakeBenchmark.class, Map.of("peer", "PARKTLS"));
        enter("three", BulkBenchmark.class, Map.of("peer", "PARKTLS"));
        enter("four", HandshakeBenchmark.class, Map.of("peer", "PARKTLS", "resumed", "true"));
        enter("hybrid", HandshakeBenchmark.class, Map.of("peer", "SUN_JSSE", "group", "X25519MLKEM768"));

        Table table = comparison.race(setting(1));

        assertTrue(table.ratio("two", "one") > 0, table::toString);
        assertTrue(table.ratio("three", "one") > 0, table::toString);
        assertTrue(table.ratio("four", "one") > 0, table::toString);
        assertTrue(table.toString().contains(TlsEngineProvider.bouncyCastle().toString()), table::toString);
        assertTrue(table.toString().contains("failed: TLS failed: "), table::toString);
    }

    private void enter(String label, Class<?> benchmark, Map<String, String> parameters) {
        comparison.add(label, "", slot -> Counters.rates(Launcher.run(benchmark, setting.pace(), slot, parameters)));
    }

    /** @param forks the number of JVMs in which each candidate is measured */
    private Setting setting(int forks) {
        Pace pace = new Pace(forks, 1, ITERATIONS, Duration.ofMillis(50), 1);
        return new Setting(pace, Set.of(Peer.PARKTLS), nowhere, nowhere);
    }

    private static Stream<Sample> play(TurnSlot slot, double points) throws IOException {
        try (TurnClient client = TurnClient.connect(slot)) {
            for (int i = 0; i < ITERATIONS; i++) {
                client.await();
                client.end();
            }
        }
        return IntStream.range(0, ITERATIONS).mapToObj(round -> Sample.of(points * (round + 1)));
    }
}
