package io.parktls;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that the report of a hang shows virtual threads, which a usual thread dump leaves out. */
final class HangReportTest {
    @Test
    @Timeout(60)
    void showsWhereAVirtualThreadWaits() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread waiting = Thread.ofVirtual().name("the waiting one").start(() -> waitFor(begun, end));
        begun.await();
        String threads = HangReport.threads();
        end.countDown();
        waiting.join();
        assertTrue(threads.contains("the waiting one") && threads.contains("HangReportTest.waitFor"), threads);
    }

    private static void waitFor(CountDownLatch begun, CountDownLatch end) {
        begun.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
