package io.parktls.sockets;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Code of an application that waits, as for a directory or a hardware module, until a test releases it. */
final class HeldCode implements Runnable {
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger interrupted = new AtomicInteger();
    private final boolean interruptible;

    private volatile boolean armed;

    /** @param interruptible whether an interrupt ends the wait, with an exception */
    HeldCode(boolean interruptible) {
        this.interruptible = interruptible;
    }

    /** From now on calls wait; before that, contexts may be made. */
    void arm() {
        armed = true;
    }

    /** What the application's code calls. */
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

    /** How many calls wait now. */
    int waiting() {
        return waiting.get();
    }

    /** How many interrupts have reached it. */
    int interrupted() {
        return interrupted.get();
    }

    /** Ends all waiting. */
    void release() {
        released.countDown();
    }
}
