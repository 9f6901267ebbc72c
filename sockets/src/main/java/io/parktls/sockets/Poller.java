package io.parktls.sockets;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * Wakes parked threads when their channels are ready. It runs one selector on one virtual thread. {@link Pollers} has
 * the pollers of this JVM.
 *
 * <h2>Why a virtual thread</h2>
 *
 * The poller shares its carrier with the threads it wakes. They run while the poller yields, and have read their input,
 * replied and parked again by the time it runs next. So a busy server makes one selection for a whole round of
 * requests, and its waiters park without a system call. Waking a thread is cheap too: the thread goes into the queue of
 * the poller's own carrier.
 *
 * <h2>Why waiters do not yield</h2>
 *
 * A carrier that always has work in its own queue never takes work that was submitted from outside: threads that were
 * started elsewhere, whose timer has fired, or that yielded while the queue was empty. Waiters could yield before they
 * park, in the hope that their channel becomes ready meanwhile. That saves a little, but with enough such waiters the
 * carriers are never idle, and threads outside, possibly this poller, do not run for minutes. If all waiters park, they
 * depend on the poller for progress, so no thread starves: without the poller, the carriers run out of work.
 *
 * <h2>Interest</h2>
 *
 * The interest set of a key is the only record of what is armed. Waiters add to it and the poller removes from it, and
 * each then checks what the other has done:
 *
 * <ul>
 *   <li>A waiter publishes itself in its {@link Parking}, and then checks the interest set. If its interest is missing,
 *       it adds the interest and wakes the poller.
 *   <li>When a channel is ready, the poller removes the interest, and then checks for waiters.
 * </ul>
 *
 * At least one of them therefore sees the other. Since selection is also level-triggered, no wake-up is lost. The
 * poller leaves interest in input set as long as it finds a waiter each time input arrives, so a server that answers
 * requests parks without a system call.
 */
final class Poller {
    private final Selector selector;

    /** The number of calls of {@link #register} without a call of {@link #forget} yet. */
    private final AtomicInteger registered = new AtomicInteger();

    /** Whether the poller has a thread, or is about to have one. */
    private final AtomicBoolean running = new AtomicBoolean();

    /** Whether the thread is in, or about to begin, a selection that may block. Reset by the thread that wakes it. */
    private final AtomicBoolean asleep = new AtomicBoolean();

    /** Written by the poller's thread when it starts. */
    private volatile @Nullable Thread thread;

    /** The number of selections. Written by the poller's thread, as the counters below. */
    private final AtomicLong selections = new AtomicLong();

    /** How many channels the selections have found ready. */
    private final AtomicLong ready = new AtomicLong();

    /** The time of the selections that could not wait, in nanoseconds. */
    private final AtomicLong busyNanos = new AtomicLong();

    private Poller(Selector selector) {
        this.selector = selector;
    }

    static Poller open() throws IOException {
        return new Poller(Selector.open());
    }

    /**
     * Registers a non-blocking channel, with an empty interest set. The caller must call {@link #forget} once the
     * channel is closed.
     */
    SelectionKey register(SelectableChannel channel, Parking parking) throws ClosedChannelException {
        SelectionKey key = channel.register(selector, 0, parking);
        registered.incrementAndGet();
        if (!running.get() && running.compareAndSet(false, true)) {
            Thread.ofVirtual()
                    .name("parktls-poller")
                    .inheritInheritableThreadLocals(false)
                    .start(this::run);
        }
        return key;
    }

    /** Records that a registered channel was closed, and makes the selector drop it. */
    void forget() {
        registered.decrementAndGet();
        wake();
    }

    /** Ends the current selection, so that the selector sees the changes made before this call. */
    void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            Thread sleeper = thread;
            if (sleeper != null) {
                // Ends a selection like wakeup(), but without a system call: the thread enters this carrier's own
                // queue.
                sleeper.interrupt();
            }
        }
    }

    /** Returns whether the poller has a thread. */
    boolean isRunning() {
        return running.get();
    }

    /** Returns the number of channels that the poller watches. */
    int registered() {
        return registered.get();
    }

    PollerStatistics statistics() {
        return new PollerStatistics(registered.get(), selections.get(), ready.get(), Duration.ofNanos(busyNanos.get()));
    }

    /** Adds to a counter that only the poller's thread writes, without the cost of an atomic addition. */
    private static void add(AtomicLong counter, long count) {
        counter.setRelease(counter.getPlain() + count);
    }

    private void run() {
        thread = Thread.currentThread();
        do {
            boolean busy = false;
            while (registered.get() > 0) {
                busy = selectOnce(busy);
                if (busy) {
                    yieldToOthers();
                }
            }
            // Makes the selector drop the last keys: only then does the JDK close the descriptors of their channels.
            selectOnce(true);
            running.set(false);
        } while (registered.get() > 0 && running.compareAndSet(false, true));
    }

    /**
     * Performs one selection.
     *
     * @param busy whether the last selection found ready channels; if so, this one does not block
     * @return whether this selection found ready channels
     */
    private boolean selectOnce(boolean busy) {
        try {
            int found = busy ? selectNow() : selectBlocking();
            add(selections, 1);
            add(ready, found);
            return found > 0;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // The logger is looked up only here, since initializing Log4j takes longer than the first handshake.
            LogManager.getLogger(Poller.class).error("selection failed: all waiting threads try again", e);
            wakeAllWaiters();
            return true;
        }
    }

    private int selectNow() throws IOException {
        long start = System.nanoTime();
        int found = selector.selectNow(Poller::ready);
        add(busyNanos, System.nanoTime() - start);
        return found;
    }

    private int selectBlocking() throws IOException {
        asleep.set(true);
        try {
            return registered.get() > 0 ? selector.select(Poller::ready) : 0;
        } finally {
            asleep.set(false);
            // Only wake() interrupts this thread.
            Thread.interrupted();
        }
    }

    /** Yields first to the threads just woken, and then, once the carrier's queue is empty, to threads from outside. */
    @SuppressWarnings("ThreadPriorityCheck") // only speed and fairness depend on it
    private static void yieldToOthers() {
        Thread.yield();
        Thread.yield();
    }

    private static void ready(SelectionKey key) {
        if (key.attachment() instanceof ChannelParking parking) {
            try {
                parking.ready(key);
            } catch (CancelledKeyException e) {
                parking.wakeAll();
            }
        }
    }

    private void wakeAllWaiters() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Parking parking) {
                parking.wakeAll();
            }
        }
    }
}
