package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the {@code openssl} command line in tests. */
public final class OpenSsl {
    private static final int TIMEOUT_SECONDS = 240;

    private OpenSsl() {}

    /**
     * Runs a command in a directory and returns its output. Skips the test if OpenSSL is not installed.
     *
     * @param command the arguments of {@code openssl}, separated by spaces
     */
    public static String run(Path directory, String command) throws IOException, InterruptedException {
        assumeTrue(Installed.OPENSSL, "openssl is not installed");
        List<String> line = new ArrayList<>(List.of("openssl"));
        line.addAll(List.of(command.split(" +")));
        Process process = new ProcessBuilder(line)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), "openssl does not end");
        assertEquals(0, process.exitValue(), () -> "openssl " + command + "\n" + output);
        return output;
    }

    private static final class Installed {
        static final boolean OPENSSL = isInstalled();

        private static boolean isInstalled() {
            try {
                return new ProcessBuilder("openssl", "version").start().waitFor() == 0;
            } catch (IOException e) {
                return false;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
