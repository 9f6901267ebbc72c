package io.parktls.bench.storm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.net.ssl.SSLSocketFactory;

/**
 * The clients' JVM. For each {@link Order} that it gets it prints an
 * {@link Observation}, when that is done and nothing is left of it. All contenders are measured by the same clients: the JDK's
 * sockets.
 */
final class StormClient {
    private StormClient() {}

    /** Arguments: contender, port, key store, echo connections, storming clients. */
    public static void main(String[] args) throws IOException, InterruptedException {
        StormClients clients = StormClients.establish(
                connecting(Contender.valueOf(args[0]), Integer.parseInt(args[1]), Path.of(args[2])),
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Observation observation = clients.obey(Order.parse(line));
            Rest.await();
            System.out.println(observation.toLine());
        }
        System.exit(0);
    }

    private static Connecting connecting(Contender contender, int port, Path keyStore) throws IOException {
        if (!contender.isTls()) {
            return () -> new Socket(Contender.HOST, port);
        }
        SSLSocketFactory factory = new StormKey(keyStore).context().getSocketFactory();
        return () -> factory.createSocket(Contender.HOST, port);
    }
}
