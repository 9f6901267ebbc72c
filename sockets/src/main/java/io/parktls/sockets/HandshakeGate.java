package io.parktls.sockets;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.Waiting;
import io.parktls.engine.ForeignCode;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets in only so many handshakes at a time, so that a storm of them does not starve the connections that are
 * established.
 *
 * <p>A handshake is milliseconds of computing, and threads in the middle of that do not make room for others. It is done one
 * step at a time by the non-blocking handshake: a step begins when the bytes for it have arrived, and ends when more are
 * wanted, so that nobody has a place while waiting for a peer.
 *
 * <h2>Where the computing is done</h2>
 *
 * Where it is cheapest, in the connection's own thread: it is there anyway. But one carrier of the virtual threads is left free of a
 * server's handshakes, or established connections whose turn comes would be held up on all of them, and what others bring from
 * outside (threads that are started or time out) would not be looked at in a storm that does not end. The last place is a platform
 * thread's, which gives way to the carriers as the operating system has it; the way there and back costs two switches of threads. One
 * of them is saved where a worker's step ends for want of input: the connection's thread is left parked for that.
 *
 * <p>That is for steps of which the way would be a good part. While handshakes have steps that take longer than {@value #LONG_MILLIS}
 * ms, as a signature with an RSA key of the JDK's does, they are all left to platform threads: a carrier would be away too long,
 * and the way matters little.
 *
 * <p>A step that needs neither a key exchange nor a signature, as the last one of a TLS 1.3 server, needs no place.
 *
 * <p>Those that have begun come first: they hold memory, and what remains to be computed of them is little.
 *
 * <h2>Foreign code</h2>
 *
 * A place is for computing. Code that may wait ({@link ForeignCode}: trust managers, keys of other providers, key logs) runs without one, in
 * the connection's own thread, which is a virtual one and may wait as long as it likes. So a step that may come to such code is
 * never left to a worker: its own thread takes it ({@link ForeignCodeStep}), gives its place back before foreign code, and stands in the queue
 * for another one afterwards, as a handshake that has begun. If only a worker's place is free, the worker lends it: it
 * waits until the connection's thread has computed, so there are never more computing threads than places. If an engine cannot tell
 * where in a step foreign code begins, as with an {@code SSLContext} of the application's, the whole step runs without a place.
 */
final class HandshakeGate implements AutoCloseable {
    private static final double LONG_MILLIS = 0.8;

    private static final int CARRIERS = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private final int parallelism;

    /** How many platform threads there are while steps are short. */
    private final int leastWorkers;

    private final int bound;

    /** In nanoseconds. */
    private final long longStep;

    private final StepTimeEstimate times = new StepTimeEstimate();
    private final BlockingQueue<Runnable> queue = new PriorityBlockingQueue<>();
    private final ThreadPoolExecutor workers;

    /** Places in which connections' own threads may compute. */
    private final AtomicInteger free;

    /** Steps that are not begun. */
    private final AtomicInteger queued = new AtomicInteger();

    private final AtomicLong sequence = new AtomicLong();

    private final ReentrantLock resizing = new ReentrantLock();

    /** Whether steps are left to the workers, as many as may compute at all. Written under {@link #resizing}. */
    private volatile boolean stepsAreLong;

    /**
     * A gate with a queue of its own.
     *
     * @param parallelism how many handshakes may compute at a time
     * @param bound how many may stand in the queue; further ones are refused
     */
    HandshakeGate(int parallelism, int bound) {
        this(parallelism, bound, (long) (LONG_MILLIS * 1e6));
    }

    /** @param longStep from how many nanoseconds on a step is long */
    HandshakeGate(int parallelism, int bound, long longStep) {
        this.parallelism = parallelism;
        this.bound = bound;
        this.longStep = longStep;
        this.leastWorkers = Math.max(1, parallelism - (CARRIERS - 1));
        this.free = new AtomicInteger(parallelism - leastWorkers);
        this.workers = new ThreadPoolExecutor(
                leastWorkers,
                leastWorkers,
                10,
                TimeUnit.SECONDS,
                queue,
                Thread.ofPlatform().daemon().name("parktls-handshake-", 1).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Performs a handshake to its end.
     *
     * @param arrived whether something to read is known to be there
     * @throws RefusedException if the queue is full
     * @throws AsynchronousCloseException if the gate is closed and there is no place
     * @throws IOException as {@link TlsConnection#doHandshake(Waiting)} and {@link Waiter#await(Interest)}
     */
    TlsStatus handshake(TlsConnection connection, boolean arrived, HandshakeWaiter waiter) throws IOException {
        if (!arrived) {
            waiter.await(Interest.READ);
        }
        long longest = 0;
        for (boolean first = true; ; first = false) {
            TlsStatus status;
            boolean awaited = false;
            ForeignCode foreignCode = connection.foreignCode();
            if (connection.isHandshakeLight() || foreignCode == ForeignCode.THROUGHOUT) {
                boolean onlyComputes = foreignCode == ForeignCode.NONE;
                status = connection.doHandshake(onlyComputes ? Waiting.NEVER : waiter.withoutWaiting());
            } else if (foreignCode == ForeignCode.CALLED) {
                ForeignCodeStep step = new ForeignCodeStep(connection, waiter, first, this);
                status = step.take();
                longest = Math.max(longest, step.nanos());
            } else {
                HandshakeStep step =
                        new HandshakeStep(connection, waiter, first, false, sequence.getAndIncrement(), this);
                status = take(step, waiter);
                awaited = step.hasAwaitedInput();
                longest = Math.max(longest, step.nanos());
            }
            switch (status) {
                case WANT_READ -> {
                    if (!awaited) {
                        waiter.await(Interest.READ);
                    }
                }
                case WANT_WRITE -> waiter.await(Interest.WRITE);
                case OK, CLOSED -> {
                    if (longest > 0) {
                        taken(longest);
                    }
                    return status;
                }
            }
        }
    }

    /** Whether no handshake has a place or waits for one. */
    boolean isIdle() {
        return queued.get() == 0
                && queue.isEmpty()
                && free.get() == parallelism - leastWorkers
                && workers.getActiveCount() == 0;
    }

    /** How many handshakes wait for a processor. */
    int queued() {
        return queued.get();
    }

    /** Takes a step where it is to be taken. */
    private TlsStatus take(HandshakeStep step, Waiter waiter) throws IOException {
        if (!takePlace() && !wait(step, waiter)) {
            return step.result();
        }
        try {
            return step.takeHere();
        } finally {
            givePlace();
        }
    }

    /**
     * Stands in the queue.
     *
     * @return true if the calling thread has got a place, false if a worker took the step
     */
    private boolean wait(HandshakeStep step, Waiter waiter) throws IOException {
        if (queued.incrementAndGet() > bound && step.isFirst()) {
            queued.decrementAndGet();
            throw new RefusedException(bound);
        }
        try {
            workers.execute(step);
            waiter.await(step::isDecided);
        } catch (RejectedExecutionException e) {
            abandon(step);
            throw new AsynchronousCloseException();
        } catch (IOException | RuntimeException | Error e) {
            abandon(step);
            throw e;
        } finally {
            waiter.queued += step.queuedNanos();
            waiter.parked += step.expectingNanos();
        }
        return step.isAdmitted();
    }

    /**
     * Has the calling thread wait for a place, in which it computes itself.
     *
     * @param first whether nothing of the handshake is done yet
     * @return the place, for {@link #leave}
     * @throws IOException as {@link #handshake}; there is then no place to be given back
     */
    Place enter(TlsConnection connection, HandshakeWaiter waiter, boolean first) throws IOException {
        if (takePlace()) {
            return Place.OWN;
        }
        HandshakeStep step = new HandshakeStep(connection, waiter, first, true, sequence.getAndIncrement(), this);
        if (!wait(step, waiter)) {
            throw new AsynchronousCloseException();
        }
        return step.isLent() ? new Place(step) : Place.OWN;
    }

    /** Gives a place back. */
    void leave(Place place) {
        HandshakeStep lent = place.lent();
        if (lent == null) {
            givePlace();
        } else {
            lent.returnPlace();
        }
    }

    /**
     * A place in which a connection's own thread computes.
     *
     * @param lent the step to which a worker lent its place; null if it is one of those that are kept for connections' own threads
     */
    record Place(@Nullable HandshakeStep lent) {
        static final Place OWN = new Place(null);
    }

    /** Takes note that a worker begins a step. */
    void begun() {
        queued.decrementAndGet();
    }

    /** Takes note of the longest step of a handshake that did not fail. */
    private void taken(long nanos) {
        times.add(nanos);
        if (areStepsLong() != stepsAreLong) {
            resizing.lock();
            try {
                resize(areStepsLong());
            } finally {
                resizing.unlock();
            }
        }
    }

    boolean areStepsLong() {
        return times.typical() >= longStep;
    }

    private void resize(boolean nowLong) {
        if (nowLong) {
            workers.setMaximumPoolSize(parallelism);
            workers.setCorePoolSize(parallelism);
        } else {
            workers.setCorePoolSize(leastWorkers);
            workers.setMaximumPoolSize(leastWorkers);
        }
        stepsAreLong = nowLong;
    }

    private boolean takePlace() {
        for (int now = free.get(); now > 0 && !stepsAreLong; now = free.get()) {
            if (free.compareAndSet(now, now - 1)) {
                return true;
            }
        }
        return false;
    }

    /** Leaves a place to the next in the queue, if there is one: the workers see to those that come meanwhile. */
    private void givePlace() {
        for (Runnable next = stepsAreLong ? null : queue.poll(); next != null; next = queue.poll()) {
            if (((HandshakeStep) next).admit()) {
                queued.decrementAndGet();
                return;
            }
        }
        free.incrementAndGet();
    }

    private void abandon(HandshakeStep step) {
        if (step.drop()) {
            queued.decrementAndGet();
            queue.remove(step);
        } else if (step.isLent()) {
            step.returnPlace();
        } else if (step.isAdmitted()) {
            givePlace();
        }
    }

    /** Ends what is queued. */
    @Override
    public void close() {
        workers.shutdownNow().forEach(step -> {
            if (((HandshakeStep) step).drop()) {
                queued.decrementAndGet();
            }
        });
    }

    /** There were too many already. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(int bound) {
            super("refused: " + bound + " handshakes wait for their turn");
        }
    }
}
