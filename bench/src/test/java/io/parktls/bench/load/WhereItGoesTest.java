package io.parktls.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WhereItGoesTest {
    private static Results results(Contender... contenders) {
        return new Results(Profile.PROBE.of(List.of(contenders)).only(List.of(Row.ECHO_100, Row.IDLE_2000)));
    }

    private static void add(
            Results results, Contender contender, double rate, double user, double system, double client) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, rate);
        figures.put(Metric.SERVER_CPU, user + system);
        figures.put(Metric.SERVER_USER, user);
        figures.put(Metric.SERVER_SYSTEM, system);
        figures.put(Metric.SERVER_COMPILING, 0.5);
        figures.put(Metric.CLIENT_CPU, client);
        figures.put(Metric.READS, 1.0);
        figures.put(Metric.WRITES, 1.0);
        figures.put(Metric.SWITCHES, user / 10);
        results.add(contender, Row.ECHO_100, figures);
    }

    @Test
    void ourEventLoopAndTheBareCipherAreWhatItIsComparedWith() {
        Results results = results(Contender.PARKTLS, Contender.PARKTLS_LOOP, Contender.TCP);
        add(results, Contender.PARKTLS, 90, 4, 9, 11);
        add(results, Contender.PARKTLS_LOOP, 100, 3, 8, 11);
        add(results, Contender.TCP, 120, 1, 9, 8);
        results.bareCipher(Row.ECHO_100, 1);

        assertEquals(
                List.of(
                        "echo of 64 B, 100 connections: ParkTLS, virtual threads to ParkTLS, event loop makes 0.90. The server takes"
                                + " 13.0 us of processor for one, +2.0: +1.0 in user mode, of which the compilers +0.0, and +1.0 in"
                                + " the system; +0.10 context switches, +0.00 reads, +0.00 writes. The generator, which is the same,"
                                + " takes +0.0 us.",
                        "echo of 64 B, 100 connections: ParkTLS, virtual threads to plain TCP makes 0.75. Both ends together take"
                                + " 24.0 us of processor for one, +6.0: +3.0 at the server, +3.0 at the generator. The bare cipher"
                                + " takes 2.0 of it, to seal and to open at both ends: where processors are the limit, TLS that costs"
                                + " nothing else makes 0.90."),
                WhereItGoes.of(results));
    }

    @Test
    void withoutTheOthersThereIsNothingToSay() {
        Results results = results(Contender.PARKTLS, Contender.JDK);
        add(results, Contender.PARKTLS, 90, 4, 9, 11);
        add(results, Contender.JDK, 90, 4, 9, 11);

        assertEquals(List.of(), WhereItGoes.of(results));
    }
}
