package io.parktls.bench.storm;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;

/**
 * The clients' JVM: some established connections that echo on platform threads, and the storm on virtual threads. Prints one line,
 * a {@link StormResult}. All contenders are measured by the same clients: the JDK's sockets.
 */
final class StormClient {
    private StormClient() {}

    /** Arguments: contender, port, key store, echo connections, storming clients, seconds of warm-up, calm and storm. */
    public static void main(String[] args) throws Exception {
        Contender contender = Contender.valueOf(args[0].toUpperCase(Locale.ROOT));
        int port = Integer.parseInt(args[1]);
        SSLSocketFactory factory = new StormKey(Path.of(args[2])).context().getSocketFactory();
        Connecting connecting = contender.isTls()
                ? () -> factory.createSocket(Contender.HOST, port)
                : () -> new Socket(Contender.HOST, port);
        int clients = Integer.parseInt(args[4]);

        List<EchoClient> echoes = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            echoes.add(EchoClient.start(connecting.connect()));
        }
        storm(connecting, clients, Integer.parseInt(args[5]));
        // What the warm-up has left behind is to be gone.
        TimeUnit.SECONDS.sleep(1);
        Latency calm = EchoClient.measure(echoes, Integer.parseInt(args[6]));
        Storm storm = new Storm(connecting);
        storm.start(clients);
        TimeUnit.SECONDS.sleep(1);
        long before = storm.handshakes();
        long start = System.nanoTime();
        Latency stormy = EchoClient.measure(echoes, Integer.parseInt(args[7]));
        double rate = (storm.handshakes() - before) * 1e9 / (System.nanoTime() - start);
        storm.stop();
        System.out.println(new StormResult(calm, stormy, rate, storm.failures(), storm.resumed()).toLine());
        System.exit(0);
    }

    /** Makes a connection, its handshake still to be done. */
    interface Connecting {
        Socket connect() throws IOException;
    }

    private static void storm(Connecting connecting, int clients, int seconds) throws InterruptedException {
        Storm storm = new Storm(connecting);
        storm.start(clients);
        TimeUnit.SECONDS.sleep(seconds);
        storm.stop();
    }
}
