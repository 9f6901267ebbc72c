package io.parktls.bench.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class CpuIdleTest {
    @Test
    void returnsOnceNextToNoProcessorTimeIsUsed() throws Exception {
        Iterator<Long> millis = List.of(500L, 590L, 650L, 655L, 655L).iterator();

        CpuIdle.await(() -> TimeUnit.MILLISECONDS.toNanos(millis.next()), Duration.ofMinutes(1));

        assertEquals(1, remaining(millis));
    }

    @Test
    void aJvmThatStaysBusyIsNotWaitedForForever() {
        AtomicLong millis = new AtomicLong();

        assertThrows(
                IOException.class,
                () -> CpuIdle.await(
                        () -> TimeUnit.MILLISECONDS.toNanos(millis.addAndGet(100)), Duration.ofMillis(300)));
    }

    private static int remaining(Iterator<Long> iterator) {
        int count = 0;
        while (iterator.hasNext()) {
            iterator.next();
            count++;
        }
        return count;
    }
}
