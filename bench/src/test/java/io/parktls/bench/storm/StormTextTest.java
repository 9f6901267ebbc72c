package io.parktls.bench.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StormTextTest {
    private static final Plan PLAN = new Plan(
            List.of(StormServer.values()),
            200,
            10,
            3,
            Duration.ofSeconds(8),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4));

    private final Map<StormServer, StormResult> results = new EnumMap<>(StormServer.class);

    /** The machine is half as fast in the last round. The ratios are those of each round, and so have no spread. */
    @Test
    void handshakesAreComparedRoundByRoundAndEchoesAllTogether() {
        results.put(StormServer.PARKTLS, result(6, 400, 400, 200));
        results.put(StormServer.JDK, result(150, 320, 320, 160));
        results.put(StormServer.TCP, result(3, 12_000, 12_000, 6_000));

        assertEquals("""
                64-byte echo of 10 established connections, ms, in 3 rounds; 200 clients storm, client JVM held to one core, RSA-2048
                                     calm p50   p99   max  storm p50   p99   max  echoes   failures
                  ParkTLS TlsServer      1.00  1.00  1.00       6.00  6.00  6.00       3   0
                  JDK SSLSocket          1.00  1.00  1.00        150   150   150       3   0
                  plain TCP              1.00  1.00  1.00       3.00  3.00  3.00       3   0

                Handshakes in the storm: the median round and how far the rounds stray from it, of ratios too
                                     handshakes/s   +-  x JDK SSLSocket  +-
                  ParkTLS TlsServer           400  13%             1.25  0%
                  JDK SSLSocket               320  13%
                  plain TCP                12,000  13%            37.50  0%   connects
                  at most 15.00 ms, the p99 of ParkTLS in the storm: 6.00 (holds)
                  at most 3.00 x plain TCP, the p99 in the storm: 2.00 (holds)
                  at least 1.00 x the JDK, handshakes in the same round: 1.25 (holds)
                """, text());
    }

    @Test
    void aTargetThatIsMissedDoesNotHold() {
        results.put(StormServer.PARKTLS, result(16, 200, 400, 400));
        results.put(StormServer.JDK, result(150, 100, 401, 401));
        results.put(StormServer.TCP, result(4, 12_000, 12_000, 12_000));

        assertTrue(text().contains("ParkTLS in the storm: 16.01 (DOES NOT HOLD)"), this::text);
        assertTrue(text().contains("the p99 in the storm: 4.00 (DOES NOT HOLD)"), this::text);
        assertTrue(text().contains("in the same round: 1.00 (DOES NOT HOLD)"), this::text);
    }

    @Test
    void aTargetThatNeedsAnAbsentServerIsNotMeasured() {
        results.put(StormServer.PARKTLS, result(6, 400, 400, 400));

        assertTrue(text().contains("ParkTLS in the storm: 6.00 (holds)"), this::text);
        assertTrue(text().contains("the p99 in the storm: - (not measured)"), this::text);
        assertTrue(text().contains("in the same round: - (not measured)"), this::text);
    }

    @Test
    void failuresAndResumptionsOfTheWarmUpCountToo() {
        StormResult result = result(6, 400, 400, 400);
        result.addWarmUp(new Observation(new EchoTimes(), 100, 3, 0));
        result.addStorm(4, new Observation(new EchoTimes(), 400, 2, 7));
        results.put(StormServer.PARKTLS, result);

        assertEquals(5, result.failures());
        assertTrue(text().contains("  5\n"), this::text);
        assertTrue(text().contains("7 handshakes were resumptions"), this::text);
        assertEquals(400, result.handshakesPerSecond().median(), "the warm-up is no round");
    }

    private String text() {
        return StormText.of(results, PLAN);
    }

    private static StormResult result(long stormyMillis, double... rates) {
        StormResult result = new StormResult();
        for (int i = 0; i < rates.length; i++) {
            result.addCalm(Observation.ofCalm(echoes(1)));
            result.addStorm(i + 1, new Observation(echoes(stormyMillis), rates[i], 0, 0));
        }
        return result;
    }

    private static EchoTimes echoes(long millis) {
        EchoTimes times = new EchoTimes();
        times.add(TimeUnit.MILLISECONDS.toNanos(millis));
        return times;
    }
}
