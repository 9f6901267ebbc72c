package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bulk transfers in one direction, with the JDK as the peer and low key limits on both sides. See {@link OneWayBulk}.
 */
@Tag("H17")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OneWayBulkTest {
    /** With 2^12 each record of data causes a KeyUpdate, which gives as many KeyUpdates as 200 MB with 2^16. */
    @ParameterizedTest(name = "{1} bytes, a new key every {0} bytes")
    @CsvSource({"2^16, 8388608", "2^12, 52428800"})
    @DisplayName("H17 one-way bulk with the lowest key limits, both engines and roles")
    void arrives(String keyLimit, String bytes) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneWayBulk.class.getName(),
                        keyLimit,
                        bytes)
                .redirectErrorStream(true)
                .start();
        try {
            child.getOutputStream().close();
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, child.waitFor(), output);
        } finally {
            child.destroyForcibly();
        }
    }
}
