package io.parktls;

import java.time.Duration;

/**
 * The settings of a {@link Watched} identity or trust.
 *
 * @param interval the time between two checks of the files; 10 milliseconds to one day. New content is used when two
 *     checks in a row have found it, that is after one to two intervals
 * @param expiryWarning how long before the expiry of a certificate the warnings begin; zero or more. They begin later if
 *     this is more than a third of the certificate's validity
 */
public record WatchOptions(Duration interval, Duration expiryWarning) {
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration LONGEST = Duration.ofDays(1);

    /** The default settings: a check every 3 seconds, and warnings from 30 days before the expiry. */
    public static final WatchOptions DEFAULT = new WatchOptions(Duration.ofSeconds(3), Duration.ofDays(30));

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a setting is out of range; the message names it
     */
    public WatchOptions {
        if (interval.compareTo(SHORTEST) < 0 || interval.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("interval must be 10 milliseconds to one day, not " + interval);
        }
        if (expiryWarning.isNegative()) {
            throw new IllegalArgumentException("expiryWarning must not be negative: " + expiryWarning);
        }
    }

    /**
     * {@return these settings with another {@link #interval()}}
     *
     * @param time the time between two checks
     */
    public WatchOptions withInterval(Duration time) {
        return new WatchOptions(time, expiryWarning);
    }

    /**
     * {@return these settings with another {@link #expiryWarning()}}
     *
     * @param time how long before the expiry the warnings begin
     */
    public WatchOptions withExpiryWarning(Duration time) {
        return new WatchOptions(interval, time);
    }
}
