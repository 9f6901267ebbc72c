package io.parktls.sockets;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * The pollers of this JVM: one for every {@value #CARRIERS_EACH} carriers, or as many as the system property
 * {@value #PROPERTY} says. A poller is opened when all others have channels, and its thread ends when it has none left.
 * A new channel goes to the poller with the fewest. Thread-safe.
 *
 * <p>Waking a thread takes a poller about a tenth of the time in which the thread then answers a small request, with its
 * system calls and ciphers ({@code bench/parktls wakeups} measures both), so one poller could keep 7 to 13 carriers busy.
 * Few pollers are better than many: each selection finds more channels ready, so there are fewer system calls.
 *
 * <p>There are never more pollers than carriers. A busy poller yields, and two of them on one carrier would yield to each
 * other, so that the carrier never looks at threads from outside ({@link Poller}, "Why waiters do not yield"): four on two
 * carriers kept a new thread from running for a minute. If one carrier has two, another has none, and that one does look.
 */
final class Pollers {
    static final String PROPERTY = "io.parktls.pollers";

    private static final int CARRIERS_EACH = 4;

    private static final int MOST = 64;

    private static final Pollers SHARED = new Pollers(count(System.getProperty(PROPERTY), Carriers.COUNT));

    private final int most;

    private final ReentrantLock opening = new ReentrantLock();

    /** An immutable list. Written under {@link #opening}. */
    private volatile List<Poller> open = List.of();

    /** @param most how many pollers are opened at most */
    Pollers(int most) {
        this.most = most;
    }

    /** Returns the pollers of this JVM. */
    static Pollers shared() {
        return SHARED;
    }

    /**
     * Returns how many pollers a JVM with these settings opens at most.
     *
     * @param setting the value of the system property; null if it is not set
     * @param carriers the number of carriers
     */
    static int count(@Nullable String setting, int carriers) {
        if (setting != null) {
            try {
                int count = Integer.parseInt(setting.strip());
                if (count >= 1 && count <= MOST) {
                    return Math.clamp(carriers, 1, count);
                }
            } catch (NumberFormatException e) {
                // Reported below.
            }
            LogManager.getLogger(Pollers.class)
                    .warn(
                            "the system property {} is ignored: '{}' is not a number from 1 to {}",
                            PROPERTY,
                            setting,
                            MOST);
        }
        return Math.clamp(Math.ceilDiv(carriers, CARRIERS_EACH), 1, MOST);
    }

    /** Returns the poller for a new channel. */
    Poller next() throws IOException {
        Poller fewest = withFewestChannels();
        return fewest == null ? openAnother() : fewest;
    }

    /** Returns the poller with the fewest channels; null if that has some, and another poller may be opened. */
    private @Nullable Poller withFewestChannels() {
        List<Poller> pollers = open;
        Poller fewest = null;
        int channels = pollers.size() < most ? 1 : Integer.MAX_VALUE;
        for (Poller poller : pollers) {
            int registered = poller.registered();
            if (registered < channels) {
                channels = registered;
                fewest = poller;
            }
        }
        return fewest;
    }

    private Poller openAnother() throws IOException {
        opening.lock();
        try {
            Poller fewest = withFewestChannels();
            if (fewest == null) {
                fewest = Poller.open();
                List<Poller> more = new ArrayList<>(open);
                more.add(fewest);
                open = List.copyOf(more);
            }
            return fewest;
        } finally {
            opening.unlock();
        }
    }

    /** Returns whether a poller has a thread. */
    boolean isRunning() {
        return open.stream().anyMatch(Poller::isRunning);
    }

    /** Returns the statistics of each poller that was ever opened. */
    List<PollerStatistics> statistics() {
        return open.stream().map(Poller::statistics).toList();
    }
}
