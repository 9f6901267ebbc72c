package io.parktls.bench.measure;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Contenders that run side by side and are measured one at a time, round by round and always in the same order: a
 * change in the speed of the machine affects all of them alike. Closes its contenders. For one thread.
 *
 * <pre>{@code
 * try (RoundRobin<Server> servers = new RoundRobin<>()) {
 *     servers.add(Server.start("a"));
 *     servers.add(Server.start("b"));
 *     servers.measure(5, (round, server) -> samples(server).add(round, server.measure()));
 * }
 * }</pre>
 */
public final class RoundRobin<C extends Contender> implements Closeable {
    private final List<C> contenders = new ArrayList<>();

    /** Measures one contender in one round. */
    @FunctionalInterface
    public interface Measurement<C> {
        void measure(int round, C contender) throws IOException;
    }

    /** Adds a contender, which comes after the earlier ones in each round. */
    public void add(C contender) {
        contenders.add(contender);
    }

    /** Measures all contenders in that many rounds, numbered from 1. */
    public void measure(int rounds, Measurement<? super C> measurement) throws IOException {
        for (int round = 1; round <= rounds; round++) {
            measureOnce(round, measurement);
        }
    }

    /** Measures all contenders in one round. */
    public void measureOnce(int round, Measurement<? super C> measurement) throws IOException {
        for (C contender : contenders) {
            measurement.measure(round, contender);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (C contender : contenders) {
            try {
                contender.close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
