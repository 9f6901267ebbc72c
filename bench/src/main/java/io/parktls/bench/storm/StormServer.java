package io.parktls.bench.storm;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The server's JVM: prints the port, and a line for each that it gets, when it is at rest; serves until there are no more. */
final class StormServer {
    private StormServer() {}

    /** Arguments: the contender and the key store. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Contender.Running running = Contender.valueOf(args[0]).listen(new StormKey(Path.of(args[1])));
        // If this fails, it is to end, which an open server would not let it.
        try (Closeable _ = running.server()) {
            System.out.println(running.port());
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Rest.await();
                System.out.println("at rest");
            }
            System.exit(0);
        }
    }
}
