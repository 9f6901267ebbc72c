package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets in only so many handshakes at a time, so that a storm of them does not starve the connections that are
 * established.
 *
 * <p>A handshake is milliseconds of computing, and threads in the middle of that do not make room for others. On the
 * carriers of the virtual threads it would hold up every established connection whose turn comes meanwhile. So the
 * connection's own thread does nothing but wait, for the peer or for its turn, and the computing is done on a few
 * platform threads, one step at a time by the non-blocking handshake: a step begins when the bytes for it have arrived,
 * and ends when more are wanted. Nobody holds one of these threads while waiting for a peer, and the operating system
 * sees to it that the carriers get their share of the processors as soon as they have something to do.
 *
 * <p>A step that needs neither a key exchange nor a signature, as the last one of a TLS 1.3 server, is not worth the way to
 * another thread and back: the connection's own takes it.
 *
 * <p>Those that have begun come first: they hold memory, and what remains to be computed of them is little.
 */
final class HandshakeGate implements AutoCloseable {
    private final ThreadPoolExecutor workers;
    private final int bound;

    /** Steps that are not begun. */
    private final AtomicInteger queued = new AtomicInteger();

    private final AtomicLong sequence = new AtomicLong();

    /**
     * A gate with threads of its own.
     *
     * @param parallelism how many handshakes may compute at a time
     * @param bound how many may stand in the queue; further ones are refused
     */
    HandshakeGate(int parallelism, int bound) {
        this.bound = bound;
        this.workers = new ThreadPoolExecutor(
                parallelism,
                parallelism,
                10,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("parktls-handshake-", 1).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Performs a handshake to its end.
     *
     * @param arrived whether something to read is known to be there
     * @throws RefusedException if the queue is full
     * @throws AsynchronousCloseException if the gate is closed
     * @throws IOException as {@link TlsConnection#doHandshake(Waiting)} and {@link Waiter#await(Interest)}
     */
    TlsStatus handshake(TlsConnection connection, boolean arrived, Waiter waiter) throws IOException {
        if (!arrived) {
            waiter.await(Interest.READ);
        }
        boolean begun = false;
        for (; ; ) {
            TlsStatus status = connection.isHandshakeLight()
                    ? connection.doHandshake(Waiting.NEVER)
                    : step(connection, waiter, begun);
            switch (status) {
                case OK, CLOSED -> {
                    return status;
                }
                case WANT_READ -> waiter.await(Interest.READ);
                case WANT_WRITE -> waiter.await(Interest.WRITE);
            }
            begun = true;
        }
    }

    /** How many handshakes wait for a processor. */
    int queued() {
        return queued.get();
    }

    private TlsStatus step(TlsConnection connection, Waiter waiter, boolean begun) throws IOException {
        Step step = new Step(connection, begun, sequence.getAndIncrement());
        if (queued.incrementAndGet() > bound && !begun) {
            queued.decrementAndGet();
            throw new RefusedException(bound);
        }
        try {
            workers.execute(step);
        } catch (RejectedExecutionException e) {
            queued.decrementAndGet();
            throw new AsynchronousCloseException();
        }
        try {
            return waiter.await(step);
        } finally {
            if (!step.isDone()) {
                step.cancel(false);
                if (workers.remove(step)) {
                    queued.decrementAndGet();
                }
            }
            waiter.queued += step.begun == 0 ? System.nanoTime() - step.created : step.begun - step.created;
        }
    }

    /** Ends what is queued. */
    @Override
    public void close() {
        workers.shutdownNow().forEach(step -> ((Step) step).cancel(false));
    }

    private final class Step extends FutureTask<TlsStatus> implements Comparable<Step> {
        private final boolean first;
        private final long number;
        private final long created = System.nanoTime();

        /** Written by the worker, read by who waits for it; 0 before it has begun. */
        private volatile long begun;

        Step(TlsConnection connection, boolean begun, long number) {
            super(() -> connection.doHandshake(Waiting.NEVER));
            this.first = !begun;
            this.number = number;
        }

        @Override
        public void run() {
            queued.decrementAndGet();
            begun = System.nanoTime();
            super.run();
        }

        @Override
        public int compareTo(Step other) {
            return first == other.first ? Long.compare(number, other.number) : Boolean.compare(first, other.first);
        }
    }

    /** There were too many already. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(int bound) {
            super("refused: " + bound + " handshakes wait for their turn");
        }
    }
}
