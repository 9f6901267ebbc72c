package io.parktls.bench.storm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** An established connection that has 64 bytes echoed, 200 times a second, on a platform thread. */
final class EchoClient {
    private static final int BYTES = 64;
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private final Socket socket;

    /** Where to count, in microseconds; null to count nothing. */
    private volatile @Nullable Histogram histogram;

    private EchoClient(Socket socket) {
        this.socket = socket;
    }

    static EchoClient start(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        EchoClient client = new EchoClient(socket);
        client.echo();
        Thread.ofPlatform().daemon().start(client::run);
        return client;
    }

    /** Measures for some time. */
    static Latency measure(List<EchoClient> clients, int seconds) throws InterruptedException {
        Histogram histogram = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
        clients.forEach(client -> client.histogram = histogram);
        TimeUnit.SECONDS.sleep(seconds);
        clients.forEach(client -> client.histogram = null);
        return Latency.of(histogram);
    }

    private void run() {
        try {
            for (; ; ) {
                long start = System.nanoTime();
                echo();
                Histogram counted = histogram;
                if (counted != null) {
                    counted.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start));
                }
                LockSupport.parkNanos(PAUSE);
            }
        } catch (IOException e) {
            // It would be missing from the figures.
            throw new UncheckedIOException("an established connection has failed", e);
        }
    }

    private void echo() throws IOException {
        socket.getOutputStream().write(new byte[BYTES]);
        if (socket.getInputStream().readNBytes(BYTES).length < BYTES) {
            throw new IOException("the server has closed it");
        }
    }
}
