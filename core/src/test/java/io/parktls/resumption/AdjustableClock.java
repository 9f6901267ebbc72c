package io.parktls.resumption;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * A clock that stands still until a test moves it. It starts where the current ticket keys began, so that the time of
 * day does not decide whether a test reaches the next keys.
 */
public final class AdjustableClock implements InstantSource {
    /** The span after which ticket keys change, counted from 1970. */
    private static final long KEY_SECONDS = Duration.ofHours(8).toSeconds();

    private volatile Instant now = startOfKeys();

    private static Instant startOfKeys() {
        long seconds = Instant.now().getEpochSecond();
        return Instant.ofEpochSecond(seconds - seconds % KEY_SECONDS);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves the clock forwards, or backwards if the duration is negative. */
    public void move(Duration duration) {
        now = now.plus(duration);
    }
}
