package io.parktls;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Renews a context whose identities or trust renew themselves: after each change, the thread that has found it builds a
 * context whose identities and trust stay the same. Handshakes use the latest one, and never wait.
 *
 * <p>Building calls foreign code (staplers, settings of a trust), so it holds no lock, and two threads may build at the
 * same time. Each takes a number before it reads what has changed, and the highest number remains. So a change that the
 * remaining context has not seen is followed by a renewal with a higher number.
 */
final class ContextRenewal implements Runnable {
    private record Built(long number, TlsContext context) {}

    private final TlsContext context;
    private final AtomicLong numbers = new AtomicLong();
    private final AtomicReference<Built> latest;

    /**
     * Builds the first context.
     *
     * @throws IllegalArgumentException if the settings of the context contradict each other
     */
    ContextRenewal(TlsContext context) {
        this.context = context;
        this.latest = new AtomicReference<>(new Built(numbers.get(), context));
        // Before the first one is built, so that no change in between is missed.
        context.sources().addDependent(this);
        run();
    }

    TlsContext current() {
        return Objects.requireNonNull(latest.get()).context;
    }

    /**
     * Builds a context with the current identities and trust. The former one stays in use if that fails.
     *
     * @throws IllegalArgumentException if the settings contradict each other
     */
    @Override
    public void run() {
        long number = numbers.incrementAndGet();
        Built built = new Built(number, context.renewed());
        latest.updateAndGet(before -> before.number < number ? built : before);
    }
}
