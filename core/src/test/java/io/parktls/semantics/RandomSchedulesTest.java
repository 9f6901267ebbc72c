package io.parktls.semantics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.Sample;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs each random schedule on all four pairings and expects the same outcome. {@code -Dparktls.schedules=N} sets the
 * number of schedules. {@code -Dparktls.schedule.seed=N} runs only the schedule with that seed, to reproduce a failure.
 */
@Timeout(600)
@ExtendWith(NeedsLibssl.class)
final class RandomSchedulesTest {
    private static final String SEED = "parktls.schedule.seed";

    /** One schedule in this many uses the JSSE engine, because an SSLEngine takes three times as long. */
    private static final int JSSE_ONE_IN = 8;

    /** One schedule in this many resumes a session, unless it uses the JSSE engine. */
    private static final int RESUMED_ONE_IN = 4;

    /** The number of schedules that the slow test runs. The other test runs some of them. */
    private static final int ALL = 3_000;

    private final List<Setting> settings = Setting.all().toList();
    private final List<Contexts> contexts = settings.stream()
            .map(setting -> Contexts.of(setting, TestPki.server(KeyKind.ECDSA_P256)))
            .toList();

    @Test
    void schedules() {
        Long alone = Long.getLong(SEED);
        int count = Integer.getInteger("parktls.schedules", 200);
        long first = count < ALL ? Sample.random("schedules").nextInt(ALL - count) : 0;
        onAllPairings(alone == null ? LongStream.range(first, first + count) : LongStream.of(alone));
    }

    @Tag("slow")
    @Test
    void manySchedules() {
        onAllPairings(LongStream.range(0, ALL));
    }

    private void onAllPairings(LongStream seeds) {
        seeds.parallel().forEach(this::onAllPairings);
    }

    private void onAllPairings(long seed) {
        Random random = new Random(seed);
        boolean jsse = random.nextInt(JSSE_ONE_IN) == 0;
        boolean tls13 = random.nextBoolean();
        int at = 0;
        while (settings.get(at).isBouncyCastle() == jsse || settings.get(at).is13() != tls13) {
            at++;
        }
        Setting setting = settings.get(at);
        long pairingSeed = random.nextLong();
        boolean keyUpdates = tls13 && !jsse;
        boolean resumed = !jsse && seed % RESUMED_ONE_IN == 0;
        String expected = "";
        for (Pairing pairing : Pairing.values()) {
            String what = "-D" + SEED + "=" + seed + " (" + pairing + ", " + setting + (resumed ? ", resumed)" : ")");
            try {
                Contexts used = resumed ? contexts.get(at).resuming(pairing) : contexts.get(at);
                String result = new Schedule(new Random(pairingSeed), used, pairing, keyUpdates).run();
                assertEquals(expected.isEmpty() ? result : expected, result, what);
                expected = result;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(what + ": " + e.getMessage(), e);
            }
        }
    }
}
