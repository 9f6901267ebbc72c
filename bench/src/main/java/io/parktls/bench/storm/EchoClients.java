package io.parktls.bench.storm;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * The established connections. Each has a platform thread while it is measured, and none at other times, when another
 * server is measured. For one thread.
 */
final class EchoClients {
    private final List<EchoClient> clients;

    private EchoClients(List<EchoClient> clients) {
        this.clients = clients;
    }

    static EchoClients establish(Connector connector, int count) throws IOException {
        List<EchoClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(EchoClient.establish(connector));
        }
        return new EchoClients(List.copyOf(clients));
    }

    /**
     * Has all connections echo for some time, and waits for the pending echoes.
     *
     * @throws IOException if a connection fails, since it would be missing from the figures
     */
    EchoTimes echo(Duration duration) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Callable<EchoTimes>> echoing = new ArrayList<>();
        for (EchoClient client : clients) {
            // The starts are spread out: connections that echo at the same time would wait for each other.
            long first = start + EchoClient.PAUSE * echoing.size() / clients.size();
            echoing.add(() -> {
                LockSupport.parkNanos(first - System.nanoTime());
                return client.echoUntil(start + duration.toNanos());
            });
        }
        EchoTimes all = new EchoTimes();
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().daemon().factory())) {
            for (Future<EchoTimes> echoed : threads.invokeAll(echoing)) {
                all.add(echoed.get());
            }
        } catch (ExecutionException e) {
            throw new IOException("an established connection has failed", e.getCause());
        }
        return all;
    }
}
