package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code parktls hangs}, in short. */
@Timeout(900)
class HangsTest {
    @Test
    void parkTlsIsRightWhereTheJdkIsNot() {
        Tool tool = Tool.start("hangs", "--class", "H6,H12,H20_6", "--trials", "5");

        assertEquals(0, tool.exitCode(), tool::toString);
        assertTrue(
                tool.out().matches("(?s).*H6 .* WRONG .* right .*H12 .* WRONG .* right .*H20_6 .* WRONG .* right .*"),
                tool::toString);
        for (String state : new String[] {"idle", "mid handshake", "reader parked", "writer parked", "both parked"}) {
            assertTrue(tool.out().matches("(?s).*" + state + " .*p99 .* right\n.*"), tool::toString);
        }
    }

    @Test
    void unknownClassesAreWrongUsage() {
        Tool tool = Tool.start("hangs", "--class", "H99");

        assertEquals(2, tool.exitCode(), tool::toString);
        assertTrue(tool.err().contains("H99"), tool::toString);
    }
}
