package io.parktls.sockets;

import io.parktls.Waiting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection of a soak test, with a writing thread, a reading and checking thread, and a disturbing
 * thread.
 */
final class SoakEnd {
    /** The timeout of operations on connections with planned faults, where the awaited data may never arrive. */
    private static final Duration FAULT_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration SHORT_TIMEOUT = Duration.ofMillis(2);

    private final SoakPlan plan;
    private final SoakPlan.End own;
    private final boolean client;
    private final TlsSocket socket;
    private final SoakTally tally;

    private final CountDownLatch readerDone = new CountDownLatch(1);

    /** Open until this end has received all of the peer's data, or has stopped reading. */
    private final CountDownLatch served;

    private final CountDownLatch peerServed;

    /**
     * The number of bytes that were written and may arrive. Written by the writer, read by others once it has ended.
     */
    private long written;

    /** Whether all data and close_notify were written. */
    private boolean wroteAll;

    /** The number of bytes that were received and correct. */
    private long received;

    /** Whether close_notify was received. */
    private boolean ended;

    private @Nullable Throwable unexpected;

    /** An exception that the plan allows. Reported if there is an unexpected failure. */
    private volatile @Nullable IOException allowed;

    private SoakEnd(
            SoakPlan plan,
            boolean client,
            TlsSocket socket,
            SoakTally tally,
            CountDownLatch served,
            CountDownLatch peerServed) {
        this.plan = plan;
        this.own = client ? plan.client() : plan.server();
        this.client = client;
        this.socket = socket;
        this.tally = tally;
        this.served = served;
        this.peerServed = peerServed;
    }

    /** Creates the client and the server of a connection. */
    static SoakEnd[] pair(SoakPlan plan, TlsSocket client, TlsSocket server, SoakTally tally) {
        CountDownLatch clientServed = new CountDownLatch(1);
        CountDownLatch serverServed = new CountDownLatch(1);
        return new SoakEnd[] {
            new SoakEnd(plan, true, client, tally, clientServed, serverServed),
            new SoakEnd(plan, false, server, tally, serverServed, clientServed)
        };
    }

    /** Executes the plan, and returns when the socket is closed. */
    void run() throws InterruptedException {
        socket.handshakeTimeout(timeout());
        socket.writeTimeout(timeout());
        Thread writer = Thread.ofVirtual().start(() -> guarded(this::write));
        Thread reader = Thread.ofVirtual().start(() -> guarded(this::read));
        Thread disturber = Thread.ofVirtual().start(() -> disturb(writer, reader));
        writer.join();
        reader.join();
        disturber.join();
    }

    /** Returns null on connections without planned faults, on which no operation may hang. */
    private @Nullable Duration timeout() {
        return plan.isOrderly() ? null : FAULT_TIMEOUT;
    }

    /** Returns a description of an unexpected failure; null if there is none. */
    @Nullable
    String unexpectedFailure(SoakEnd peer) {
        if (unexpected != null) {
            return this + " " + unexpected;
        }
        if (ended && received != peer.written) {
            return this + " reached the end of the stream after " + received + " of " + peer.written + " bytes";
        }
        if (peer.wroteAll && plan.isOrderly() && wroteAll && !ended && !hasAll()) {
            return this + " has not reached the end of the stream after " + received + " bytes: " + allowed
                    + ", and the peer " + peer.allowed;
        }
        return received > peer.written ? this + " received more than was sent" : null;
    }

    long received() {
        return received;
    }

    private interface Body {
        void run(Random random) throws IOException, InterruptedException;
    }

    private void guarded(Body body) {
        try {
            body.run(new Random(plan.seed() + plan.number()));
        } catch (IOException e) {
            tally.failed(e);
            if (plan.isOrderly() && !allowsFailures()) {
                unexpected = e;
            } else {
                allowed = e;
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            unexpected = e;
        }
    }

    /** Returns whether a timeout or an interrupt may have ended the write side of one of the ends. */
    private boolean allowsFailures() {
        return own.timeouts() || own.interrupts() > 0 || peer().timeouts() || peer().interrupts() > 0;
    }

    private SoakPlan.End peer() {
        return client ? plan.server() : plan.client();
    }

    // ---- writing

    private void write(Random random) throws IOException, InterruptedException {
        try {
            ByteBuffer piece = ByteBuffer.allocate(own.largestWrite());
            while (written < own.bytes()) {
                fill(piece.clear(), 1 + random.nextInt((int) Math.min(piece.capacity(), own.bytes() - written)));
                writePiece(random, piece.flip());
                if (own.keyUpdates() && random.nextInt(16) == 0) {
                    socket.connection().updateKeys(random.nextBoolean(), Waiting.NEVER);
                    tally.keyUpdate();
                }
            }
            if (own.ending() == SoakPlan.Ending.CLOSE) {
                awaitReader();
                awaitSlowPeer();
                socket.close(!hasAll() ? SHORT_TIMEOUT : plan.isOrderly() ? Task.HANG : FAULT_TIMEOUT);
                // Otherwise the wait ended early, and the peer may lose data that it has not read, or not receive
                // close_notify: an interrupted close sends only what the pipe takes at once.
                wroteAll = socket.connection().isCloseNotifyReceived()
                        && !Thread.currentThread().isInterrupted();
            } else {
                shutdownOutput();
                wroteAll = true;
                awaitReader();
                awaitSlowPeer();
            }
        } finally {
            Thread.interrupted();
            // After a failed write this end sends nothing more, so the peer must not wait for it.
            socket.close();
        }
    }

    private void awaitReader() {
        awaitUninterrupted(readerDone);
    }

    /**
     * Waits for a slow peer to read everything before the socket is closed. When a TCP socket is closed, the system
     * sends the rest of its data, but Linux drops that data and resets the connection if the peer's window stays too
     * small for about three minutes, even if the peer keeps reading.
     */
    private void awaitSlowPeer() {
        if (plan.isOrderly() && plan.isOverTcp() && peer().faults().isSlowToRead()) {
            awaitUninterrupted(peerServed);
        }
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        while (true) {
            try {
                latch.await();
                return;
            } catch (InterruptedException e) {
                // The interrupt was meant for the write, which has ended.
            }
        }
    }

    private void fill(ByteBuffer piece, int length) {
        for (int i = 0; i < length; i++) {
            piece.put(plan.sent(client, written + i));
        }
    }

    /** Writes a piece, and continues after an interrupt if the socket allows it. */
    private void writePiece(Random random, ByteBuffer piece) throws IOException {
        if (own.timeouts() && random.nextInt(20) == 0) {
            socket.writeTimeout(SHORT_TIMEOUT);
        }
        while (piece.hasRemaining()) {
            int before = piece.position();
            boolean interrupted = false;
            try {
                socket.write(piece);
            } catch (SocketTimeoutException e) {
                tally.timeout();
                throw e;
            } catch (InterruptedIOException e) {
                interrupted = true;
                tally.interrupt();
                if (!Thread.interrupted()) {
                    throw e; // The first failure was thrown again, since a record was partly sent.
                }
            } finally {
                written += piece.position() - before;
            }
            if (interrupted && !piece.hasRemaining()) {
                return;
            }
        }
    }

    private void shutdownOutput() throws IOException {
        while (true) {
            try {
                socket.shutdownOutput();
                return;
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (InterruptedIOException e) {
                if (!Thread.interrupted()) {
                    throw e;
                }
            }
        }
    }

    // ---- reading

    /** Returns whether this end closes as soon as it has all data, instead of reading to the end, and has all data. */
    private boolean hasAll() {
        return own.ending() == SoakPlan.Ending.CLOSE && received == peer().bytes();
    }

    private void read(Random random) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(own.largestRead());
            while (!hasAll()) {
                if (received == peer().bytes()) {
                    served.countDown();
                }
                if (!readSome(random, buffer.clear().limit(1 + random.nextInt(buffer.capacity())))) {
                    ended = true;
                    return;
                }
                for (int i = 0; i < buffer.position(); i++) {
                    byte expected = plan.sent(!client, received + i);
                    if (buffer.get(i) != expected) {
                        throw new IllegalStateException("byte " + (received + i) + " is " + buffer.get(i) + ", not "
                                + expected + ", in " + buffer);
                    }
                }
                received += buffer.position();
            }
        } finally {
            served.countDown();
            readerDone.countDown();
        }
    }

    private boolean readSome(Random random, ByteBuffer buffer) throws IOException {
        boolean hurried = own.timeouts() && random.nextInt(10) == 0;
        socket.readTimeout(hurried ? SHORT_TIMEOUT : timeout());
        while (true) {
            try {
                return socket.read(buffer) >= 0;
            } catch (SocketTimeoutException e) {
                tally.timeout();
                if (!hurried) {
                    throw e;
                }
                hurried = false;
                socket.readTimeout(timeout());
            } catch (InterruptedIOException e) {
                tally.interrupt();
                if (!Thread.interrupted()) {
                    throw e;
                }
            }
        }
    }

    // ---- disturbing

    private void disturb(Thread writer, Thread reader) {
        Random random = new Random(plan.seed() - plan.number());
        for (int i = 0; i < own.interrupts(); i++) {
            pause(random);
            (random.nextBoolean() ? writer : reader).interrupt();
        }
        if (own.ending() == SoakPlan.Ending.CLOSE_EARLY || own.ending() == SoakPlan.Ending.ABORT) {
            pause(random);
            try {
                if (own.ending() == SoakPlan.Ending.ABORT) {
                    socket.abort();
                } else {
                    socket.close();
                }
            } catch (IOException e) {
                tally.failed(e);
            }
        }
    }

    private static void pause(Random random) {
        LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(200_000)));
    }

    @Override
    public String toString() {
        return (client ? "client" : "server") + " of " + plan + ", " + socket;
    }
}
