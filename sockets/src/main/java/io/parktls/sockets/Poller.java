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
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells parked threads that their channels are ready: one selector on one virtual thread, for all sockets of this JVM.
 *
 * <h2>Why a virtual thread</h2>
 *
 * A virtual thread runs among those it wakes. While it yields, they run; when its turn comes again, most of them have
 * read what had arrived, replied and parked anew, so it finds the next events without a system call in between for each.
 * And whom it wakes goes into the queue of the carrier it runs on. Carriers that are never out of work never look at
 * what other threads submit to the scheduler: a platform thread could wake a virtual thread for minutes without effect.
 *
 * <p>For the same reason the poller must not fall asleep while the carriers are busy, or the event that wakes it, told
 * by a thread of the JDK, would be left lying. So it sleeps only if nobody has yielded since its last turn
 * ({@link #stir}), and whoever yields again and again while it sleeps wakes it.
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
    private static final Logger LOG = LogManager.getLogger(Poller.class);

    /** Yields by others, while the poller sleeps, after which it is woken. */
    private static final int RESTLESS = 64;

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

    /** Whether anybody has yielded since the last turn. Any thread sets it, the poller resets it. */
    private volatile boolean stirred;

    /** Yields since the thread fell asleep. Any thread counts, and some may not be counted. */
    private int yieldsAsleep;

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

    /** Called by virtual threads before they yield. */
    void stir() {
        if (!asleep.get()) {
            if (!stirred) {
                stirred = true;
            }
            return;
        }
        if (++yieldsAsleep >= RESTLESS) {
            wake();
        }
    }

    /** Whether the poller has a thread. */
    boolean isRunning() {
        return running.get();
    }

    @SuppressWarnings("ThreadPriorityCheck") // nothing but speed depends on what the yield does
    private void run() {
        thread = Thread.currentThread();
        do {
            while (registered.get() > 0) {
                try {
                    turn();
                } catch (IOException | RuntimeException e) {
                    LOG.error("selection failed; all waiting threads try again", e);
                    wakeEveryone();
                }
                Thread.yield();
            }
            letGo();
            running.set(false);
        } while (registered.get() > 0 && running.compareAndSet(false, true));
    }

    private void turn() throws IOException {
        if (stirred) {
            stirred = false;
            selector.selectNow(Poller::ready);
            return;
        }
        yieldsAsleep = 0;
        asleep.set(true);
        if (registered.get() > 0) {
            selector.select(Poller::ready);
        }
        asleep.set(false);
        // An interrupt means wake() and nothing else.
        Thread.interrupted();
    }

    /** Has the selector drop the keys of closed channels; only then are their descriptors closed. */
    private void letGo() {
        try {
            selector.selectNow(Poller::ready);
        } catch (IOException e) {
            LOG.error("selection failed", e);
        }
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
