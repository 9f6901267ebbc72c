package io.parktls.bench.storm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** The durations of echoes, as a histogram. Not thread-safe. */
final class EchoTimes {
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1e3;

    private final Histogram micros;

    EchoTimes() {
        this(new Histogram(DIGITS));
    }

    private EchoTimes(Histogram micros) {
        this.micros = micros;
    }

    /** Adds a duration in nanoseconds. */
    void add(long nanos) {
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    /** Adds all durations of another histogram. */
    void add(EchoTimes others) {
        micros.add(others.micros);
    }

    long count() {
        return micros.getTotalCount();
    }

    /** A percentile in milliseconds; NaN if there are no echoes. */
    double percentile(double percent) {
        return count() == 0 ? Double.NaN : micros.getValueAtPercentile(percent) / MICROS_PER_MILLI;
    }

    /** The longest duration in milliseconds; NaN if there are no echoes. */
    double longest() {
        return count() == 0 ? Double.NaN : micros.getMaxValue() / MICROS_PER_MILLI;
    }

    /** The histogram as a word without spaces, for {@link #parse}. */
    String toWord() {
        ByteBuffer buffer = ByteBuffer.allocate(micros.getNeededByteBufferCapacity());
        int length = micros.encodeIntoCompressedByteBuffer(buffer);
        return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
    }

    static EchoTimes parse(String word) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(Base64.getDecoder().decode(word));
            return new EchoTimes(Histogram.decodeFromCompressedByteBuffer(buffer, 0));
        } catch (DataFormatException | RuntimeException e) {
            throw new IOException("not a histogram: " + word, e);
        }
    }
}
