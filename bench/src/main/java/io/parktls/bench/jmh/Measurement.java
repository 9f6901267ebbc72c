package io.parktls.bench.jmh;

import io.parktls.bench.measure.Sample;
import java.io.IOException;
import java.util.stream.Stream;

/** Measures something in a new JVM. */
@FunctionalInterface
interface Measurement {
    /**
     * Measures.
     *
     * @param slot the place of that JVM among those that take turns
     * @return a sample for each round
     */
    Stream<Sample> take(TurnSlot slot) throws IOException;
}
