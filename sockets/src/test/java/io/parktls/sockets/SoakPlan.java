package io.parktls.sockets;

import io.parktls.TlsVersion;
import io.parktls.sockets.FaultyBio.Fate;
import io.parktls.sockets.FaultyBio.Faults;
import java.util.Random;

/**
 * The plan of one connection of a soak test, which is derived from the seed and the number of the connection.
 *
 * @param capacity the capacity of an in-memory pipe in bytes; 0 for TCP, -1 for a Unix-domain socket
 */
record SoakPlan(long seed, long number, TlsVersion version, boolean jsse, int capacity, End client, End server) {
    /** How an end ends its output. */
    enum Ending {
        /** With close_notify, once everything is written. */
        SHUTDOWN,
        /** With close, once everything is written and read. */
        CLOSE,
        /** With close by another thread, at any time. */
        CLOSE_EARLY,
        /** With abort by another thread, at any time. */
        ABORT
    }

    /**
     * The plan of one end.
     *
     * @param bytes how many bytes the end sends
     * @param interrupts how often one of its threads is interrupted
     * @param timeouts whether some reads and writes have a very short timeout
     */
    record End(
            int bytes,
            int largestWrite,
            int largestRead,
            boolean keyUpdates,
            int interrupts,
            boolean timeouts,
            Ending ending,
            Faults faults) {
        /** Returns whether this end does nothing that keeps its data from arriving. */
        boolean isOrderly() {
            return (ending == Ending.SHUTDOWN || ending == Ending.CLOSE) && faults.fate() == Fate.NONE;
        }
    }

    private static final int[] CAPACITIES = {17, 100, 1_000, 5_000, 20_000, 65_536};

    static SoakPlan of(long seed, long number) {
        Random random = new Random(seed ^ number * 0x9E3779B97F4A7C15L);
        // The first numbers of similar seeds are similar, so the first number is dropped.
        random.nextLong();
        TlsVersion version = random.nextInt(3) == 0 ? TlsVersion.TLS_1_2 : TlsVersion.TLS_1_3;
        boolean jsse = version == TlsVersion.TLS_1_3 && random.nextInt(8) == 0;
        int capacity = switch (random.nextInt(4)) {
            case 0, 1 -> 0;
            case 2 -> -1;
            default -> CAPACITIES[random.nextInt(CAPACITIES.length)];
        };
        boolean keyUpdates = version == TlsVersion.TLS_1_3 && !jsse;
        int most = capacity > 0 && capacity < 1_000 ? 10_000 : 60_000;
        return new SoakPlan(
                seed,
                number,
                version,
                jsse,
                capacity,
                end(random, most, keyUpdates, capacity > 0),
                end(random, most, keyUpdates, capacity > 0));
    }

    private static End end(Random random, int most, boolean keyUpdates, boolean mayStall) {
        boolean whole = random.nextInt(3) > 0;
        int bytes = random.nextInt(whole ? most : 10_000);
        Ending ending = switch (random.nextInt(10)) {
            case 0 -> Ending.CLOSE_EARLY;
            case 1 -> Ending.ABORT;
            case 2, 3, 4 -> Ending.CLOSE;
            default -> Ending.SHUTDOWN;
        };
        return new End(
                bytes,
                1 + random.nextInt(random.nextBoolean() ? 1_000 : 50_000),
                1 + random.nextInt(random.nextBoolean() ? 1_000 : 50_000),
                keyUpdates && random.nextBoolean(),
                random.nextInt(3) == 0 ? random.nextInt(5) : 0,
                random.nextInt(4) == 0,
                ending,
                faults(random, whole, bytes, mayStall));
    }

    private static Faults faults(Random random, boolean whole, int bytes, boolean mayStall) {
        Fate fate = switch (random.nextInt(12)) {
            case 0 -> Fate.CUT;
            case 1 -> Fate.RESET;
            case 2 -> Fate.FLIP;
            case 3 -> mayStall ? Fate.STALL : Fate.NONE;
            default -> Fate.NONE;
        };
        return new Faults(
                whole ? Integer.MAX_VALUE : 1 + random.nextInt(random.nextBoolean() ? 50 : 5_000),
                whole ? Integer.MAX_VALUE : 1 + random.nextInt(random.nextBoolean() ? 50 : 5_000),
                whole ? 0 : 2 + random.nextInt(10),
                fate,
                random.nextInt(random.nextBoolean() ? 3_000 : bytes + 3_000));
    }

    /** Returns whether every byte must arrive in both directions, unless a write times out. */
    boolean isOrderly() {
        return client.isOrderly() && server.isOrderly();
    }

    boolean isOverTcp() {
        return capacity == 0;
    }

    /** Returns the byte that an end sends at a position. */
    byte sent(boolean byClient, long position) {
        long z = (seed ^ number << 1) + (byClient ? 1 : 0) + (position >>> 3) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return (byte) ((z ^ z >>> 31) >>> ((position & 7) << 3));
    }
}
