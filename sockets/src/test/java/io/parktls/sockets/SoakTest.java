package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A soak test with many connections at a time, over TCP, Unix-domain sockets and in-memory pipes that split, delay,
 * truncate, reset, stall and flip bits, and with random reads, writes, half-closes, KeyUpdates, closes, aborts,
 * interrupts and timeouts. The test checks every received byte, that an end of stream is only reported if the peer has
 * sent close_notify, and that no resources are left over.
 *
 * <p>System properties: {@code parktls.soak.seconds} (4; the slow test runs for 30), {@code parktls.soak.connections} (500 at a time),
 * {@code parktls.soak.seed} (a new one each time; it is printed), {@code parktls.soak.number} (only that connection of
 * the seed, over and over). Ten minutes of it: {@code mvn -pl sockets -am test -Dtest=SoakTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dtest.jvm.args="-Xmx2g -Dparktls.soak.seconds=600"}
 */
@Tag("soak")
@Timeout(value = 1_200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SoakTest {
    private static final int SECONDS = Integer.getInteger("parktls.soak.seconds", 4);
    private static final int CONNECTIONS = Integer.getInteger("parktls.soak.connections", 500);
    private static final long SEED = Long.getLong("parktls.soak.seed", System.nanoTime());
    private static final long NUMBER = Long.getLong("parktls.soak.number", -1);

    private final SoakTally tally = new SoakTally();
    private final AtomicLong next = new AtomicLong();
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final Set<SoakConnection> open = ConcurrentHashMap.newKeySet();

    /** Connections that held borrowed buffers when they were closed. */
    private final Set<SoakConnection> holding = ConcurrentHashMap.newKeySet();

    @Test
    @DisplayName("soak: no byte is lost or added, nothing hangs, nothing leaks")
    void soak() throws Exception {
        soak(SECONDS);
    }

    @Test
    @Tag("slow")
    @DisplayName("soak for half a minute: no byte is lost or added, nothing hangs, nothing leaks")
    void longSoak() throws Exception {
        soak(30);
    }

    private void soak(int seconds) throws Exception {
        System.out.println("parktls.soak.seed = " + SEED);
        SoakTally warmUp = new SoakTally();
        try (ChannelPairs channels = new ChannelPairs()) {
            for (int i = 0; i < 30; i++) {
                SoakPlan plan = SoakPlan.of(0, i);
                if (plan.isOrderly()) {
                    SoakConnection.open(plan, channels, warmUp).run(warmUp);
                }
            }
            Task.eventually(() -> !pollerRuns());
            long descriptors = descriptors();
            List<SoakConnection> first = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                first.add(SoakConnection.open(nextPlan(), channels, tally));
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            CountDownLatch done = new CountDownLatch(CONNECTIONS);
            for (SoakConnection connection : first) {
                Thread.ofVirtual().start(() -> {
                    try {
                        run(connection);
                        oneAfterTheOther(channels, end);
                    } finally {
                        done.countDown();
                    }
                });
            }
            Duration patience = Task.HANG.plusSeconds(seconds);
            if (!done.await(patience.toSeconds(), TimeUnit.SECONDS)) {
                complaints.add("does not end: " + open);
            }
            System.out.println(CONNECTIONS + " at a time: " + tally);
            if (!complaints.isEmpty()) {
                fail("with -Dparktls.soak.seed=" + SEED + ": " + complaints.size() + " complaints, the first: "
                        + complaints.peek());
            }
            // Polled here only, on a platform thread. Polling virtual threads would occupy the carriers, so that
            // lingering threads, which are woken by platform threads, would never run.
            Task.eventually(() -> {
                holding.removeIf(connection -> !connection.holdsBuffers());
                return holding.isEmpty();
            });
            Idleness.assertNoThreadsLeft();
            Task.eventually(() -> descriptors() <= descriptors);
            assertEquals(Set.of(), open);
        }
    }

    private SoakPlan nextPlan() {
        return SoakPlan.of(SEED, NUMBER < 0 ? next.getAndIncrement() : NUMBER);
    }

    private void oneAfterTheOther(ChannelPairs channels, long end) {
        while (System.nanoTime() < end && complaints.isEmpty()) {
            SoakPlan plan = nextPlan();
            try {
                run(SoakConnection.open(plan, channels, tally));
            } catch (Exception e) {
                complaints.add(plan + ": " + e);
            }
        }
    }

    private void run(SoakConnection connection) {
        open.add(connection);
        try {
            String complaint = connection.run(tally);
            if (complaint != null) {
                complaints.add(complaint);
            }
            if (connection.holdsBuffers()) {
                holding.add(connection);
            }
        } catch (Exception | AssertionError e) {
            complaints.add(connection + ": " + e);
        }
        open.remove(connection);
    }

    private static boolean pollerRuns() {
        return Pollers.shared().isRunning();
    }

    private static long descriptors() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }
}
