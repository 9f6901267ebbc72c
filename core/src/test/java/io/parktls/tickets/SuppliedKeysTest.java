package io.parktls.tickets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Logged;
import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened.Result;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

final class SuppliedKeysTest extends TicketKeysContract {
    private static final AtomicInteger SEED = new AtomicInteger(2_000);

    private static final Duration REFRESH = Duration.ofMinutes(5);
    private static final byte[] FIRST = random(1, 32);
    private static final byte[] SECOND = random(2, 200);
    private static final byte[] THIRD = random(3, 48);

    /** A supplier whose next answer a test decides. */
    private static final class Vault implements Supplier<List<byte[]>> {
        volatile Supplier<List<byte[]>> next;
        final AtomicInteger calls = new AtomicInteger();

        Vault(byte[]... keys) {
            next = () -> List.of(keys);
        }

        void set(byte[]... keys) {
            next = () -> List.of(keys);
        }

        @Override
        public List<byte[]> get() {
            calls.incrementAndGet();
            return next.get();
        }
    }

    @Override
    TlsTicketKeys make() {
        byte[] key = random(SEED.incrementAndGet(), 32);
        return TlsTicketKeys.of(() -> List.of(key), REFRESH);
    }

    private static TlsTicketKeys of(byte[]... keys) {
        return TlsTicketKeys.of(() -> List.of(keys), REFRESH);
    }

    @Test
    void mayWait() {
        assertTrue(make().mayWait());
    }

    @Test
    void theFirstKeySealsAndAllOpen() {
        TlsTicketKeys keys = of(FIRST, SECOND, THIRD);
        assertEquals(Result.OPENED, open(of(FIRST), seal(keys, START), START));
        assertEquals(Result.OPENED, open(keys, seal(of(FIRST), START), START));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, seal(of(SECOND), START), START));
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, seal(of(THIRD, SECOND), START), START));
        assertEquals(Result.UNKNOWN_KEY, open(of(FIRST), seal(of(THIRD), START), START));
    }

    @Test
    void namesDoNotShowTheKey() {
        String ticket = hex(seal(of(THIRD), START));
        assertFalse(ticket.contains(hex(Arrays.copyOf(THIRD, 8))));
    }

    @Test
    void theArraysOfTheSupplierAreNeitherKeptNorChanged() {
        byte[] key = FIRST.clone();
        TlsTicketKeys keys = TlsTicketKeys.of(() -> List.of(key), Duration.of(Long.MAX_VALUE, ChronoUnit.SECONDS));
        byte[] ticket = seal(keys, START);
        assertArrayEquals(FIRST, key);
        Arrays.fill(key, (byte) 0);
        assertEquals(Result.OPENED, open(keys, ticket, START.plus(Duration.ofDays(1_000))));
    }

    @Test
    void theSupplierIsCalledAgainWhenTheIntervalHasPassed() {
        Vault vault = new Vault(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.of(vault, REFRESH);
        assertEquals(1, vault.calls.get());
        byte[] old = seal(keys, START);
        int calls = vault.calls.get();
        vault.set(SECOND, FIRST);
        for (Instant now : List.of(START.plusSeconds(1), START.plus(REFRESH).minusNanos(1), START.minusSeconds(1))) {
            assertEquals(Result.OPENED, open(keys, old, now));
        }
        assertEquals(calls, vault.calls.get());
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, old, START.plus(REFRESH)));
        assertEquals(Result.OPENED, open(of(SECOND), seal(keys, START.plus(REFRESH)), START));
        assertEquals(calls + 1, vault.calls.get());
    }

    @Test
    void theSupplierIsCalledAgainIfTheClockHasGoneBackFar() {
        Vault vault = new Vault(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.of(vault, REFRESH);
        byte[] old = seal(keys, START);
        vault.set(SECOND, FIRST);
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, old, START.minus(Duration.ofDays(1))));
    }

    @Test
    void keysThatDisappearAreOverwrittenAndOthersStay() {
        Vault vault = new Vault(FIRST, SECOND);
        RotatingTicketKeys keys = (RotatingTicketKeys) TlsTicketKeys.of(vault, REFRESH);
        byte[] ticket = seal(keys, START);
        TicketKey first = sealingKey(keys);
        vault.set(SECOND, FIRST);
        seal(keys, START.plus(REFRESH));
        TicketKey second = sealingKey(keys);
        vault.set(THIRD, SECOND);
        assertTrue(first.hold());
        assertEquals(Result.UNKNOWN_KEY, open(keys, ticket, START.plus(REFRESH.multipliedBy(2))));
        assertArrayEquals(random(9, 100), first.open(ticket, DATA), "a key in use is not overwritten yet");
        first.release();
        assertFalse(first.hold(), "the key is not overwritten");
        assertSame(second, keys.current().find(second.name()));
        assertTrue(second.hold());
        second.release();
    }

    // ---- failures

    @Test
    void refusesWhatIsNotUsable() {
        assertMessage("returned null", () -> nothing());
        assertMessage("returned an empty list", List::of);
        assertMessage("key 2 of the supplier for session tickets is null", () -> Arrays.asList(FIRST, null));
        assertMessage("key 1 of the supplier for session tickets has 31 bytes", () -> List.of(random(1, 31)));
        assertMessage("key 2 of the supplier for session tickets has 0 bytes", () -> List.of(FIRST, new byte[0]));
        assertMessage(
                "key 3 of the supplier for session tickets has only zero bytes",
                () -> List.of(FIRST, SECOND, new byte[32]));
        assertMessage(
                "key 1 of the supplier and key 3 of the supplier", () -> List.of(FIRST, SECOND, FIRST.clone(), THIRD));
        for (Duration refresh : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
            assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.of(() -> List.of(FIRST), refresh));
        }
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    private static void assertMessage(String expected, Supplier<List<byte[]>> supplier) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> TlsTicketKeys.of(supplier, REFRESH));
        assertTrue(String.valueOf(e.getMessage()).contains(expected), e.getMessage());
    }

    @Test
    void exceptionsOfTheFirstCallArePassedOn() {
        IllegalStateException down = new IllegalStateException("down");
        Supplier<List<byte[]>> supplier = () -> {
            throw down;
        };
        assertSame(down, assertThrows(IllegalStateException.class, () -> TlsTicketKeys.of(supplier, REFRESH)));
    }

    /** Every kind of failure, one after another: none disturbs a handshake, and a different one is logged again. */
    @Test
    void failuresKeepTheKnownKeysAndAreLoggedOnce() {
        Vault vault = new Vault(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.of(vault, REFRESH);
        byte[] ticket = seal(keys, START);
        List<Supplier<List<byte[]>>> failures = List.of(
                () -> {
                    throw new IllegalStateException("password 'hunter2' is wrong", new NumberFormatException("0a0b0c"));
                },
                () -> {
                    throw new StackOverflowErrorOfSupplier();
                },
                () -> SuppliedKeysTest.<RuntimeException, List<byte[]>>sneak(new IOException("hunter2")),
                SuppliedKeysTest::nothing,
                List::of,
                () -> List.of(new byte[3]),
                () -> List.of(SECOND, SECOND));
        Instant now = START;
        try (Logged logged = Logged.of(TlsTicketKeys.class, Level.INFO)) {
            int expected = 0;
            for (Supplier<List<byte[]>> failure : failures) {
                vault.next = failure;
                for (int i = 0; i < 3; i++) {
                    now = now.plus(REFRESH);
                    int calls = vault.calls.get();
                    assertEquals(Result.OPENED, open(keys, ticket, now));
                    assertName(ticket, seal(keys, now));
                    assertEquals(calls + 1, vault.calls.get());
                }
                expected++;
                assertEquals(expected, logged.lines().size(), logged.toString());
                assertTrue(logged.lines().getLast().startsWith("WARN "), logged.toString());
            }
            vault.set(SECOND, FIRST);
            now = now.plus(REFRESH);
            assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, now));
            assertEquals(expected + 1, logged.lines().size(), logged.toString());
            assertTrue(logged.lines().getLast().startsWith("INFO "), logged.toString());

            String first = logged.lines().getFirst();
            assertTrue(first.contains("IllegalStateException, caused by java.lang.NumberFormatException, at "), first);
            assertFalse(logged.toString().contains("hunter2"), logged.toString());
            assertFalse(logged.toString().contains("0a0b0c"), logged.toString());
        }
    }

    private static final class StackOverflowErrorOfSupplier extends Error {}

    @SuppressWarnings("unchecked")
    private static <E extends Throwable, T> T sneak(Throwable e) throws E {
        throw (E) e;
    }

    @Test
    void anInterruptedSupplierLeavesTheThreadInterrupted() {
        Vault vault = new Vault(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.of(vault, REFRESH);
        vault.next = () -> SuppliedKeysTest.<RuntimeException, List<byte[]>>sneak(new InterruptedException());
        seal(keys, START);
        assertTrue(Thread.interrupted());
    }

    // ---- threads

    @Test
    void othersUseTheKnownKeysWhileTheSupplierWaits() throws Exception {
        Vault vault = new Vault(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.of(vault, REFRESH);
        byte[] ticket = seal(keys, START);
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        vault.next = () -> {
            inside.countDown();
            try {
                assertTrue(answer.await(100, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return List.of(SECOND, FIRST);
        };
        Instant later = START.plus(REFRESH);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Result> waiting = threads.submit(() -> open(keys, ticket, later));
            assertTrue(inside.await(60, TimeUnit.SECONDS));
            int calls = vault.calls.get();
            for (int i = 0; i < 10; i++) {
                assertEquals(Result.OPENED, open(keys, ticket, later));
                assertName(ticket, seal(keys, later));
            }
            assertEquals(calls, vault.calls.get());
            assertFalse(waiting.isDone());
            answer.countDown();
            assertEquals(Result.OPENED_BY_FORMER_KEY, waiting.get(60, TimeUnit.SECONDS));
        }
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, later));
    }

    @Test
    void keysThatArriveAfterTheyWereDestroyedAreOverwritten() throws Exception {
        Vault vault = new Vault(FIRST);
        RotatingTicketKeys keys = (RotatingTicketKeys) TlsTicketKeys.of(vault, REFRESH);
        seal(keys, START);
        vault.next = () -> {
            keys.destroy();
            return List.of(SECOND);
        };
        assertThrows(IllegalStateException.class, () -> seal(keys, START.plus(REFRESH)));
        assertSame(KeyRing.DESTROYED, keys.current());
    }

    /** A supplier may itself open a TLS connection that uses the same keys. */
    @Test
    void theSupplierMayUseTheKeys() {
        Vault vault = new Vault(FIRST);
        TlsTicketKeys keys = TlsTicketKeys.of(vault, REFRESH);
        byte[] ticket = seal(keys, START);
        vault.next = () -> {
            assertEquals(Result.OPENED, open(keys, ticket, START.plus(REFRESH)));
            return List.of(SECOND, FIRST);
        };
        assertEquals(Result.OPENED_BY_FORMER_KEY, open(keys, ticket, START.plus(REFRESH)));
    }

    /** Each change adds a key and drops the one that sealed two changes ago. */
    @Test
    void threadsSealAndOpenWhileTheSupplierChanges() throws Exception {
        AtomicInteger generation = new AtomicInteger(1);
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            all.add(random(10_000 + i, 32));
        }
        TlsTicketKeys keys = TlsTicketKeys.of(
                () -> {
                    int g = generation.get();
                    return List.of(all.get(g), all.get(g - 1));
                },
                Duration.ofNanos(1));
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<?>> users = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int me = i;
                users.add(threads.submit(() -> {
                    Instant now = START;
                    while (generation.get() < all.size() - 1) {
                        now = now.plusSeconds(1);
                        byte[] ticket = seal(keys, now);
                        Result result = open(keys, ticket, now);
                        // The other threads may have changed the keys twice in between, but never spoil a ticket.
                        assertTrue(result.isOpened() || result == Result.UNKNOWN_KEY, result.toString());
                        if (me == 0) {
                            generation.incrementAndGet();
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : users) {
                each.get(100, TimeUnit.SECONDS);
            }
        }
        assertEquals(Result.OPENED, open(keys, seal(keys, START), START.plusSeconds(1)));
    }
}
