package io.parktls.bench.load;

import java.time.Duration;

/**
 * The conditions for the end of a warm-up: the server has used some processor time (elapsed time would be too short on
 * a busy machine), it gets no faster, and the compilers of both JVMs have little left to do.
 *
 * @param processorTime the processor time that the server has to have used
 * @param longest the elapsed time after which the warm-up ends in any case
 * @param warmSteps the number of consecutive steps in which both JVMs have to be warm
 */
record WarmUp(Duration processorTime, Duration longest, int warmSteps) {
    /** The time from one check to the next. */
    static final Duration STEP = Duration.ofMillis(200);

    /** A warm server is less than this many times as fast as in its fastest step before. */
    static final double MOST_GAIN = 1.1;

    /** In a warm JVM, a compiler is running for less than this share of the time. */
    static final double MOST_COMPILING = 0.1;
}
