package io.parktls.bench.demo;

import io.parktls.TlsContext;
import io.parktls.TlsSession;
import io.parktls.sockets.TlsSocket;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Many clients, each a virtual thread with a connection. In step: first all connect, then all perform their handshakes at
 * once, and only then any data is sent, so that all are seen to be open at the same time.
 */
final class Clients implements Closeable {
    private static final int CHUNK = 16_384;

    private final TlsContext context;
    private final int port;
    private final Load load;
    private final FailureTally failures;

    private final ExecutorService threads;
    private final Phaser step;
    private final CountDownLatch running;

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger established = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final LongAdder bytesChecked = new LongAdder();
    private final AtomicReference<@Nullable TlsSession> session = new AtomicReference<>();

    /** In microseconds. */
    private final Histogram handshakeTimes = new ConcurrentHistogram(TimeUnit.HOURS.toMicros(2), 3);

    /** When the first handshake may begin, and when the last one has ended, by {@link System#nanoTime}. */
    private volatile long handshakesBegan;

    private volatile long handshakesEnded;

    private volatile boolean brokenOff;

    private Clients(TlsContext context, int port, Load load, FailureTally failures) {
        this.context = context;
        this.port = port;
        this.load = load;
        this.failures = failures;
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("client-", 1).factory());
        this.running = new CountDownLatch(load.clients());
        this.step = new Phaser(load.clients()) {
            @Override
            protected boolean onAdvance(int phase, int parties) {
                stepDone(phase);
                return parties == 0;
            }
        };
    }

    static Clients start(TlsContext context, int port, Load load, FailureTally failures) {
        Clients clients = new Clients(context, port, load, failures);
        for (int i = 0; i < load.clients(); i++) {
            int number = i;
            clients.threads.execute(() -> clients.run(number));
        }
        return clients;
    }

    /** Waits for all of them; false if they are not done by then. */
    boolean await(long nanos) throws InterruptedException {
        return running.await(nanos, TimeUnit.NANOSECONDS);
    }

    int connected() {
        return connected.get();
    }

    int established() {
        return established.get();
    }

    /** How many have done all that was asked of them. */
    int finished() {
        return finished.get();
    }

    long bytesChecked() {
        return bytesChecked.sum();
    }

    /** What one of them negotiated; null if none has got that far. */
    @Nullable
    TlsSession session() {
        return session.get();
    }

    /** How long the handshakes took that succeeded, in microseconds. */
    Histogram handshakeTimes() {
        return handshakeTimes;
    }

    /** From the beginning of the first handshake to the end of the last, in seconds; 0 if there were none. */
    double handshakeSeconds() {
        return Math.max(0, handshakesEnded - handshakesBegan) / 1e9;
    }

    /** Breaks off whatever is going on. */
    @Override
    public void close() {
        brokenOff = true;
        step.forceTermination();
        threads.shutdownNow();
    }

    private void run(int number) {
        try (TlsSocket socket = TlsSocket.connect(context, EchoServer.HOST, port, load.limit())) {
            connected.incrementAndGet();
            step.arriveAndAwaitAdvance();
            handshake(socket);
            step.arriveAndAwaitAdvance();
            exchange(socket, number);
            finished.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            if (!brokenOff) {
                failures.add("client", e);
            }
        } finally {
            step.arriveAndDeregister();
            running.countDown();
        }
    }

    private void stepDone(int phase) {
        switch (phase) {
            case 0 -> handshakesBegan = System.nanoTime();
            case 1 -> handshakesEnded = System.nanoTime();
            default -> {}
        }
    }

    private void handshake(TlsSocket socket) throws IOException {
        socket.handshakeTimeout(load.limit());
        long begin = System.nanoTime();
        socket.doHandshake();
        handshakeTimes.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin));
        session.compareAndSet(null, socket.session());
        established.incrementAndGet();
    }

    /** Sends bytes that no other client sends, and expects the very same back. */
    private void exchange(TlsSocket socket, int number) throws IOException {
        socket.readTimeout(load.limit());
        socket.writeTimeout(load.limit());
        Random random = new Random(number);
        ByteBuffer received = ByteBuffer.allocate(CHUNK);
        for (int left = load.bytes(); left > 0; ) {
            byte[] sent = new byte[Math.min(left, CHUNK)];
            random.nextBytes(sent);
            socket.write(ByteBuffer.wrap(sent));
            received.clear().limit(sent.length);
            while (received.hasRemaining()) {
                if (socket.read(received) < 0) {
                    throw new EOFException("the server closed before it had sent everything back");
                }
            }
            if (!Arrays.equals(sent, 0, sent.length, received.array(), 0, sent.length)) {
                throw new IOException("what came back is not what was sent");
            }
            bytesChecked.add(sent.length);
            left -= sent.length;
        }
        socket.shutdownOutput();
        if (socket.read(received.clear()) >= 0) {
            throw new IOException("the server sent more than it had got");
        }
    }
}
