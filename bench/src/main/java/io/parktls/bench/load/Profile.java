package io.parktls.bench.load;

import io.parktls.bench.server.ServerKind;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The servers and rows that are measured, and for how long.
 *
 * @param rounds the number of rounds
 * @param firstHandshakes the warm-up with handshakes before the first round, if handshakes are measured; they run the
 *     most code
 * @param first the warm-up with each other kind of load before the first round
 * @param again the warm-up before each measurement
 * @param measured the duration of each measurement
 */
record Profile(
        String name,
        List<ServerKind> servers,
        List<Row> rows,
        int rounds,
        WarmUp firstHandshakes,
        WarmUp first,
        WarmUp again,
        Duration measured) {
    /** The preferred number of connections for warming up. */
    private static final int WARM_UP_CONNECTIONS = 100;

    private static final List<Row> SHORT = List.of(
            Row.START_UP,
            Row.HANDSHAKE,
            Row.RESUMED,
            Row.ECHO_1,
            Row.BULK_SEND_1,
            Row.ECHO_100,
            Row.RATE_100,
            Row.IDLE_2000,
            Row.ECHO_2000);

    private static final List<ServerKind> LEADING =
            List.of(ServerKind.TCP, ServerKind.PARKTLS, ServerKind.PARKTLS_LOOP, ServerKind.JDK, ServerKind.TCNATIVE);

    private static final WarmUp AT_ONCE = new WarmUp(Duration.ZERO, Duration.ofMillis(20), 1);

    /** The servers that are asked for most often. */
    static final Profile QUICK = new Profile(
            "quick",
            LEADING,
            SHORT,
            2,
            new WarmUp(Duration.ofMillis(2_500), Duration.ofSeconds(10), 3),
            new WarmUp(Duration.ofMillis(2_000), Duration.ofSeconds(6), 2),
            new WarmUp(Duration.ofMillis(200), Duration.ofSeconds(3), 2),
            Duration.ofMillis(500));

    /** All servers and rows, for figures to publish. */
    static final Profile FULL = new Profile(
            "full",
            ServerKind.compared(),
            List.of(Row.values()),
            5,
            new WarmUp(Duration.ofSeconds(20), Duration.ofSeconds(90), 15),
            new WarmUp(Duration.ofSeconds(5), Duration.ofSeconds(20), 5),
            new WarmUp(Duration.ofSeconds(1), Duration.ofSeconds(10), 2),
            Duration.ofSeconds(3));

    /** All servers and rows in as little time as possible: shows whether they work, not how fast they are. */
    static final Profile PROBE = new Profile(
            "probe",
            ServerKind.compared(),
            List.of(Row.values()),
            1,
            AT_ONCE,
            AT_ONCE,
            AT_ONCE,
            Duration.ofMillis(100));

    /** Measures for a second at a time, without a warm-up. */
    static final Profile SECONDS =
            new Profile("seconds", LEADING, SHORT, 1, AT_ONCE, AT_ONCE, AT_ONCE, Duration.ofSeconds(1));

    /**
     * The rows that warm up a server and the generator: one for each kind of load; none if the warm-up takes no time.
     * They always include handshakes: all rows begin with some, and a compiler that still works on them would distort
     * what follows. Echoes at a fixed rate are too few to warm up anything, so echoes without a pause do it for them.
     */
    List<Row> warmUpRows() {
        if (first.processorTime().isZero()) {
            return List.of();
        }
        Stream<Row> others = rows.stream().filter(row -> switch (row.kind()) {
            case HANDSHAKE, START_UP, FIXED_RATE, IDLE -> false;
            case RESUMED, ECHO, REQUEST, SEND, TAKE -> row == nearest(row.kind());
        });
        boolean paced = rows.stream().anyMatch(row -> row.kind() == Row.Kind.FIXED_RATE);
        boolean echoes = rows.stream().anyMatch(row -> row.kind() == Row.Kind.ECHO);
        Stream<Row> forPaced = paced && !echoes ? Stream.of(Row.ECHO_100) : Stream.empty();
        return Stream.of(Stream.of(Row.HANDSHAKE), others, forPaced)
                .flatMap(Function.identity())
                .toList();
    }

    private Row nearest(Row.Kind kind) {
        return rows.stream()
                .filter(row -> row.kind() == kind)
                .min(Comparator.comparingInt(row -> Math.abs(row.connections() - WARM_UP_CONNECTIONS)))
                .orElseThrow();
    }

    WarmUp first(Row row) {
        return row.kind() == Row.Kind.HANDSHAKE && rows.contains(row) ? firstHandshakes : first;
    }

    Profile of(List<ServerKind> others) {
        return new Profile(name, others, rows, rounds, firstHandshakes, first, again, measured);
    }

    Profile only(List<Row> others) {
        return new Profile(name, servers, others, rounds, firstHandshakes, first, again, measured);
    }

    Profile times(int number) {
        return new Profile(name, servers, rows, number, firstHandshakes, first, again, measured);
    }

    /** An estimate of the time until a server is warm, in nanoseconds. */
    long expectedFirst() {
        long warmUp = warmUpRows().stream()
                .mapToLong(row -> first(row).processorTime().toNanos())
                .sum();
        return Duration.ofSeconds(1).toNanos() + 2 * warmUp;
    }

    /** An estimate of the time that a row takes, in nanoseconds. */
    long expected(Row row) {
        Duration expected = switch (row.kind()) {
            case START_UP -> Duration.ZERO;
            case IDLE -> Duration.ofMillis(2_500);
            case HANDSHAKE, RESUMED, ECHO, REQUEST, SEND, TAKE, FIXED_RATE -> {
                Duration warmUp = again.processorTime().plus(WarmUp.STEP.multipliedBy(again.warmSteps()));
                yield warmUp.plus(measured).plusMillis(Math.max(50, row.connections() - 2_000));
            }
        };
        return expected.toNanos();
    }
}
