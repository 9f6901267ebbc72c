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
 * Many clients, each a virtual thread with a connection. They work in phases: first all connect, then all do the
 * handshake at once, and only then they send data, which shows that all connections are open at the same time.
 * Thread-safe.
 */
final class Clients implements Closeable {
    private static final int CHUNK = 16_384;

    private final TlsContext context;
    private final int port;
    private final Load load;
    private final FailureTally failures;

    private final ExecutorService threads;
    private final Phaser phases;
    private final CountDownLatch running;

    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicInteger established = new AtomicInteger();
    private final AtomicInteger finished = new AtomicInteger();
    private final LongAdder bytesChecked = new LongAdder();
    private final AtomicReference<@Nullable TlsSession> session = new AtomicReference<>();

    /** The durations of the handshakes, in microseconds. */
    private final Histogram handshakeTimes = new ConcurrentHistogram(TimeUnit.HOURS.toMicros(2), 3);

    /**
     * The start of the first and the end of the last handshake, in the clock of {@link System#nanoTime}. Written by any
     * thread.
     */
    private volatile long handshakesBegan;

    private volatile long handshakesEnded;

    private volatile boolean aborted;

    private Clients(TlsContext context, int port, Load load, FailureTally failures) {
        this.context = context;
        this.port = port;
        this.load = load;
        this.failures = failures;
        this.threads = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("client-", 1).factory());
        this.running = new CountDownLatch(load.clients());
        this.phases = new Phaser(load.clients()) {
            @Override
            protected boolean onAdvance(int phase, int parties) {
                phaseDone(phase);
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

    /** Waits for all clients, and returns whether they have ended within that time. */
    boolean await(long nanos) throws InterruptedException {
        return running.await(nanos, TimeUnit.NANOSECONDS);
    }

    int connected() {
        return connected.get();
    }

    int established() {
        return established.get();
    }

    /** The number of clients that have succeeded. */
    int finished() {
        return finished.get();
    }

    long bytesChecked() {
        return bytesChecked.sum();
    }

    /** The session of one of the connections; null if no handshake has succeeded. */
    @Nullable
    TlsSession session() {
        return session.get();
    }

    /** The durations of the successful handshakes, in microseconds. */
    Histogram handshakeTimes() {
        return handshakeTimes;
    }

    /** The time from the start of the first handshake to the end of the last one, in seconds; 0 without handshakes. */
    double handshakeSeconds() {
        return Math.max(0, handshakesEnded - handshakesBegan) / 1e9;
    }

    /** Aborts all clients that are still running. */
    @Override
    public void close() {
        aborted = true;
        phases.forceTermination();
        threads.shutdownNow();
    }

    private void run(int number) {
        try (TlsSocket socket = TlsSocket.connect(context, EchoServer.HOST, port, load.limit())) {
            connected.incrementAndGet();
            phases.arriveAndAwaitAdvance();
            handshake(socket);
            phases.arriveAndAwaitAdvance();
            exchange(socket, number);
            finished.incrementAndGet();
        } catch (IOException | RuntimeException e) {
            if (!aborted) {
                failures.add("client", e);
            }
        } finally {
            phases.arriveAndDeregister();
            running.countDown();
        }
    }

    private void phaseDone(int phase) {
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

    /** Sends bytes that no other client sends, and checks that the same bytes come back. */
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
                    throw new EOFException("the server has closed the connection before it has echoed all data");
                }
            }
            if (!Arrays.equals(sent, 0, sent.length, received.array(), 0, sent.length)) {
                throw new IOException("the echoed data differ from the sent data");
            }
            bytesChecked.add(sent.length);
            left -= sent.length;
        }
        socket.shutdownOutput();
        if (socket.read(received.clear()) >= 0) {
            throw new IOException("the server has sent more data than it has received");
        }
    }
}
