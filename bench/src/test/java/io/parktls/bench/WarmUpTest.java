package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.bench.server.ServerKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@code parktls warmup} measures, not what it measures. */
@Timeout(900)
class WarmUpTest {
    @Test
    void eachServerHasItsShares() {
        Tool tool = Tool.start(
                "warmup --of tcp,parktls_loop --only echo_1,bulk_take_1 --at 5,1 --seconds 5 --rounds 1".split(" "));

        assertEquals(0, tool.exitCode(), tool::toString);
        assertEquals(
                List.of(
                        "echo of 64 B, 1 connection",
                        ServerKind.TCP.title(),
                        ServerKind.PARKTLS_LOOP.title(),
                        "bulk to the server, 1 connection",
                        ServerKind.TCP.title(),
                        ServerKind.PARKTLS_LOOP.title()),
                tool.out()
                        .lines()
                        .filter(line -> !line.isBlank())
                        .map(line -> line.strip().split(" {2,}", 2)[0])
                        .toList(),
                tool.out());
        assertEquals(
                4,
                tool.out()
                        .lines()
                        .filter(line -> line.matches(".* \\d+% +\\d+% +[\\d.,]+"))
                        .count(),
                tool.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--at 0", "--at 41", "--seconds 4", "--only rate_100", "--only echo_2000", "--rounds 0"})
    void wrongUsage(String options) {
        assertEquals(2, Tool.start(("warmup " + options).split(" ")).exitCode());
    }
}
