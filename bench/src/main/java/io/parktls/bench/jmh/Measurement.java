package io.parktls.bench.jmh;

import io.parktls.bench.figures.Samples.Sample;
import java.io.IOException;
import java.util.stream.Stream;

/** What is done to measure something once, in a JVM of its own. */
@FunctionalInterface
interface Measurement {
    /**
     * Measures.
     *
     * @param seat where that JVM takes its turns
     * @return a sample for each round
     */
    Stream<Sample> take(Seat seat) throws IOException;
}
