package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@code parktls wakeups} measures, not what it measures. */
@Timeout(900)
class WakeUpsTest {
    @Test
    void eachServerHasItsPollers() {
        Tool tool = Tool.start("wakeups --probe --carriers 2,5 --pollers 0,3 --only echo_100 --rounds 1".split(" "));

        assertEquals(0, tool.exitCode(), tool::toString);
        assertEquals(
                List.of(
                        "2 carriers, default pollers 1.00", "2 carriers, 3 pollers 2.00",
                        "5 carriers, default pollers 2.00", "5 carriers, 3 pollers 3.00"),
                tool.out()
                        .lines()
                        .filter(line -> line.contains(" carriers, "))
                        .map(line -> line.strip().split(" {2,}"))
                        .map(cells -> cells[0] + " " + cells[3])
                        .toList(),
                tool.out());
        assertTrue(tool.out().contains("enough for"), tool.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--carriers 0", "--pollers 65", "--only handshake", "--rounds 0"})
    void wrongUsage(String options) {
        assertEquals(2, Tool.start(("wakeups " + options).split(" ")).exitCode());
    }
}
