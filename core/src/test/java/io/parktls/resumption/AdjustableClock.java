package io.parktls.resumption;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** A clock that stands still until a test moves it. */
public final class AdjustableClock implements InstantSource {
    /** In whole milliseconds, as tickets have it. */
    private volatile Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the clock forwards, or backwards if the duration is negative. */
    public void move(Duration duration) {
        now = now.plus(duration);
    }
}
