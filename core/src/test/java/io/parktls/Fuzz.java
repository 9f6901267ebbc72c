package io.parktls;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs random rounds, each with its own seed, for {@code parktls.fuzz.seconds} seconds (half a second by
 * default). A failure reports the seed of its round. {@code parktls.fuzz.seed} runs that round alone or, together with
 * seconds, starts there.
 *
 * <p>The fuzzing is not guided by coverage; instead, the rounds are written for the protocol.
 */
public final class Fuzz {
    private static final String SECONDS = "parktls.fuzz.seconds";
    private static final String SEED = "parktls.fuzz.seed";

    /** The time for builds, in nanoseconds. The first rounds find most defects. */
    private static final long SHORT = TimeUnit.MILLISECONDS.toNanos(500);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzz() {}

    /** One round. It throws if it finds a defect. */
    public interface Round {
        void run(Random random) throws Exception;
    }

    /**
     * Runs rounds.
     *
     * @param memory the limit on the bytes that one round allocates, whatever the peer sends
     */
    public static void run(long memory, Round round) {
        Long alone = Long.getLong(SEED);
        boolean once = alone != null && System.getProperty(SECONDS) == null;
        long seed = alone == null ? 0 : alone;
        runOne(seed, Long.MAX_VALUE, round); // The first round loads classes, so its allocation is not measured.
        Long seconds = Long.getLong(SECONDS);
        long end = System.nanoTime() + (seconds == null ? SHORT : TimeUnit.SECONDS.toNanos(seconds));
        do {
            runOne(seed, memory, round);
            seed++;
        } while (!once && System.nanoTime() - end < 0);
    }

    private static void runOne(long seed, long memory, Round round) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            round.run(new Random(seed));
        } catch (Throwable e) {
            throw new AssertionError("failed with -D" + SEED + "=" + seed + ": " + e, e);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        if (allocated > memory) {
            throw new AssertionError("allocated " + allocated + " bytes with -D" + SEED + "=" + seed);
        }
    }

    /** Returns a copy of the bytes with some of them changed, cut, doubled or moved. */
    public static byte[] mutated(Random random, byte[] bytes) {
        byte[] result = bytes.clone();
        for (int i = random.nextInt(1, 4); i > 0 && result.length > 0; i--) {
            // Most changes are near the beginning, where the headers are.
            int at = random.nextInt(random.nextBoolean() ? result.length : Math.min(result.length, 60));
            int length = Math.min(random.nextInt(1, 40), result.length - at);
            switch (random.nextInt(7)) {
                case 0 -> result[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> result[at] = (byte) random.nextInt(256);
                case 2 -> result[at] = (byte) (random.nextBoolean() ? 0 : -1);
                case 3 -> result = spliced(result, at, length, new byte[0]);
                case 4 -> result = spliced(result, at, 0, bytes(random, length));
                case 5 -> result = spliced(result, at, 0, Arrays.copyOfRange(result, at, at + length));
                default -> result = Arrays.copyOf(result, at);
            }
        }
        return result;
    }

    /** Returns that many random bytes. */
    public static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int at, int removed, byte[] inserted) {
        byte[] result = new byte[bytes.length - removed + inserted.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(inserted, 0, result, at, inserted.length);
        System.arraycopy(bytes, at + removed, result, at + inserted.length, bytes.length - at - removed);
        return result;
    }
}
