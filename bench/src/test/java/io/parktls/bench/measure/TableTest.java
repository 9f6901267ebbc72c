package io.parktls.bench.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void figuresAndRatiosAreInColumns() {
        Table table = new Table("Speed", "km/h", List.of("horse", "train"));
        table.add("rider", samples(30, 20), "in the saddle");
        table.add("horse", samples(20, 10), "");
        table.add("snail", new Samples(), "failed: asleep");
        table.add(Target.atLeast(1, "x horse", table.ratio("rider", "horse")));
        table.add(Target.atLeast(1, "x train", table.ratio("rider", "train")));

        assertEquals("""
                Speed
                          km/h   +-   cpu  x horse  +-
                  rider  25.00  10%  100%     1.75  7%   in the saddle
                  horse  15.00  17%  100%
                  snail      -                           failed: asleep
                  at least 1.00 x horse: 1.75 (holds)
                  at least 1.00 x train: - (not measured)
                """, table.toString());
    }

    @Test
    void withoutSharesOfTheProcessorThereIsNoColumnForThem() {
        Table table = new Table("Weight", "kg", List.of());
        Samples samples = new Samples();
        samples.add(0, Sample.of(500));
        table.add("horse", samples, "unsaddled");

        assertEquals("""
                Weight
                          kg  +-
                  horse  500       unsaddled
                """, table.toString());
    }

    @Test
    void oneOfTwoTargetsIsEnough() {
        Target failing = Target.atMost(1, "s", 2);
        Target holding = Target.atLeast(1, "m", 2);
        Target unknown = Target.atLeast(1, "kg", Double.NaN);

        assertTrue(failing.or(holding).toString().endsWith("(holds)"));
        assertTrue(unknown.or(failing).toString().endsWith("(DOES NOT HOLD)"));
        assertTrue(unknown.or(unknown).toString().endsWith("(not measured)"));
    }

    private static Samples samples(double... values) {
        Samples samples = new Samples();
        for (int i = 0; i < values.length; i++) {
            samples.add(i, new Sample(values[i], 1));
        }
        return samples;
    }
}
