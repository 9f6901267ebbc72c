package io.parktls.bench.storm;

import io.parktls.bench.measure.Sample;
import io.parktls.bench.measure.Samples;

/** The results of all rounds of one server. Not thread-safe. */
final class StormResult {
    private final EchoTimes calm = new EchoTimes();
    private final EchoTimes stormy = new EchoTimes();
    private final Samples handshakesPerSecond = new Samples();
    private long failures;
    private long resumed;

    void addCalm(Observation observation) {
        calm.add(observation.echoes());
    }

    void addStorm(int round, Observation observation) {
        stormy.add(observation.echoes());
        handshakesPerSecond.add(round, Sample.of(observation.handshakesPerSecond()));
        failures += observation.failures();
        resumed += observation.resumed();
    }

    /** Adds the failures and resumptions of the warm-up, whose figures do not count. */
    void addWarmUp(Observation observation) {
        failures += observation.failures();
        resumed += observation.resumed();
    }

    /** The echoes of the calm phases. */
    EchoTimes calm() {
        return calm;
    }

    /** The echoes of the storms. */
    EchoTimes stormy() {
        return stormy;
    }

    /** The rates of the storms, a sample for each round. With plain TCP they are rates of connections. */
    Samples handshakesPerSecond() {
        return handshakesPerSecond;
    }

    /** The number of failed connections of the storms. */
    long failures() {
        return failures;
    }

    /** The number of resumed handshakes. */
    long resumed() {
        return resumed;
    }
}
