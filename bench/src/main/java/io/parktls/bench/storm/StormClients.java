package io.parktls.bench.storm;

import java.io.IOException;
import java.time.Duration;

/**
 * All clients of one server: the established ones that echo, and those that make the storm. They are inactive except
 * while {@link #run} runs. For one thread.
 */
final class StormClients {
    /**
     * Long enough for the initial burst of connections, and for filling the processor caches, which other servers have
     * used.
     */
    private static final Duration LONGEST_LEAD_IN = Duration.ofSeconds(1);

    private final Connector connector;
    private final EchoClients established;
    private final int storming;

    private StormClients(Connector connector, EchoClients established, int storming) {
        this.connector = connector;
        this.established = established;
        this.storming = storming;
    }

    static StormClients establish(Connector connector, int echoes, int storming) throws IOException {
        return new StormClients(connector, EchoClients.establish(connector, echoes), storming);
    }

    /** Runs a task to its end. */
    Observation run(ClientTask task) throws IOException, InterruptedException {
        return switch (task.phase()) {
            case CALM -> calm(task.duration());
            case STORM -> storm(task.duration());
        };
    }

    private Observation calm(Duration measured) throws IOException, InterruptedException {
        established.echo(leadIn(measured));
        return Observation.ofCalm(established.echo(measured));
    }

    private Observation storm(Duration measured) throws IOException, InterruptedException {
        Storm storm = new Storm(connector);
        EchoTimes echoes;
        double rate;
        storm.start(storming);
        try {
            established.echo(leadIn(measured));
            long before = storm.handshakes();
            long start = System.nanoTime();
            echoes = established.echo(measured);
            rate = (storm.handshakes() - before) * 1e9 / (System.nanoTime() - start);
        } finally {
            storm.stop();
        }
        return new Observation(echoes, rate, storm.failures(), storm.resumed());
    }

    /** The time before the measurement in which the clients already work. */
    private static Duration leadIn(Duration measured) {
        Duration part = measured.dividedBy(4);
        return part.compareTo(LONGEST_LEAD_IN) < 0 ? part : LONGEST_LEAD_IN;
    }
}
