package io.parktls.bench.storm;

import java.io.IOException;
import java.time.Duration;

/**
 * All clients of one contender: some that are established and echo, and those that make the storm. They do nothing but what
 * they are told to. For one thread.
 */
final class StormClients {
    /** For the first who come all at once, and for caches that belong to others by now: long enough. */
    private static final Duration LONGEST_PRELUDE = Duration.ofSeconds(1);

    private final Connecting connecting;
    private final EchoClients established;
    private final int storming;

    private StormClients(Connecting connecting, EchoClients established, int storming) {
        this.connecting = connecting;
        this.established = established;
        this.storming = storming;
    }

    static StormClients establish(Connecting connecting, int echoes, int storming) throws IOException {
        return new StormClients(connecting, EchoClients.establish(connecting, echoes), storming);
    }

    /** Does it, to the end. */
    Observation obey(Order order) throws IOException, InterruptedException {
        return switch (order.weather()) {
            case CALM -> calm(order.duration());
            case STORM -> storm(order.duration());
        };
    }

    private Observation calm(Duration measured) throws IOException, InterruptedException {
        established.echo(prelude(measured));
        return Observation.ofCalm(established.echo(measured));
    }

    private Observation storm(Duration measured) throws IOException, InterruptedException {
        Storm storm = new Storm(connecting);
        EchoTimes echoes;
        double rate;
        storm.start(storming);
        try {
            established.echo(prelude(measured));
            long before = storm.handshakes();
            long start = System.nanoTime();
            echoes = established.echo(measured);
            rate = (storm.handshakes() - before) * 1e9 / (System.nanoTime() - start);
        } finally {
            storm.stop();
        }
        return new Observation(echoes, rate, storm.failures(), storm.resumed());
    }

    private static Duration prelude(Duration measured) {
        Duration part = measured.dividedBy(4);
        return part.compareTo(LONGEST_PRELUDE) < 0 ? part : LONGEST_PRELUDE;
    }
}
