package io.parktls.sockets;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Application code that blocks, like a query of a directory or a hardware module, until a test releases it. */
final class HeldCode implements Runnable {
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final boolean interruptible;

    private volatile boolean armed;

    /** @param interruptible whether an interrupt makes the code throw an exception */
    HeldCode(boolean interruptible) {
        this.interruptible = interruptible;
    }

    /** Makes calls block from now on. Calls before that return at once, so that contexts can be built. */
    void arm() {
        armed = true;
    }

    /** Blocks once armed. Called by the application code. */
    @Override
    public void run() {
        if (!armed) {
            return;
        }
        waiting.incrementAndGet();
        try {
            await();
        } finally {
            waiting.decrementAndGet();
        }
    }

    private void await() {
        boolean seen = false;
        while (true) {
            try {
                released.await();
                break;
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                if (interruptible) {
                    throw new IllegalStateException("interrupted", e);
                }
                seen = true;
            }
        }
        if (seen) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns how many calls are blocked now. */
    int waiting() {
        return waiting.get();
    }

    /** Returns how many interrupts the blocked calls have received. */
    int interrupted() {
        return interrupted.get();
    }

    /** Unblocks all calls. */
    void release() {
        released.countDown();
    }
}
