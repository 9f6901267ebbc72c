package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests when OCSP responses are fetched again. */
class FetchScheduleTest {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final FetchSchedule SCHEDULE = new FetchSchedule(FIRST, LONGEST);
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

    @Test
    void pausesDoubleUpToTheLongest() {
        long nominal = FIRST.toMillis();
        for (int failures = 1; failures < 100; failures++) {
            Set<Duration> pauses = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                Duration pause = SCHEDULE.pauseAfter(failures);
                assertTrue(pause.toMillis() <= nominal && pause.toMillis() > nominal / 2 - 1, pause + " " + failures);
                pauses.add(pause);
            }
            assertTrue(pauses.size() > 1, "random");
            nominal = Math.min(nominal * 2, LONGEST.toMillis());
        }
    }

    @Test
    void renewedAfterHalfOfTheValidity() {
        assertBetween(NOW, NOW.plus(Duration.ofDays(10)), NOW, Duration.ofDays(5), Duration.ofHours(12));
        Instant earlier = NOW.minus(Duration.ofDays(2));
        assertBetween(earlier, NOW.plus(Duration.ofDays(8)), NOW, Duration.ofDays(3), Duration.ofHours(12));
    }

    /** A cache may return a response most of whose validity is over. */
    @Test
    void renewedAfterHalfOfWhatIsLeft() {
        Instant old = NOW.minus(Duration.ofDays(9));
        assertBetween(old, NOW.plus(Duration.ofDays(1)), NOW, Duration.ofHours(12), Duration.ofMinutes(72));
    }

    @Test
    void notMoreOftenThanTheFirstPause() {
        assertBetween(NOW, NOW.plusSeconds(2), NOW, FIRST, Duration.ZERO);
        assertBetween(NOW.minusSeconds(100), NOW, NOW, FIRST, Duration.ZERO);
    }

    private static void assertBetween(Instant from, Instant until, Instant now, Duration least, Duration random) {
        for (int i = 0; i < 20; i++) {
            Instant due = SCHEDULE.renewal(from, until, now);
            assertFalse(due.isBefore(now.plus(least)), due::toString);
            assertFalse(due.isAfter(now.plus(least).plus(random)), due::toString);
        }
    }
}
