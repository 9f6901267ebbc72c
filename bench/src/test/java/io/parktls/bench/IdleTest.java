package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code parktls idle}. */
@Timeout(900)
class IdleTest {
    private static void assertAllEcho(String option, int count) {
        Tool tool = Tool.start("idle", option, Integer.toString(count), "--hold", "0");

        assertEquals(0, tool.exitCode(), tool::toString);
        String number = String.format("%,d", count);
        assertTrue(tool.out().contains(number + " connections"), tool::toString);
        assertTrue(tool.out().contains(number + " of them echo when asked"), tool::toString);
    }

    @Test
    void connectionsOverTcpEchoWhenAsked() {
        assertAllEcho("--tcp", 50);
    }

    @Test
    void connectionsOverPairsEchoWhenAsked() {
        assertAllEcho("--pairs", 100);
    }

    @Test
    @Tag("slow")
    void nineThousandConnectionsOverTcp() {
        assertAllEcho("--tcp", 9_000);
    }

    @Test
    @Tag("slow")
    void aHundredThousandConnectionsOverPairsInTwoGigabytes() {
        assertAllEcho("--pairs", 100_000);
    }

    @Test
    void aNumberOfConnectionsIsRequired() {
        assertEquals(2, Tool.start("idle").exitCode());
    }
}
