package io.parktls.bench.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * The server's JVM. Reads its key, prints its port, and then what it has used so far for each line that it gets, as
 * {@link ServerUse} has it.
 */
final class LoadServer {
    /** What to ask for. */
    static final String USE = "use";

    /** What to ask for to have the garbage collected first. */
    static final String COLLECT = "collect";

    private LoadServer() {}

    /** Arguments: contender. */
    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ServerKey key = ServerKey.parse(lines.readLine(), lines.readLine());
        System.out.println(Contender.valueOf(args[0]).listen(key).port());
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(COLLECT)) {
                collect();
            }
            System.out.println(ServerUse.now());
        }
        System.exit(0);
    }

    /** What is only softly or by way of a cleaner reachable goes with the second. */
    private static void collect() {
        ManagementFactory.getMemoryMXBean().gc();
        ManagementFactory.getMemoryMXBean().gc();
    }
}
