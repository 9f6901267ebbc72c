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
 * The connections that are established. They have threads only while they echo, platform threads, so that at other times they
 * take nothing from whoever's turn it is. For one thread.
 */
final class EchoClients {
    private final List<EchoClient> clients;

    private EchoClients(List<EchoClient> clients) {
        this.clients = clients;
    }

    static EchoClients establish(Connecting connecting, int count) throws IOException {
        List<EchoClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(EchoClient.establish(connecting));
        }
        return new EchoClients(List.copyOf(clients));
    }

    /**
     * Has them echo for some time, and then to the end of what has begun.
     *
     * @throws IOException if one fails: it would be missing from the figures
     */
    EchoTimes echo(Duration duration) throws IOException, InterruptedException {
        long start = System.nanoTime();
        List<Callable<EchoTimes>> echoing = new ArrayList<>();
        for (EchoClient client : clients) {
            // Not all at the same time, or they would wait for each other.
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
