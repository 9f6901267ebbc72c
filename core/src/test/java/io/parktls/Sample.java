package io.parktls;

import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random samples of ranges that only the tests with the tag {@code slow} go through as a whole. Each JVM draws samples
 * of its own and prints the seed; {@code -Dparktls.sample.seed=N} draws the same ones again.
 */
public final class Sample {
    private static final String SEED_PROPERTY = "parktls.sample.seed";

    private static final long SEED = Long.getLong(SEED_PROPERTY, System.nanoTime() & 0xFFFF_FFFFL);

    private static final int RECORD_HEADER = 5;

    /** The header of a handshake message, RFC 8446 4; or the beginning of an encrypted fragment. */
    private static final int MESSAGE_HEADER = 4;

    static {
        System.out.println("samples with -D" + SEED_PROPERTY + "=" + SEED);
    }

    private Sample() {}

    /** Returns the source of a sample. The same name and seed give the same source, in any order of tests. */
    public static Random random(String name) {
        return new Random(SEED * 31 + name.hashCode());
    }

    /**
     * Returns positions in a stream of TLS records, in ascending order: the beginning of each record with its header
     * and that of its first message, its last byte, and a random one in so many of all other bytes.
     */
    public static IntStream positions(String name, byte[] stream, int oneIn) {
        Random random = random(name);
        IntStream.Builder positions = IntStream.builder();
        int end;
        for (int start = 0; start < stream.length; start = end) {
            end = start + RECORD_HEADER + ((stream[start + 3] & 0xFF) << Byte.SIZE | stream[start + 4] & 0xFF);
            for (int at = start; at < end; at++) {
                boolean first = at < start + RECORD_HEADER + MESSAGE_HEADER;
                if (random.nextInt(oneIn) == 0 || first || at == end - 1) {
                    positions.add(at);
                }
            }
        }
        return positions.build();
    }
}
