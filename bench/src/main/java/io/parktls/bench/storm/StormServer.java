package io.parktls.bench.storm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Locale;

/** The server's JVM: prints the port, serves until its standard input ends. */
final class StormServer {
    private StormServer() {}

    /** Arguments: the contender and the key store. */
    public static void main(String[] args) throws IOException {
        Contender contender = Contender.valueOf(args[0].toUpperCase(Locale.ROOT));
        Contender.Running running = contender.listen(new StormKey(Path.of(args[1])));
        System.out.println(running.port());
        System.in.transferTo(OutputStream.nullOutputStream());
        System.exit(0);
    }
}
