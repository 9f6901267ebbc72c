package io.parktls.tickets;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/**
 * A span of time. Its ends are as far away as {@link Instant} allows if the exact ends are beyond.
 *
 * @param from the first instant of the span
 * @param until the first instant after the span, or {@link Instant#MAX} if there is none
 */
record TimeSpan(Instant from, Instant until) {
    static final TimeSpan NEVER = new TimeSpan(Instant.EPOCH, Instant.EPOCH);
    static final TimeSpan ALWAYS = new TimeSpan(Instant.MIN, Instant.MAX);

    /** Returns a span between two times in seconds since 1970. */
    static TimeSpan ofSeconds(long from, long until) {
        return new TimeSpan(instant(from), instant(until));
    }

    /** Returns the span in which less than {@code distance} lies between an instant and {@code middle}. */
    static TimeSpan around(Instant middle, Duration distance) {
        Instant from;
        try {
            from = middle.minus(distance);
        } catch (DateTimeException | ArithmeticException e) {
            from = Instant.MIN;
        }
        try {
            return new TimeSpan(from, middle.plus(distance));
        } catch (DateTimeException | ArithmeticException e) {
            return new TimeSpan(from, Instant.MAX);
        }
    }

    boolean contains(Instant time) {
        return !time.isBefore(from) && (time.isBefore(until) || until.equals(Instant.MAX));
    }

    private static Instant instant(long seconds) {
        if (seconds >= Instant.MAX.getEpochSecond()) {
            return Instant.MAX;
        }
        return seconds <= Instant.MIN.getEpochSecond() ? Instant.MIN : Instant.ofEpochSecond(seconds);
    }
}
