package io.parktls.tickets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsTicketKeys;
import io.parktls.TlsTicketKeys.Opened;
import io.parktls.TlsTicketKeys.Opened.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every factory of {@link TlsTicketKeys}. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TicketKeysContract {
    /** The length of an epoch. */
    static final Duration EPOCH = Duration.ofHours(8);

    /** The beginning of an epoch. */
    static final Instant START = Instant.parse("2026-03-01T16:00:00Z");

    static final byte[] DATA = {1, 2, 3};

    /** Returns keys that no other object has. */
    abstract TlsTicketKeys make() throws Exception;

    /** Returns bytes that are distinct for each seed. */
    static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static Result open(TlsTicketKeys keys, byte[] ticket, Instant now) {
        Opened opened = keys.open(ticket, DATA, now);
        assertEquals(opened.result().isOpened(), opened.state().length > 0, "a state without success, or none with it");
        return opened.result();
    }

    static byte[] seal(TlsTicketKeys keys, Instant now) {
        return keys.seal(random(9, 100), DATA, now);
    }

    static void assertName(byte[] material, byte[] ticket) {
        assertArrayEquals(Arrays.copyOf(material, KeyName.LENGTH), Arrays.copyOf(ticket, KeyName.LENGTH));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 1_000, 16_384, 65_000})
    void opensItsTickets(int length) throws Exception {
        TlsTicketKeys keys = make();
        byte[] state = random(1, length);
        for (byte[] data : List.of(new byte[0], DATA, random(2, 5_000))) {
            byte[] ticket = keys.seal(state, data, START);
            Opened opened = keys.open(ticket, data, START);
            assertEquals(Result.OPENED, opened.result());
            assertArrayEquals(state, opened.state());
            assertEquals(length + 64, ticket.length);
        }
    }

    @Test
    void ticketsOfTheSameStateDiffer() throws Exception {
        TlsTicketKeys keys = make();
        byte[] first = seal(keys, START);
        byte[] second = seal(keys, START);
        int name = KeyName.LENGTH;
        assertEquals(-1, Arrays.mismatch(Arrays.copyOf(first, name), Arrays.copyOf(second, name)));
        for (int at = name; at + 16 <= first.length; at += 16) {
            assertNotEquals(hex(Arrays.copyOfRange(first, at, at + 16)), hex(Arrays.copyOfRange(second, at, at + 16)));
        }
    }

    @Test
    void ticketsDoNotShowTheState() throws Exception {
        String ticket = hex(make().seal(new byte[64], DATA, START));
        assertFalse(ticket.contains("0000000000"), ticket);
    }

    @Test
    void leavesItsArgumentsUnchanged() throws Exception {
        TlsTicketKeys keys = make();
        byte[] state = random(1, 100);
        byte[] data = random(2, 30);
        byte[] ticket = keys.seal(state, data, START);
        byte[] copy = ticket.clone();
        keys.open(ticket, data, START);
        assertArrayEquals(random(1, 100), state);
        assertArrayEquals(random(2, 30), data);
        assertArrayEquals(copy, ticket);
    }

    @Test
    void refusesOtherAssociatedData() throws Exception {
        TlsTicketKeys keys = make();
        byte[] ticket = seal(keys, START);
        for (byte[] other : List.of(new byte[0], new byte[] {1, 2}, new byte[] {1, 2, 3, 0}, new byte[] {1, 2, 4})) {
            assertEquals(Result.MALFORMED, keys.open(ticket, other, START).result());
        }
    }

    @Test
    void refusesATicketOfWhichAnyByteIsAltered() throws Exception {
        TlsTicketKeys keys = make();
        byte[] ticket = seal(keys, START);
        for (int at = 0; at < ticket.length; at++) {
            for (int flip : new int[] {1, 0x80, 0xff}) {
                byte[] altered = ticket.clone();
                altered[at] ^= (byte) flip;
                Result expected = at < KeyName.LENGTH ? Result.UNKNOWN_KEY : Result.MALFORMED;
                assertEquals(expected, open(keys, altered, START), "byte " + at + " xor " + flip);
            }
        }
        assertEquals(Result.OPENED, open(keys, ticket, START));
    }

    @Test
    void refusesATicketOfAnyOtherLength() throws Exception {
        TlsTicketKeys keys = make();
        byte[] ticket = seal(keys, START);
        for (int length = 0; length < ticket.length + 40; length++) {
            if (length != ticket.length) {
                assertEquals(Result.MALFORMED, open(keys, Arrays.copyOf(ticket, length), START), length + " bytes");
            }
        }
    }

    @Test
    void refusesTheBytesOfOthers() throws Exception {
        TlsTicketKeys keys = make();
        for (int length = 0; length < 300; length++) {
            Result expected = length < 64 ? Result.MALFORMED : Result.UNKNOWN_KEY;
            assertEquals(expected, open(keys, random(length, length), START));
        }
        assertEquals(Result.UNKNOWN_KEY, open(keys, seal(make(), START), START));
    }

    @Test
    void partsOfTwoTicketsAreNoTicket() throws Exception {
        TlsTicketKeys keys = make();
        byte[] first = seal(keys, START);
        byte[] second = seal(keys, START);
        for (int at = KeyName.LENGTH + 1; at < first.length; at++) {
            byte[] mixed = first.clone();
            System.arraycopy(second, at, mixed, at, second.length - at);
            // The two may agree in their last bytes by chance.
            boolean whole = Arrays.equals(mixed, first) || Arrays.equals(mixed, second);
            assertEquals(whole ? Result.OPENED : Result.MALFORMED, open(keys, mixed, START), "cut at " + at);
        }
    }

    @Test
    void worksAtTheEndsOfTimeAndWithAClockThatGoesBack() throws Exception {
        TlsTicketKeys keys = make();
        for (Instant now : List.of(
                START,
                Instant.MAX,
                START,
                Instant.MIN,
                Instant.EPOCH,
                START.plus(Duration.ofDays(400)),
                START,
                START.minusNanos(1))) {
            assertEquals(Result.OPENED, open(keys, seal(keys, now), now), now.toString());
        }
    }

    @Test
    void aClockThatGoesBackALittleChangesNothing() throws Exception {
        TlsTicketKeys keys = make();
        byte[] ticket = seal(keys, START);
        for (Duration back : List.of(Duration.ofNanos(1), Duration.ofMinutes(1), EPOCH)) {
            assertEquals(Result.OPENED, open(keys, ticket, START.minus(back)), back.toString());
            assertName(ticket, seal(keys, START.minus(back)));
        }
    }

    @Test
    void destroyedKeysNeitherSealNorOpen() throws Exception {
        TlsTicketKeys keys = make();
        byte[] ticket = seal(keys, START);
        for (int i = 0; i < 2; i++) {
            keys.destroy();
            for (Instant now : List.of(START, START.plus(EPOCH), START.minus(Duration.ofDays(9)), Instant.MAX)) {
                assertEquals(Result.UNKNOWN_KEY, open(keys, ticket, now));
                assertThrows(IllegalStateException.class, () -> seal(keys, now));
            }
        }
        assertEquals(Result.MALFORMED, open(keys, new byte[63], START));
    }

    @Test
    void keysMayBeDestroyedBeforeTheirFirstUse() throws Exception {
        TlsTicketKeys keys = make();
        keys.destroy();
        assertThrows(IllegalStateException.class, () -> seal(keys, START));
        assertEquals(Result.UNKNOWN_KEY, open(keys, new byte[64], START));
    }

    /** The last user of a key overwrites it, so no ticket is ever sealed with an overwritten key. */
    @Test
    void destroyingKeysInUseSpoilsNoTicket() throws Exception {
        for (int round = 0; round < 20; round++) {
            RotatingTicketKeys keys = (RotatingTicketKeys) make();
            seal(keys, START);
            TicketKey key = sealingKey(keys);
            assertTrue(key.hold());
            CyclicBarrier start = new CyclicBarrier(4);
            List<byte[]> tickets = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    all.add(threads.submit(() -> {
                        start.await(60, TimeUnit.SECONDS);
                        try {
                            while (true) {
                                byte[] ticket = seal(keys, START);
                                synchronized (tickets) {
                                    tickets.add(ticket);
                                }
                            }
                        } catch (IllegalStateException e) {
                            return null;
                        }
                    }));
                }
                all.add(threads.submit(() -> {
                    start.await(60, TimeUnit.SECONDS);
                    keys.destroy();
                    return null;
                }));
                for (Future<?> each : all) {
                    each.get(60, TimeUnit.SECONDS);
                }
            }
            for (byte[] ticket : tickets) {
                assertName(key.name().bytes(), ticket);
                assertArrayEquals(random(9, 100), key.open(ticket, DATA));
            }
            key.release();
            assertFalse(key.hold());
        }
    }

    /**
     * In each phase, half of the threads are shortly before the end of an epoch and half after it. All phases together
     * are shorter than the lifetime of a ticket, so that every ticket must be opened, also by the other threads.
     */
    @Test
    void threadsSealAndOpenWhileKeysChange() throws Exception {
        TlsTicketKeys keys = make();
        int threadCount = 4;
        int phases = 12;
        CyclicBarrier phase = new CyclicBarrier(threadCount);
        byte[][] lastTickets = new byte[threadCount][];
        try (ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < threadCount; i++) {
                int me = i;
                all.add(threads.submit(() -> {
                    for (int p = 1; p <= phases; p++) {
                        Instant now = START.plus(EPOCH.multipliedBy(p)).plusSeconds(me % 2 == 0 ? -1 : 1);
                        phase.await(60, TimeUnit.SECONDS);
                        byte[] fromOther = lastTickets[(me + 1) % threadCount];
                        assertTrue(p == 1 || open(keys, fromOther, now).isOpened());
                        for (int k = 0; k < 40; k++) {
                            assertTrue(open(keys, seal(keys, now), now).isOpened());
                        }
                        phase.await(60, TimeUnit.SECONDS);
                        lastTickets[me] = seal(keys, now);
                    }
                    return null;
                }));
            }
            for (Future<?> each : all) {
                each.get(100, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void textsContainNoKeyAndNoState() throws Exception {
        RotatingTicketKeys keys = (RotatingTicketKeys) make();
        byte[] ticket = seal(keys, START);
        TicketKey key = sealingKey(keys);
        assertEquals("TicketKey[" + hex(Arrays.copyOf(ticket, KeyName.LENGTH)) + "]", key.toString());
        assertTrue(keys.toString().startsWith("TlsTicketKeys."), keys.toString());
        assertEquals("Opened[OPENED]", keys.open(ticket, DATA, START).toString());
    }

    static TicketKey sealingKey(RotatingTicketKeys keys) {
        TicketKey key = keys.current().sealing();
        if (key == null) {
            throw new AssertionError("no key seals");
        }
        return key;
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
