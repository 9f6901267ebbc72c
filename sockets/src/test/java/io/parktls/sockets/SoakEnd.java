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

/** One end of a soak's connection: a thread that writes, one that reads and checks, and one that disturbs them. */
final class SoakEnd {
    /** How long a connection on which something goes wrong may wait for what may never come. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration NO_TIME = Duration.ofMillis(2);

    private final SoakPlan plan;
    private final SoakPlan.End own;
    private final boolean client;
    private final TlsSocket socket;
    private final SoakTally tally;

    private final CountDownLatch readerDone = new CountDownLatch(1);

    /** That this end has all the data that the peer is to send, or will read no more. */
    private final CountDownLatch served;

    private final CountDownLatch peerServed;

    /** Bytes that were written, in the sense that they may arrive. Read by others once the writer is done. */
    private long written;

    /** Whether everything was written, and close_notify after it. */
    private boolean wroteAll;

    /** Bytes that came and were right. */
    private long received;

    /** Whether close_notify came. */
    private boolean ended;

    private @Nullable Throwable wrong;

    /** What a thread ended with that may be; told if something else is wrong. */
    private volatile @Nullable IOException gaveUp;

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

    /** The client and the server of a connection. */
    static SoakEnd[] pair(SoakPlan plan, TlsSocket client, TlsSocket server, SoakTally tally) {
        CountDownLatch clientServed = new CountDownLatch(1);
        CountDownLatch serverServed = new CountDownLatch(1);
        return new SoakEnd[] {
            new SoakEnd(plan, true, client, tally, clientServed, serverServed),
            new SoakEnd(plan, false, server, tally, serverServed, clientServed)
        };
    }

    /** Does all that is planned, and returns when the socket is closed. */
    void run() throws InterruptedException {
        socket.handshakeTimeout(patience());
        socket.writeTimeout(patience());
        Thread writer = Thread.ofVirtual().start(() -> guarded(this::write));
        Thread reader = Thread.ofVirtual().start(() -> guarded(this::read));
        Thread meddler = Thread.ofVirtual().start(() -> meddle(writer, reader));
        writer.join();
        reader.join();
        meddler.join();
    }

    /** Null for no limit: if nothing goes wrong, nothing may keep anybody waiting. */
    private @Nullable Duration patience() {
        return plan.isOrderly() ? null : PATIENCE;
    }

    /** What went wrong that should not have; null if nothing. */
    @Nullable
    String complaint(SoakEnd peer) {
        if (wrong != null) {
            return this + " " + wrong;
        }
        if (ended && received != peer.written) {
            return this + " came to its end, with " + received + " of " + peer.written + " bytes";
        }
        if (peer.wroteAll && plan.isOrderly() && wroteAll && !ended && !hasAll()) {
            return this + " has not come to its end, after " + received + " bytes: " + gaveUp + ", and the peer "
                    + peer.gaveUp;
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
            if (plan.isOrderly() && !mayGiveUp()) {
                wrong = e;
            } else {
                gaveUp = e;
            }
        } catch (InterruptedException | RuntimeException | Error e) {
            wrong = e;
        }
    }

    /** Whether the write side of one of the two may be spent. */
    private boolean mayGiveUp() {
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
                socket.close(!hasAll() ? NO_TIME : plan.isOrderly() ? Task.HANG : PATIENCE);
                // Else the wait was over early, and the peer may lose what it has not read, or not hear of the end: an
                // interrupted close sends nothing that it has to wait for, even if the peer has said goodbye.
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
            // With a write side that is spent nothing more will come from here: the peer is not to wait for it.
            socket.close();
        }
    }

    private void awaitReader() {
        awaitUninterrupted(readerDone);
    }

    /**
     * What a TCP socket still has to send when it is closed is the system's, and Linux forgets it and resets the connection if
     * the peer has left no room for some three minutes, even if it reads all the time.
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
                // Meant for the write that is over.
            }
        }
    }

    private void fill(ByteBuffer piece, int length) {
        for (int i = 0; i < length; i++) {
            piece.put(plan.sent(client, written + i));
        }
    }

    /** Goes on after an interrupt, if it may. */
    private void writePiece(Random random, ByteBuffer piece) throws IOException {
        if (own.timeouts() && random.nextInt(20) == 0) {
            socket.writeTimeout(NO_TIME);
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
                    throw e; // The first one, once more: a record was half sent.
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

    /** Whether this end knows that there is nothing more to come: it then closes, and does not read to the end. */
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
        socket.readTimeout(hurried ? NO_TIME : patience());
        while (true) {
            try {
                return socket.read(buffer) >= 0;
            } catch (SocketTimeoutException e) {
                tally.timeout();
                if (!hurried) {
                    throw e;
                }
                hurried = false;
                socket.readTimeout(patience());
            } catch (InterruptedIOException e) {
                tally.interrupt();
                if (!Thread.interrupted()) {
                    throw e;
                }
            }
        }
    }

    // ---- disturbing

    private void meddle(Thread writer, Thread reader) {
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
