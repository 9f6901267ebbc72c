package io.parktls.sockets;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * Tells parked threads that their channels are ready: one selector on one virtual thread, for all sockets of this JVM.
 *
 * <h2>Why a virtual thread</h2>
 *
 * It runs among those it wakes. While it yields they run, and when its turn comes again they have read what had arrived,
 * replied and parked anew: a busy server makes one selection for a whole round of requests, and none of its waiters makes a
 * system call to park. Whom it wakes goes into the queue of the carrier it runs on, at little cost.
 *
 * <h2>Why nobody else yields</h2>
 *
 * A carrier that is never out of work in its own queue never looks at what is submitted from outside: threads that were
 * started or timed out elsewhere, or that yielded while the queue was empty. Waiters that yield before they park, in the
 * hope that their channel is ready when they come back, save a little, but with enough of them the carriers are never idle,
 * and whoever is outside, be it this poller, is not seen again for minutes. If all park, their progress depends on the poller,
 * and then nobody is left behind: without it, carriers do run out of work.
 *
 * <h2>Interest</h2>
 *
 * A key's interest set is its own account of what is armed. Waiters add to it, the poller takes from it, and both then look
 * at what the other has done:
 *
 * <ul>
 *   <li>A waiter publishes itself in its {@link Parking}, then looks at the interest set; what is missing it adds, and
 *       wakes the poller.
 *   <li>The poller, when the channel is ready, takes the interest away, then looks for waiters.
 * </ul>
 *
 * So at least one of them sees the other, and selection is level-triggered: no wake-up is lost. Interest in input is left
 * in place as long as somebody waits for it each time it comes: a server that answers requests parks without any system
 * call.
 */
final class Poller {
    private static final ReentrantLock OPENING = new ReentrantLock();

    /** Written once, under OPENING. */
    private static volatile @Nullable Poller shared;

    private final Selector selector;

    /** Channels that were registered and have not been forgotten. */
    private final AtomicInteger registered = new AtomicInteger();

    /** Whether there is a thread, or about to be one. */
    private final AtomicBoolean running = new AtomicBoolean();

    /** Whether the thread is in a selection that may last, or about to begin one; reset by whoever wakes it. */
    private final AtomicBoolean asleep = new AtomicBoolean();

    /** Written by the thread when it starts. */
    private volatile @Nullable Thread thread;

    private Poller(Selector selector) {
        this.selector = selector;
    }

    /** The poller of this JVM. */
    static Poller shared() throws IOException {
        Poller poller = shared;
        if (poller == null) {
            OPENING.lock();
            try {
                poller = shared;
                if (poller == null) {
                    poller = new Poller(Selector.open());
                    shared = poller;
                }
            } finally {
                OPENING.unlock();
            }
        }
        return poller;
    }

    /**
     * Begins to watch a channel, in non-blocking mode, for nothing as yet. To be followed by {@link #forget} once the
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

    /** Takes note that a registered channel is closed, and has the selector let go of it. */
    void forget() {
        registered.decrementAndGet();
        wake();
    }

    /** Makes sure that what was changed before this call is seen before, or soon after, the thread falls asleep. */
    void wake() {
        if (asleep.get() && asleep.compareAndSet(true, false)) {
            Thread sleeper = thread;
            if (sleeper != null) {
                // Ends a selection as wakeup() does, but without a system call and by way of this carrier's own queue.
                sleeper.interrupt();
            }
        }
    }

    /** Whether the poller has a thread. */
    boolean isRunning() {
        return running.get();
    }

    private void run() {
        thread = Thread.currentThread();
        do {
            boolean busy = false;
            while (registered.get() > 0) {
                busy = turn(busy);
                if (busy) {
                    giveWay();
                }
            }
            // Has the selector drop the last keys; only then are the descriptors of their channels closed.
            turn(true);
            running.set(false);
        } while (registered.get() > 0 && running.compareAndSet(false, true));
    }

    /** Selects once, without waiting if the poller is busy; returns whether it is now. */
    private boolean turn(boolean busy) {
        try {
            return (busy ? selector.selectNow(Poller::ready) : sleep()) > 0;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // Looked up only now: it takes longer to set logging up than the first handshake.
            LogManager.getLogger(Poller.class).error("selection failed; all waiting threads try again", e);
            wakeEveryone();
            return true;
        }
    }

    private int sleep() throws IOException {
        asleep.set(true);
        try {
            return registered.get() > 0 ? selector.select(Poller::ready) : 0;
        } finally {
            asleep.set(false);
            // An interrupt means wake() and nothing else.
            Thread.interrupted();
        }
    }

    /** First to those just woken; then, if they are through and the queue is empty, to whoever waits outside. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing but speed and fairness depends on it
    private static void giveWay() {
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

    private void wakeEveryone() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Parking parking) {
                parking.wakeAll();
            }
        }
    }
}
