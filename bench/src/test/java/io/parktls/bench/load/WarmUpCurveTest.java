package io.parktls.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.bench.server.ServerKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpCurveTest {
    /** The median of 98, 100, 102, 104 and 300 is 102, so that one quick second does not make all others slow. */
    @Test
    void sharesAreOfTheMedianOfTheLastSeconds() {
        WarmUpCurve curve = new WarmUpCurve(Row.ECHO_1, List.of(1, 3));

        curve.add(ServerKind.PARKTLS, 1, List.of(51.0, 70.0, 102.0, 98.0, 100.0, 102.0, 300.0, 104.0));
        curve.add(ServerKind.PARKTLS, 2, List.of(102.0, 70.0, 51.0, 102.0, 102.0, 102.0, 102.0, 102.0));

        List<String> cells =
                List.of(curve.toString().lines().toList().get(1).strip().split(" {2,}"));
        assertEquals(List.of(ServerKind.PARKTLS.title(), "75%", "17%", "75%", "17%", "102", "0%"), cells);
    }
}
