package io.parktls.bench.storm;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/** How long echoes took, all of them: those of several turns can be added up. Not thread-safe. */
final class EchoTimes {
    private static final int DIGITS = 3;
    private static final double MICROS_PER_MILLI = 1e3;

    private final Histogram micros;

    /** Without any yet. */
    EchoTimes() {
        this(new Histogram(DIGITS));
    }

    private EchoTimes(Histogram micros) {
        this.micros = micros;
    }

    void add(long nanos) {
        micros.recordValue(TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    void add(EchoTimes others) {
        micros.add(others.micros);
    }

    long count() {
        return micros.getTotalCount();
    }

    /** In milliseconds; NaN if there are none. */
    double percentile(double percent) {
        return count() == 0 ? Double.NaN : micros.getValueAtPercentile(percent) / MICROS_PER_MILLI;
    }

    /** In milliseconds; NaN if there are none. */
    double longest() {
        return count() == 0 ? Double.NaN : micros.getMaxValue() / MICROS_PER_MILLI;
    }

    /** As a word, for the way from JVM to JVM. */
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
            throw new IOException("no histogram: " + word, e);
        }
    }
}
