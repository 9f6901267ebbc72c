package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bulk transfers in one direction, with the JDK as the peer and low key limits on both sides. See {@link OneWayBulk}.
 */
@Tag("H17")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OneWayBulkTest {
    /** The limit 2^12 causes a KeyUpdate for each full record. */
    @Test
    @DisplayName("H17 one-way bulk with low key limits, both engines and roles")
    void arrives() throws IOException, InterruptedException {
        run("2^12", "1000", "16384");
    }

    /** With 2^12 each record causes a KeyUpdate, which gives as many KeyUpdates as 200 MB with 2^16. */
    @Tag("slow")
    @ParameterizedTest(name = "{1} records of {2} bytes, a new key every {0} bytes")
    @CsvSource({"2^16, 512, 16384", "2^12, 3200, 16384"})
    @DisplayName("H17 one-way bulk in full records with low key limits, both engines and roles")
    void fullRecordsArrive(String keyLimit, String records, String size) throws IOException, InterruptedException {
        run(keyLimit, records, size);
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OneWayBulk.class.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            child.getOutputStream().close();
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, child.waitFor(), output);
        } finally {
            child.destroyForcibly();
        }
    }
}
