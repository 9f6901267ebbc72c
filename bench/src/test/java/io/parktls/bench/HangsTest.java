package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code parktls hangs}, in short. */
@Timeout(900)
class HangsTest {
    @Test
    void parkTlsIsRightWhereTheJdkIsNot() {
        assertParkTlsIsRight(2, "H6", "H12");
    }

    /** H20_6 is H6 over a plain socket. */
    @Tag("slow")
    @Test
    void parkTlsIsRightOverAPlainSocketToo() {
        assertParkTlsIsRight(20, "H6", "H12", "H20_6");
    }

    private static void assertParkTlsIsRight(int trials, String... classes) {
        Tool tool = Tool.start("hangs", "--class", String.join(",", classes), "--trials", Integer.toString(trials));

        assertEquals(0, tool.exitCode(), tool::toString);
        for (String each : classes) {
            assertTrue(tool.out().matches("(?s).*\n" + each + " [^\n]* WRONG [^\n]* right .*"), tool::toString);
        }
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
