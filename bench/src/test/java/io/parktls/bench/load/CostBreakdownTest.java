package io.parktls.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bench.server.ServerKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CostBreakdownTest {
    private static Results results(ServerKind... servers) {
        return new Results(Profile.PROBE.of(List.of(servers)).only(List.of(Row.ECHO_100, Row.IDLE_2000)));
    }

    private static void add(
            Results results, ServerKind server, Row row, double rate, double user, double system, double client) {
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
        results.add(server, row, figures);
    }

    @Test
    void virtualThreadsAreComparedWithTheEventLoopAndTheBareCipher() {
        Results results = results(ServerKind.PARKTLS, ServerKind.PARKTLS_LOOP, ServerKind.TCP);
        add(results, ServerKind.PARKTLS, Row.ECHO_100, 90, 4, 9, 11);
        add(results, ServerKind.PARKTLS_LOOP, Row.ECHO_100, 100, 3, 8, 11);
        add(results, ServerKind.TCP, Row.ECHO_100, 120, 1, 9, 8);
        results.bareCryptography(Row.ECHO_100, 0.9);
        results.bareCryptography(Row.ECHO_100, 1);
        results.bareCryptography(Row.ECHO_100, 7);

        assertEquals(
                List.of(
                        "echo of 64 B, 100 connections: ParkTLS, virtual threads to ParkTLS, event loop makes 0.90. The server takes"
                                + " 13.0 us of processor for one, +2.0: +1.0 in user mode, of which the compilers +0.0, and +1.0 in"
                                + " the system; +0.10 context switches, +0.00 reads, +0.00 writes. The generator, which is the same,"
                                + " takes +0.0 us.",
                        "echo of 64 B, 100 connections: ParkTLS, virtual threads to plain TCP makes 0.75. Both ends together take"
                                + " 24.0 us of processor for one, +6.0: +3.0 at the server, +3.0 at the generator. The bare cipher"
                                + " takes 2.0 of it, at both ends: where processors are the limit, TLS that costs nothing else makes"
                                + " 0.90."),
                CostBreakdown.of(results));
    }

    @Test
    void theEndsOfOneBulkConnectionWorkAtTheSameTime() {
        Results results = new Results(
                Profile.PROBE.of(List.of(ServerKind.PARKTLS, ServerKind.TCP)).only(List.of(Row.BULK_SEND_1)));
        add(results, ServerKind.PARKTLS, Row.BULK_SEND_1, 1_000, 550, 400, 800);
        add(results, ServerKind.TCP, Row.BULK_SEND_1, 2_500, 50, 350, 250);
        results.bareCryptography(Row.BULK_SEND_1, 400);

        assertEquals(
                List.of(
                        "bulk from the server, 1 connection: ParkTLS, virtual threads to plain TCP makes 0.40. Both ends"
                                + " together take 1750.0 us of processor for a MB, +1100.0: +550.0 at the server, +550.0 at the"
                                + " generator. The bare cipher takes 800.0 of it, at both ends: where the busier end is the limit,"
                                + " TLS that costs nothing else makes 0.50."),
                CostBreakdown.of(results));
    }

    @Test
    void theLimitOfHandshakesInJavaIsTheirPrimitives() {
        Results results = new Results(Profile.PROBE
                .of(List.of(ServerKind.PARKTLS, ServerKind.TCP, ServerKind.JDK))
                .only(List.of(Row.HANDSHAKE)));
        add(results, ServerKind.PARKTLS, Row.HANDSHAKE, 1_000, 600, 200, 400);
        add(results, ServerKind.TCP, Row.HANDSHAKE, 10_000, 50, 50, 100);
        add(results, ServerKind.JDK, Row.HANDSHAKE, 800, 1_000, 200, 420);
        results.bareCryptography(Row.HANDSHAKE, 300);

        assertEquals(
                List.of(
                        "connect and full handshake: ParkTLS, virtual threads takes 800 us of processor at the server, and"
                                + " 400 at the generator. To connect takes 100 of the former, as plain TCP shows, and the bare"
                                + " primitives, in Java, 300. Where processors are the limit, a server that costs nothing else makes"
                                + " 1.50 times as many, 2.03 times the JDK SSLSocket, virtual threads."),
                CostBreakdown.of(results));
    }

    @Test
    void bareCryptographyTakesTime() {
        assertTrue(BarePrimitives.perHandshake(Duration.ofMillis(5)) > 1);
        assertTrue(BareCipher.sealAndOpen(2, 64, Duration.ofMillis(5)) > 0.01);
    }

    @Test
    void anEchoHasARecordEachWayAndABulkMegabyteHasFullRecordsOneWay() {
        assertEquals(64, Row.ECHO_100.recordSize());
        assertEquals(1, Row.ECHO_100.recordsSealedAndOpened());
        assertEquals(16_384, Row.REQUEST_100K.recordSize());
        assertEquals(6.1, Row.REQUEST_100K.recordsSealedAndOpened(), 0.01);
        assertEquals(30.5, Row.BULK_TAKE_16.recordsSealedAndOpened(), 0.05);
    }

    @Test
    void withoutTheComparedServersThereAreNoSentences() {
        Results results = results(ServerKind.PARKTLS, ServerKind.JDK);
        add(results, ServerKind.PARKTLS, Row.ECHO_100, 90, 4, 9, 11);
        add(results, ServerKind.JDK, Row.ECHO_100, 90, 4, 9, 11);

        assertEquals(List.of(), CostBreakdown.of(results));
    }
}
