package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that {@code parktls storm} measures, not what it measures. */
@Timeout(900)
class StormTest {
    private static final String[] SERVERS = {"ParkTLS TlsServer", "JDK SSLSocket", "plain TCP"};

    /** On a busy machine there may be no handshake in a short storm. Then the storm is repeated for a longer time. */
    private static Tool storm() {
        int millis = 200;
        Tool tool;
        do {
            tool = Tool.start(String.format(
                            "storm --clients 5 --echoes 2 --rounds 2 --warm-up 200ms --calm %1$dms --storm %1$dms",
                            millis)
                    .split(" "));
            millis *= 5;
        } while (millis <= 25_000 && tool.exitCode() == 0 && !hasHandshakes(tool));
        return tool;
    }

    private static boolean hasHandshakes(Tool tool) {
        return Stream.of(SERVERS)
                        .allMatch(server -> tool.out().matches("(?s).*\n  " + server + " +[1-9][\\d,.]* +\\d+%.*"))
                && !tool.out().contains("not measured")
                // The ratio to a round of the JDK that ended before its first handshake did.
                && !tool.out().contains("Infinity");
    }

    @Test
    void aTableHasARowForEachServer() {
        Tool tool = storm();

        assertEquals(0, tool.exitCode(), tool::toString);
        for (String server : SERVERS) {
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
    void optionValuesAreChecked() {
        assertEquals(2, Tool.start("storm", "--of", "nobody").exitCode());
        assertEquals(2, Tool.start("storm", "--clients", "0").exitCode());
        assertEquals(2, Tool.start("storm", "--rounds", "0").exitCode());
        assertEquals(2, Tool.start("storm", "--storm", "0").exitCode());
    }
}
