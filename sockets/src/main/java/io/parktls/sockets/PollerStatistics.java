package io.parktls.sockets;

import java.time.Duration;
import java.util.List;

/**
 * The counters of a poller: a virtual thread that watches the channels of sockets, and wakes the threads that wait for
 * them. A JVM has one for every 4 carriers, or as many as the system property {@code io.parktls.pollers} says (1 to 64,
 * but at most one for each carrier). The counters are read one after the other while the poller works, so they may not
 * match exactly.
 *
 * <p>A poller is the limit if {@code busy} grows by nearly a second each second.
 *
 * @param channels the open channels that the poller watches now
 * @param selections how often the poller has asked the system for channels that are ready
 * @param ready how many channels that has found; each usually wakes a thread
 * @param busy the time of the selections that could not wait, with the waking of their threads. The poller's last
 *     selection before it waits for channels is one of them; the one in which it waits is not
 */
public record PollerStatistics(int channels, long selections, long ready, Duration busy) {
    /**
     * Returns the counters of this JVM's pollers. Any thread may call this.
     *
     * @return the counters of each poller; none if this JVM has opened no socket yet
     */
    public static List<PollerStatistics> all() {
        return Pollers.shared().statistics();
    }
}
