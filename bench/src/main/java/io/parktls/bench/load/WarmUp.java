package io.parktls.bench.load;

import java.time.Duration;

/**
 * How long a load lasts before it is measured: some time of the server's processor (by the clock, a busy machine would cut it
 * short), and then until the server gets no faster and the compilers of both JVMs have little left to do.
 *
 * @param processorTime that the server has to have had
 * @param longest by the clock, whether or not it is warm by then
 * @param calmSteps how many looks in a row have to find both JVMs warm
 */
record WarmUp(Duration processorTime, Duration longest, int calmSteps) {
    /** From one look to the next. */
    static final Duration STEP = Duration.ofMillis(200);

    /** How much faster a step may be than the fastest before it when a JVM is taken to be warm. */
    static final double MOST_GAIN = 1.1;

    /** How much of the time a compiler may be at work when a JVM is taken to be warm. */
    static final double MOST_COMPILING = 0.1;
}
