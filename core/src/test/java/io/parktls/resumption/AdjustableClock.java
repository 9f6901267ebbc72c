package io.parktls.resumption;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. */
final class AdjustableClock implements InstantSource {
    private volatile Instant now = Instant.now();

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the clock forwards, or backwards if the duration is negative. */
    void move(Duration duration) {
        now = now.plus(duration);
    }
}
