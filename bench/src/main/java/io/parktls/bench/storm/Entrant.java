package io.parktls.bench.storm;

import io.parktls.bench.tool.ChildJvm;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A contender that takes part: its server's JVM and its clients'. They live as long as this, and when a method returns they are
 * at rest. For one thread.
 */
final class Entrant implements Closeable {
    private static final List<String> CLIENT_OPTIONS = List.of(
            "-Xmx512m", "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");

    /** Full handshakes are what is compared: the JDK's server is to offer no resumption. */
    private static final List<String> SERVER_OPTIONS =
            List.of("-Xmx512m", "-Djdk.tls.server.newSessionTicketCount=0", "--enable-native-access=ALL-UNNAMED");

    private final ChildJvm server;
    private final ChildJvm clients;
    private final StormResult result = new StormResult();

    private Entrant(ChildJvm server, ChildJvm clients) {
        this.server = server;
        this.clients = clients;
    }

    static Entrant start(Contender contender, StormKey key, Plan plan) throws IOException {
        String file = key.file().toString();
        ChildJvm server = ChildJvm.start(SERVER_OPTIONS, StormServer.class, contender.name(), file);
        try {
            String port = server.readLine();
            String echoes = Integer.toString(plan.echoes());
            String storming = Integer.toString(plan.clients());
            return new Entrant(
                    server,
                    ChildJvm.start(CLIENT_OPTIONS, StormClient.class, contender.name(), port, file, echoes, storming));
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    void warmUp(Duration duration) throws IOException {
        result.addWarmUp(obey(new Order(Order.Weather.STORM, duration)));
    }

    /**
     * Has its turn of a round. The calm comes first, so that the machine has had a rest before each storm: some are fast only
     * for so long.
     *
     * @return handshakes per second in the storm
     */
    double turn(int round, Duration calm, Duration storm) throws IOException {
        result.addCalm(obey(new Order(Order.Weather.CALM, calm)));
        Observation stormy = obey(new Order(Order.Weather.STORM, storm));
        result.addStorm(round, stormy);
        return stormy.handshakesPerSecond();
    }

    private Observation obey(Order order) throws IOException {
        clients.writeLine(order.toLine());
        Observation observation = Observation.parse(clients.readLine());
        server.writeLine("rest");
        server.readLine();
        return observation;
    }

    StormResult result() {
        return result;
    }

    @Override
    public void close() throws IOException {
        try (server) {
            clients.close();
        }
    }
}
