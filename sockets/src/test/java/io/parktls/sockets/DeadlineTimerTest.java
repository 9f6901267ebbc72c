package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.bio.NotifyingBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that one timer serves all waits of a connection, and fires by each of their deadlines. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DeadlineTimerTest {
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration LATER = Duration.ofMillis(300);
    private static final Duration NEVER = Duration.ofDays(10_000);
    private static final int ROUNDS = 500;

    private static SocketPair open() throws Exception {
        return SocketPair.open(TlsEngineProvider.bouncyCastle(), Transport.TCP).established();
    }

    private static void read(TlsSocket socket) throws IOException {
        assertEquals(1, socket.read(ByteBuffer.allocate(1)));
    }

    private static void write(TlsSocket socket) throws IOException {
        socket.write(ByteBuffer.allocate(1));
    }

    private static Task<Void> waiting(ThreadKind threads, TlsSocket socket) {
        return threads.run(() -> read(socket)).parked();
    }

    private static void fill(TlsSocket socket) throws IOException {
        for (; ; ) {
            socket.write(ByteBuffer.allocate(1 << 16));
        }
    }

    private static void assertTimedOut(String message, Task<Void> task) throws Exception {
        Throwable failure = task.failure();
        assertInstanceOf(SocketTimeoutException.class, failure);
        assertEquals(message, failure.getMessage());
    }

    private static Parking parking() {
        return new NotifiedParking((NotifyingBio) Bio.pair(512)[0]);
    }

    /** Waits for a condition that becomes true between the first check and parking. */
    private static void await(Parking parking, Duration timeout) throws IOException {
        AtomicBoolean done = new AtomicBoolean();
        Waiter.of(parking, "wait", timeout.toNanos()).await(() -> {
            boolean before = done.getAndSet(true);
            if (!before) {
                LockSupport.unpark(Thread.currentThread());
            }
            return before;
        });
    }

    /**
     * Setting a timer may wait for a lock, and parking for a lock consumes the permit of a wake-up that arrives
     * meanwhile.
     */
    @ParameterizedTest
    @EnumSource
    void settingATimerLosesNoWakeUp(ThreadKind threads) throws Exception {
        List<Task<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Parking parking = parking();
            waiting.add(threads.run(() -> {
                for (int j = 0; j < 20 * ROUNDS; j++) {
                    await(parking, NEVER.minusSeconds(j));
                }
                parking.close();
            }));
        }
        for (Task<Void> task : waiting) {
            task.get();
        }
    }

    @ParameterizedTest
    @EnumSource
    void isSetOnceForManyWaits(ThreadKind threads) throws Exception {
        Parking parking = parking();
        Task<Void> waiting = threads.run(() -> {
            await(parking, NEVER);
            DeadlineTimer first = parking.timer();
            assertNotNull(first);
            for (int i = 0; i < ROUNDS; i++) {
                await(parking, NEVER);
                assertSame(first, parking.timer());
            }
        });
        waiting.get();
        parking.close();
        assertNull(parking.timer());
    }

    @ParameterizedTest
    @EnumSource
    void aReplacedTimerIsRemoved(ThreadKind threads) throws Exception {
        Parking parking = parking();
        int before = DeadlineTimer.count();
        Task<Void> waiting = threads.run(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                await(parking, NEVER.minusDays(i));
            }
        });
        waiting.get();
        assertTrue(
                DeadlineTimer.count() <= before + 1,
                () -> DeadlineTimer.count() + " timers, and before that " + before);
        parking.close();
    }

    @ParameterizedTest
    @EnumSource
    void isRemovedWithItsConnection(ThreadKind threads) throws Exception {
        int before = DeadlineTimer.count();
        for (int i = 0; i < 20; i++) {
            try (SocketPair pair = open()) {
                pair.server().readTimeout(NEVER);
                Task<Void> reading = waiting(threads, pair.server());
                pair.server().abort();
                assertInstanceOf(AsynchronousCloseException.class, reading.failure());
            }
        }
        assertTrue(
                DeadlineTimer.count() < before + 20,
                () -> DeadlineTimer.count() + " timers, and before that " + before);
    }

    @ParameterizedTest
    @EnumSource
    void isReplacedByAnEarlierOne(ThreadKind threads) throws Exception {
        try (SocketPair pair = open()) {
            pair.client().readTimeout(NEVER);
            Task<Void> reading = waiting(threads, pair.client());
            write(pair.server());
            reading.get();
            pair.client().readTimeout(SOON);
            assertTimedOut("read timed out after 100 ms", threads.run(() -> read(pair.client())));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReplacedByAnEarlierOneOfTheOtherDirection(ThreadKind threads) throws Exception {
        try (SocketPair pair = open()) {
            pair.client().readTimeout(NEVER);
            Task<Void> reading = waiting(threads, pair.client());
            pair.client().writeTimeout(SOON);
            assertTimedOut("write timed out after 100 ms", threads.run(() -> fill(pair.client())));
            write(pair.server());
            reading.get();
        }
    }

    @ParameterizedTest
    @EnumSource
    void firesAgainForALaterDeadline(ThreadKind threads) throws Exception {
        try (SocketPair pair = open()) {
            pair.client().readTimeout(LATER);
            pair.client().writeTimeout(SOON);
            Task<Void> reading = threads.run(() -> read(pair.client()));
            assertTimedOut("write timed out after 100 ms", threads.run(() -> fill(pair.client())));
            assertTimedOut("read timed out after 300 ms", reading);
        }
    }

    @ParameterizedTest
    @EnumSource
    void firesAgainForTheNextWait(ThreadKind threads) throws Exception {
        try (SocketPair pair = open()) {
            pair.client().readTimeout(SOON);
            for (int i = 0; i < 3; i++) {
                assertTimedOut("read timed out after 100 ms", threads.run(() -> read(pair.client())));
            }
        }
    }

    /** A thread in the queue of a {@link HandshakeGate} waits like this. */
    @ParameterizedTest
    @EnumSource
    void firesForAWaitForACondition(ThreadKind threads) throws Exception {
        Parking parking = parking();
        assertTimedOut(
                "queue timed out after 100 ms",
                threads.run(() -> Waiter.of(parking, "queue", SOON.toNanos()).await(() -> false)));
    }
}
