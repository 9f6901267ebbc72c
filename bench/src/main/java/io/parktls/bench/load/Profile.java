package io.parktls.bench.load;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much is measured.
 *
 * @param rounds how many turns each contender has
 * @param firstHandshakes before the rounds, with nothing but handshakes, if those are measured: the most code
 * @param first before the rounds, with each other kind of load
 * @param again before each measurement
 * @param measured how long
 */
record Profile(
        String name,
        List<Contender> contenders,
        List<Row> rows,
        int rounds,
        WarmUp firstHandshakes,
        WarmUp first,
        WarmUp again,
        Duration measured) {
    /** With how many connections a server is warmed up, about. */
    private static final int WARM_UP_CONNECTIONS = 100;

    private static final List<Row> SHORT = List.of(
            Row.START_UP,
            Row.HANDSHAKE,
            Row.ECHO_1,
            Row.BULK_SEND_1,
            Row.ECHO_100,
            Row.RATE_100,
            Row.IDLE_2000,
            Row.ECHO_2000);

    private static final List<Contender> LEADING =
            List.of(Contender.TCP, Contender.PARKTLS, Contender.PARKTLS_LOOP, Contender.JDK, Contender.TCNATIVE);

    private static final WarmUp AT_ONCE = new WarmUp(Duration.ZERO, Duration.ofMillis(20), 1);

    /** The contenders that most people ask for. */
    static final Profile QUICK = new Profile(
            "quick",
            LEADING,
            SHORT,
            2,
            new WarmUp(Duration.ofMillis(2_500), Duration.ofSeconds(10), 3),
            new WarmUp(Duration.ofMillis(2_000), Duration.ofSeconds(6), 2),
            new WarmUp(Duration.ofMillis(200), Duration.ofSeconds(3), 2),
            Duration.ofMillis(500));

    /** Everything, for figures to quote. */
    static final Profile FULL = new Profile(
            "full",
            List.of(Contender.values()),
            List.of(Row.values()),
            5,
            new WarmUp(Duration.ofSeconds(20), Duration.ofSeconds(90), 15),
            new WarmUp(Duration.ofSeconds(5), Duration.ofSeconds(20), 5),
            new WarmUp(Duration.ofSeconds(1), Duration.ofSeconds(10), 2),
            Duration.ofSeconds(3));

    /** All contenders and rows in the least of time: whether they work, not how fast. */
    static final Profile PROBE = new Profile(
            "probe",
            List.of(Contender.values()),
            List.of(Row.values()),
            1,
            AT_ONCE,
            AT_ONCE,
            AT_ONCE,
            Duration.ofMillis(100));

    /**
     * What warms up a server and the generator: of each kind of load a row, if it takes any time at all. Handshakes are always
     * among them: all others begin with some, and compilers that are still at those would be measured with what follows.
     */
    List<Row> warmUpRows() {
        if (first.processorTime().isZero()) {
            return List.of();
        }
        Stream<Row> others = rows.stream().filter(row -> switch (row.kind()) {
            case HANDSHAKE, START_UP, FIXED_RATE, IDLE -> false;
            case ECHO, REQUEST, SEND, TAKE -> row == mostTypical(row.kind());
        });
        return Stream.concat(Stream.of(Row.HANDSHAKE), others).toList();
    }

    private Row mostTypical(Row.Kind kind) {
        return rows.stream()
                .filter(row -> row.kind() == kind)
                .min(Comparator.comparingInt(row -> Math.abs(row.connections() - WARM_UP_CONNECTIONS)))
                .orElseThrow();
    }

    WarmUp first(Row row) {
        return row.kind() == Row.Kind.HANDSHAKE && rows.contains(row) ? firstHandshakes : first;
    }

    Profile of(List<Contender> others) {
        return new Profile(name, others, rows, rounds, firstHandshakes, first, again, measured);
    }

    Profile only(List<Row> others) {
        return new Profile(name, contenders, others, rounds, firstHandshakes, first, again, measured);
    }

    Profile times(int number) {
        return new Profile(name, contenders, rows, number, firstHandshakes, first, again, measured);
    }

    /** Roughly how long it takes until a server is warm, in nanoseconds: what progress is counted in. */
    long expectedFirst() {
        long warmUp = warmUpRows().stream()
                .mapToLong(row -> first(row).processorTime().toNanos())
                .sum();
        return Duration.ofSeconds(1).toNanos() + 2 * warmUp;
    }

    /** Roughly how long a row takes, in nanoseconds. */
    long expected(Row row) {
        Duration expected = switch (row.kind()) {
            case START_UP -> Duration.ZERO;
            case IDLE -> Duration.ofMillis(2_500);
            case HANDSHAKE, ECHO, REQUEST, SEND, TAKE, FIXED_RATE -> {
                Duration warmUp = again.processorTime().plus(WarmUp.STEP.multipliedBy(again.calmSteps()));
                yield warmUp.plus(measured).plusMillis(Math.max(50, row.connections() - 2_000));
            }
        };
        return expected.toNanos();
    }
}
