package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code parktls storm}, a gust of it: that it measures, not what. */
@Timeout(180)
class StormTest {
    @Test
    void aTableHasARowForEachServer() {
        Tool tool = Tool.start(
                "storm --clients 5 --echoes 2 --rounds 2 --warm-up 200ms --calm 100ms --storm 200ms".split(" "));

        assertEquals(0, tool.exitCode(), tool::toString);
        for (String server : new String[] {"ParkTLS TlsServer", "JDK SSLSocket", "plain TCP"}) {
            assertTrue(tool.err().contains("warm-up: " + server), tool::toString);
            assertTrue(tool.err().contains("round 2 of 2: " + server), tool::toString);
            assertTrue(tool.out().matches("(?s).*\n  " + server + "( +[\\d.,]+){7} +0\n.*"), tool::toString);
            assertTrue(tool.out().matches("(?s).*\n  " + server + " +[1-9][\\d,.]* +\\d+%.*"), tool::toString);
        }
        assertTrue(tool.out().matches("(?s).*x the JDK, handshakes in the same round: \\d.*"), tool::toString);
        assertTrue(!tool.out().contains("not measured"), tool::toString);
        assertTrue(!tool.out().contains("resumptions"), tool::toString);
    }

    @Test
    void oneServerMayBeChosenAndNumbersAreChecked() {
        assertEquals(2, Tool.start("storm", "--of", "nobody").exitCode());
        assertEquals(2, Tool.start("storm", "--clients", "0").exitCode());
        assertEquals(2, Tool.start("storm", "--rounds", "0").exitCode());
        assertEquals(2, Tool.start("storm", "--storm", "0").exitCode());
    }
}
