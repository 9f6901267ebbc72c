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
        Tool tool =
                Tool.start("storm", "--clients", "5", "--echoes", "2", "--warm-up", "1", "--calm", "1", "--storm", "1");

        assertEquals(0, tool.exitCode(), tool::toString);
        for (String server : new String[] {"ParkTLS TlsServer", "JDK SSLSocket", "plain TCP"}) {
            assertTrue(
                    tool.out().matches("(?s).*\n" + server + "( +\\d+\\.\\d\\d){6} +[1-9]\\d* +0\n.*"), tool::toString);
        }
        assertTrue(tool.out().contains("times plain TCP's"), tool::toString);
        assertTrue(!tool.out().contains("resumptions"), tool::toString);
    }

    @Test
    void oneServerMayBeChosenAndNumbersAreChecked() {
        assertEquals(2, Tool.start("storm", "--of", "nobody").exitCode());
        assertEquals(2, Tool.start("storm", "--clients", "0").exitCode());
    }
}
