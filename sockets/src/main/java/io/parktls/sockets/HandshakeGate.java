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
 * Limits how many handshakes of a server compute at a time, so that a burst of handshakes does not starve established
 * connections. Thread-safe.
 *
 * <p>A handshake takes milliseconds of computing, during which its virtual thread does not yield its carrier. The gate
 * performs the non-blocking handshake step by step: a step begins when its input has arrived, and ends when more input
 * is needed. A step needs a permit to compute, and no handshake holds a permit while it waits for a peer.
 *
 * <h2>Which thread computes</h2>
 *
 * A step is cheapest in the connection's own thread, so the gate has permits for those. But at least one carrier of the
 * virtual threads stays free of a server's handshakes. Otherwise handshakes could occupy all carriers: established
 * connections would have to wait for them, and during a long burst no carrier would take threads from outside, such as
 * threads that were just started or whose timer has fired. The remaining permits therefore belong to workers, which are
 * platform threads that the operating system schedules fairly against the carriers. Handing a step to a worker and back
 * costs two thread switches. The gate saves one of them if the worker's step ends because it needs input: the
 * connection's thread then stays parked until there is input.
 *
 * <p>This pays off for steps so short that two thread switches are a large part of their time. While handshakes have
 * steps longer than {@value #LONG_MILLIS} ms, for instance a signature with an RSA key of the JDK, the workers perform
 * all steps: such a step would occupy a carrier for too long, and the thread switches hardly matter.
 *
 * <p>A step that needs neither a key exchange nor a signature, such as the last step of a TLS 1.3 server, needs no
 * permit.
 *
 * <p>Handshakes that have begun have priority over new ones, since they hold memory and have little left to compute.
 *
 * <h2>Foreign code</h2>
 *
 * A permit is for computing. Code that may block ({@link ForeignCode}: trust managers, keys of other providers, key
 * logs) runs without a permit in the connection's own virtual thread. A worker therefore never performs a step that may
 * call such code. The connection's own thread performs it ({@link ForeignCodeStep}): it releases its permit before
 * foreign code, and then queues for a new one, with the priority of a handshake that has begun. If only a worker has a
 * permit, the worker lends it and waits until the connection's thread has computed, so there are never more computing
 * threads than permits. If an engine cannot tell where in a step foreign code begins, as with an {@code SSLContext} of
 * the application, the whole step runs without a permit. So does the step in which the application chooses the settings
 * for a ClientHello: it computes next to nothing, ends after the choice, and the handshake then goes on as one whose
 * settings were known from the start.
 */
final class HandshakeGate implements AutoCloseable {
    private static final double LONG_MILLIS = 0.8;

    private final int parallelism;

    /** How many workers there are while steps are short. */
    private final int minWorkers;

    private final int maxQueued;

    /** The duration from which a step counts as long, in nanoseconds. */
    private final long longStep;

    private final StepTimeEstimate times = new StepTimeEstimate();
    private final BlockingQueue<Runnable> queue = new PriorityBlockingQueue<>();
    private final ThreadPoolExecutor workers;

    /** The free permits for connections' own threads. */
    private final AtomicInteger freePermits;

    /** The number of steps that wait for a permit. */
    private final AtomicInteger queued = new AtomicInteger();

    private final AtomicLong sequence = new AtomicLong();

    private final ReentrantLock resizing = new ReentrantLock();

    /** Whether the workers perform all steps and have all permits. Written under {@link #resizing}. */
    private volatile boolean stepsAreLong;

    /**
     * Creates a gate with its own queue and workers.
     *
     * @param parallelism how many handshakes may compute at a time
     * @param maxQueued how many handshakes may wait in the queue; the gate refuses further ones
     */
    HandshakeGate(int parallelism, int maxQueued) {
        this(parallelism, maxQueued, (long) (LONG_MILLIS * 1e6));
    }

    /** @param longStep the duration from which a step counts as long, in nanoseconds */
    HandshakeGate(int parallelism, int maxQueued, long longStep) {
        this.parallelism = parallelism;
        this.maxQueued = maxQueued;
        this.longStep = longStep;
        this.minWorkers = Math.max(1, parallelism - (Carriers.COUNT - 1));
        this.freePermits = new AtomicInteger(parallelism - minWorkers);
        this.workers = new ThreadPoolExecutor(
                minWorkers,
                minWorkers,
                10,
                TimeUnit.SECONDS,
                queue,
                Thread.ofPlatform().daemon().name("parktls-handshake-", 1).factory());
        workers.allowCoreThreadTimeOut(true);
    }

    /**
     * Performs a whole handshake.
     *
     * @param arrived whether input is known to have arrived
     * @throws RefusedException if the queue is full
     * @throws AsynchronousCloseException if the gate is closed and there is no permit
     * @throws IOException as {@link TlsConnection#doHandshake(Waiting)} and {@link Waiter#await(Interest)}
     */
    TlsStatus handshake(TlsConnection connection, boolean arrived, HandshakeWaiter waiter) throws IOException {
        if (!arrived) {
            waiter.await(Interest.READ);
        }
        long longest = 0;
        boolean first = true;
        for (; ; ) {
            TlsStatus status;
            boolean awaited = false;
            ForeignCode foreignCode = connection.foreignCode();
            if (connection.isHandshakeLight() || needsNoPermit(foreignCode)) {
                boolean onlyComputes = foreignCode == ForeignCode.NONE;
                status = connection.doHandshake(onlyComputes ? HandshakeStep.COMPUTING : waiter.withoutWaiting());
            } else if (foreignCode == ForeignCode.CALLED) {
                ForeignCodeStep step = new ForeignCodeStep(connection, waiter, first, this);
                first = false;
                status = step.perform();
                longest = Math.max(longest, step.nanos());
            } else {
                HandshakeStep step =
                        new HandshakeStep(connection, waiter, first, false, sequence.getAndIncrement(), this);
                first = false;
                status = perform(step, waiter);
                awaited = step.hasAwaitedInput();
                longest = Math.max(longest, step.nanos());
            }
            switch (status) {
                case WANT_READ -> {
                    if (!awaited && !isChoiceMade(connection)) {
                        waiter.await(Interest.READ);
                    }
                }
                case WANT_WRITE -> waiter.await(Interest.WRITE);
                case OK, CLOSED -> {
                    if (longest > 0) {
                        recordLongestStep(longest);
                    }
                    return status;
                }
            }
        }
    }

    private static boolean needsNoPermit(ForeignCode foreignCode) {
        return foreignCode == ForeignCode.CHOICE || foreignCode == ForeignCode.THROUGHOUT;
    }

    /** Returns whether the latest step ended with the application's choice, so that the next one needs no input. */
    private static boolean isChoiceMade(TlsConnection connection) {
        return connection.waitingFor().orElse(null) == Interest.ANSWER;
    }

    /** Returns whether no handshake has a permit or waits for one. */
    boolean isIdle() {
        return queued.get() == 0
                && queue.isEmpty()
                && freePermits.get() == parallelism - minWorkers
                && workers.getActiveCount() == 0;
    }

    /** Returns how many handshakes wait for a permit. */
    int queued() {
        return queued.get();
    }

    /** Performs a step in the calling thread if it gets a permit, otherwise on a worker. */
    private TlsStatus perform(HandshakeStep step, Waiter waiter) throws IOException {
        if (!tryAcquirePermit() && !enqueue(step, waiter)) {
            return step.result();
        }
        try {
            return step.perform();
        } finally {
            releasePermit();
        }
    }

    /**
     * Adds a step to the queue, and waits until the calling thread has a permit or a worker has performed the step.
     *
     * @return true if the calling thread has a permit
     */
    private boolean enqueue(HandshakeStep step, Waiter waiter) throws IOException {
        if (queued.incrementAndGet() > maxQueued && step.isFirst()) {
            queued.decrementAndGet();
            throw new RefusedException(maxQueued);
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
            waiter.parked += step.inputWaitNanos();
        }
        return step.isAdmitted();
    }

    /**
     * Acquires a permit with which the calling thread computes itself. Waits if there is none.
     *
     * @param first whether this is the first step of the handshake
     * @return the permit, for {@link #release}
     * @throws IOException as {@link #handshake}; the caller then has no permit to release
     */
    Permit acquire(TlsConnection connection, HandshakeWaiter waiter, boolean first) throws IOException {
        if (tryAcquirePermit()) {
            return Permit.OWN;
        }
        HandshakeStep step = new HandshakeStep(connection, waiter, first, true, sequence.getAndIncrement(), this);
        if (!enqueue(step, waiter)) {
            throw new AsynchronousCloseException();
        }
        return step.isLent() ? new Permit(step) : Permit.OWN;
    }

    /** Releases a permit. */
    void release(Permit permit) {
        HandshakeStep lent = permit.lent();
        if (lent == null) {
            releasePermit();
        } else {
            lent.returnPermit();
        }
    }

    /**
     * A permit with which a connection's own thread computes.
     *
     * @param lent the step to which a worker lent the permit; null if the permit is one of those for connections' own
     *     threads
     */
    record Permit(@Nullable HandshakeStep lent) {
        static final Permit OWN = new Permit(null);
    }

    /** Records that a worker has begun a step. Called by the worker. */
    void workerBegan() {
        queued.decrementAndGet();
    }

    /** Records the longest step of a handshake that succeeded. */
    private void recordLongestStep(long nanos) {
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
            workers.setCorePoolSize(minWorkers);
            workers.setMaximumPoolSize(minWorkers);
        }
        stepsAreLong = nowLong;
    }

    private boolean tryAcquirePermit() {
        for (int now = freePermits.get(); now > 0 && !stepsAreLong; now = freePermits.get()) {
            if (freePermits.compareAndSet(now, now - 1)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Passes a permit on to the next step in the queue, or frees it if there is none. A step that is added meanwhile
     * does not get this permit, but a worker will perform it.
     */
    private void releasePermit() {
        for (Runnable next = stepsAreLong ? null : queue.poll(); next != null; next = queue.poll()) {
            if (((HandshakeStep) next).admit()) {
                queued.decrementAndGet();
                return;
            }
        }
        freePermits.incrementAndGet();
    }

    private void abandon(HandshakeStep step) {
        if (step.drop()) {
            queued.decrementAndGet();
            queue.remove(step);
        } else if (step.isLent()) {
            step.returnPermit();
        } else if (step.isAdmitted()) {
            releasePermit();
        }
    }

    /**
     * Drops all steps in the queue, which makes their handshakes fail. Further steps that need a worker fail as well.
     */
    @Override
    public void close() {
        workers.shutdownNow().forEach(step -> {
            if (((HandshakeStep) step).drop()) {
                queued.decrementAndGet();
            }
        });
    }

    /** Thrown when the queue is full. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(int maxQueued) {
            super("connection refused: " + maxQueued + " handshakes already wait for a processor (handshakeQueue)");
        }
    }
}
