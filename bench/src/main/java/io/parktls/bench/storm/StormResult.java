package io.parktls.bench.storm;

import io.parktls.bench.figures.Samples;
import io.parktls.bench.figures.Samples.Sample;

/** What all the turns of one contender come to. Not thread-safe. */
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

    /** Its figures mean nothing, but whoever failed in it has failed. */
    void addWarmUp(Observation observation) {
        failures += observation.failures();
        resumed += observation.resumed();
    }

    /** Echoes without the storm. */
    EchoTimes calm() {
        return calm;
    }

    /** Echoes in it. */
    EchoTimes stormy() {
        return stormy;
    }

    /** Of the storm; of plain TCP, connections. */
    Samples handshakesPerSecond() {
        return handshakesPerSecond;
    }

    /** Clients of the storm that failed. */
    long failures() {
        return failures;
    }

    /** Handshakes that were no full ones. */
    long resumed() {
        return resumed;
    }
}
