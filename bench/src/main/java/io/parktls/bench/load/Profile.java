package io.parktls.bench.load;

import java.time.Duration;
import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how many turns each contender has
 * @param handshakeWarmUp of the server's JVM, with nothing but handshakes; in its processor time
 * @param warmUp before each other measurement; in its processor time
 * @param measured how long
 */
record Profile(
        String name,
        List<Contender> contenders,
        List<Row> rows,
        int rounds,
        Duration handshakeWarmUp,
        Duration warmUp,
        Duration measured) {
    private static final List<Row> SHORT = List.of(
            Row.START_UP,
            Row.HANDSHAKE,
            Row.ECHO_1,
            Row.BULK_SEND_1,
            Row.BULK_SEND_16,
            Row.BULK_TAKE_1,
            Row.REQUEST_100K,
            Row.ECHO_100,
            Row.RATE_100,
            Row.IDLE_2000,
            Row.ECHO_2000);

    private static final List<Contender> LEADING = List.of(
            Contender.TCP,
            Contender.PARKTLS,
            Contender.PARKTLS_NATIVE,
            Contender.PARKTLS_LOOP,
            Contender.JDK,
            Contender.TLS_CHANNEL,
            Contender.TCNATIVE);

    /** The contenders that most people ask for. */
    static final Profile QUICK = new Profile(
            "quick", LEADING, SHORT, 2, Duration.ofMillis(2_500), Duration.ofMillis(300), Duration.ofMillis(600));

    /** Everything, for figures to quote. */
    static final Profile FULL = new Profile(
            "full",
            List.of(Contender.values()),
            List.of(Row.values()),
            5,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(3));

    /** All contenders and rows in the least of time: whether they work, not how fast. */
    static final Profile PROBE = new Profile(
            "probe",
            List.of(Contender.values()),
            List.of(Row.values()),
            1,
            Duration.ofMillis(50),
            Duration.ofMillis(20),
            Duration.ofMillis(100));

    /** Whether the generator is warmed up first. */
    boolean isRehearsed() {
        return !name.equals(PROBE.name);
    }

    /** For how long to wait, by the clock, until a server gets no faster and the compilers are done. */
    Duration longestWarmUp() {
        return !isRehearsed() ? warmUp : name.equals(FULL.name) ? Duration.ofSeconds(40) : Duration.ofSeconds(12);
    }

    /** What warms it up: of each kind of load a row. */
    List<Row> rehearsal() {
        return rows.stream()
                .filter(row -> switch (row.kind()) {
                    case START_UP, FIXED_RATE, IDLE -> false;
                    case HANDSHAKE, ECHO, REQUEST, SEND, TAKE ->
                        rows.stream()
                                        .filter(other -> other.kind() == row.kind())
                                        .findFirst()
                                        .orElseThrow()
                                == row;
                })
                .toList();
    }

    Profile of(List<Contender> others) {
        return new Profile(name, others, rows, rounds, handshakeWarmUp, warmUp, measured);
    }

    Profile only(List<Row> others) {
        return new Profile(name, contenders, others, rounds, handshakeWarmUp, warmUp, measured);
    }

    Profile times(int number) {
        return new Profile(name, contenders, rows, number, handshakeWarmUp, warmUp, measured);
    }

    /** Roughly how long a row takes, in nanoseconds: what progress is counted in. */
    long expected(Row row) {
        Duration expected = switch (row.kind()) {
            case START_UP -> Duration.ofMillis(800);
            case HANDSHAKE -> handshakeWarmUp.multipliedBy(2).plus(measured);
            case IDLE -> Duration.ofMillis(2_500);
            case ECHO, REQUEST, SEND, TAKE, FIXED_RATE ->
                warmUp.plus(measured).plusMillis(Math.max(50, row.connections() - 2_000));
        };
        return expected.toNanos();
    }
}
