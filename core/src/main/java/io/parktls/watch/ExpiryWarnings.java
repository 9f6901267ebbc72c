package io.parktls.watch;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides when to warn that a certificate expires: when less than a third of its validity is left, or less than a given
 * time if that is shorter; again when a day is left, and when it has expired; and once a day in between.
 *
 * <p>Not thread-safe.
 */
final class ExpiryWarnings {
    private static final Duration REPEAT = Duration.ofDays(1);

    private enum Stage {
        NONE,
        SOON,
        WITHIN_A_DAY,
        EXPIRED
    }

    private final Duration most;
    private Stage last = Stage.NONE;
    private @Nullable Instant warned;

    /** @param most the longest time before the expiry at which to warn */
    ExpiryWarnings(Duration most) {
        this.most = most;
    }

    /** Returns whether to warn now. If so, the warning counts as given. */
    boolean isDue(Loaded<?> loaded, Instant now) {
        Stage stage = stage(loaded, now);
        Instant before = warned;
        boolean repeats = before == null || !now.isBefore(before.plus(REPEAT));
        boolean due = stage.compareTo(last) > 0 || (stage != Stage.NONE && repeats);
        if (due) {
            last = stage;
            warned = now;
        }
        return due;
    }

    /** Begins anew, for another certificate. */
    void reset() {
        last = Stage.NONE;
        warned = null;
    }

    private Stage stage(Loaded<?> loaded, Instant now) {
        Duration third = Duration.between(loaded.validFrom(), loaded.expiry()).dividedBy(3);
        Duration left = Duration.between(now, loaded.expiry());
        if (left.isNegative()) {
            return Stage.EXPIRED;
        }
        if (left.compareTo(third.compareTo(most) < 0 ? third : most) > 0) {
            return Stage.NONE;
        }
        return left.compareTo(REPEAT) > 0 ? Stage.SOON : Stage.WITHIN_A_DAY;
    }
}
