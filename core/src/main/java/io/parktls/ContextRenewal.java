package io.parktls;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Renews a context whose identities or trust renew themselves: after each change, the thread that has found it builds a
 * context whose identities and trust stay the same. Handshakes use the last one that was built, and never wait.
 */
final class ContextRenewal implements Runnable {
    private final TlsContext context;

    /** Held while a context is built, so that none replaces one that was built after it. */
    private final ReentrantLock building = new ReentrantLock();

    /** Written under {@link #building}. */
    private volatile TlsContext current;

    /**
     * Builds the first context.
     *
     * @throws IllegalArgumentException if the settings of the context contradict each other
     */
    ContextRenewal(TlsContext context) {
        this.context = context;
        this.current = context;
        // Before the first one is built, so that no change in between is missed.
        context.sources().addDependent(this);
        run();
    }

    TlsContext current() {
        return current;
    }

    /**
     * Builds a context with the current identities and trust. The former one stays in use if that fails.
     *
     * @throws IllegalArgumentException if the settings contradict each other
     */
    @Override
    public void run() {
        building.lock();
        try {
            current = context.renewed();
        } finally {
            building.unlock();
        }
    }
}
