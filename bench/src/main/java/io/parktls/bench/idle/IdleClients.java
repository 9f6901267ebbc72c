package io.parktls.bench.idle;

import io.parktls.sockets.TlsSocket;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Clients that do the handshake, stay idle, and then have a number echoed all at once. For one thread. */
final class IdleClients implements Closeable {
    static final String HOST = "localhost";

    /** The buffer of the server's handler, in bytes: small, since the memory of the library is measured. */
    static final int BUFFER = 64;

    /** The maximum number of concurrent handshakes. More would only wait for each other. */
    private static final int AT_ONCE = 100;

    private static final int PROGRESS = 1_000;

    /** Connects a client. */
    interface Connecting {
        TlsSocket connect() throws IOException;
    }

    /** An operation on one client. */
    private interface Task {
        void run(int number) throws IOException;
    }

    private final Queue<TlsSocket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

    /**
     * Establishes that many more connections.
     *
     * @param progress receives the number of established connections after every 1,000
     */
    void establish(int count, Connecting connecting, IntConsumer progress) throws InterruptedException {
        Semaphore slots = new Semaphore(AT_ONCE);
        AtomicInteger done = new AtomicInteger();
        forAll(count, slots, number -> {
            TlsSocket socket = connecting.connect();
            sockets.add(socket);
            socket.doHandshake();
            int established = done.incrementAndGet();
            if (established % PROGRESS == 0) {
                progress.accept(established);
            }
        });
    }

    /**
     * Has each client get a number echoed, all at the same time.
     *
     * @return the number of clients that have received what they sent
     */
    int echo() throws InterruptedException {
        List<TlsSocket> all = List.copyOf(sockets);
        AtomicInteger echoed = new AtomicInteger();
        forAll(all.size(), new Semaphore(Integer.MAX_VALUE), number -> {
            TlsSocket socket = all.get(number);
            socket.write(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
            ByteBuffer answer = ByteBuffer.allocate(Integer.BYTES);
            while (answer.hasRemaining() && socket.read(answer) >= 0) {}
            if (!answer.hasRemaining() && answer.getInt(0) == number) {
                echoed.incrementAndGet();
            }
        });
        return echoed.get();
    }

    private void forAll(int count, Semaphore slots, Task task) throws InterruptedException {
        CountDownLatch pending = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            slots.acquire();
            Thread.startVirtualThread(() -> {
                try {
                    task.run(number);
                } catch (IOException | RuntimeException e) {
                    failures.add(e);
                } finally {
                    slots.release();
                    pending.countDown();
                }
            });
        }
        pending.await();
    }

    /** The failures so far. */
    List<Exception> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws IOException {
        for (TlsSocket socket : sockets) {
            socket.abort();
        }
    }
}
