package io.parktls.bench.storm;

import io.parktls.bench.measure.Contender;
import io.parktls.bench.server.ServerKey;
import io.parktls.bench.server.ServerProcess;
import io.parktls.bench.tool.ChildJvm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A server and its clients, each in a JVM of its own. Both JVMs are idle whenever a method returns. For one thread.
 */
final class ServerInStorm implements Contender {
    private static final List<String> CLIENT_OPTIONS = List.of(
            "-Xmx512m", "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");

    private final StormServer kind;
    private final ServerProcess server;
    private final ChildJvm clients;
    private final StormResult result = new StormResult();

    private ServerInStorm(StormServer kind, ServerProcess server, ChildJvm clients) {
        this.kind = kind;
        this.server = server;
        this.clients = clients;
    }

    static ServerInStorm start(StormServer kind, ServerKey key, Plan plan) throws IOException {
        ServerProcess server = ServerProcess.start(kind.kind(), key, "512m", false);
        try {
            ChildJvm clients = ChildJvm.start(
                    CLIENT_OPTIONS,
                    StormClientMain.class,
                    kind.name(),
                    Integer.toString(server.port()),
                    Integer.toString(plan.echoes()),
                    Integer.toString(plan.clients()));
            key.writeTo(clients);
            return new ServerInStorm(kind, server, clients);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    StormServer kind() {
        return kind;
    }

    @Override
    public String title() {
        return kind.title();
    }

    void warmUp(Duration duration) throws IOException {
        result.addWarmUp(run(ClientTask.Phase.STORM, duration));
    }

    /**
     * Measures a round. The calm comes first, so that the machine is idle for a while before each storm: some
     * processors are fast only for a limited time.
     *
     * @return handshakes per second in the storm
     */
    double measure(int round, Duration calm, Duration storm) throws IOException {
        result.addCalm(run(ClientTask.Phase.CALM, calm));
        Observation stormy = run(ClientTask.Phase.STORM, storm);
        result.addStorm(round, stormy);
        return stormy.handshakesPerSecond();
    }

    private Observation run(ClientTask.Phase phase, Duration duration) throws IOException {
        clients.writeLine(new ClientTask(phase, duration).toLine());
        Observation observation = Observation.parse(clients.readLine());
        server.awaitIdle();
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
