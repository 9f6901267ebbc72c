package io.parktls.bench.server;

import io.parktls.sockets.PollerStatistics;
import java.util.List;

/**
 * The work of all pollers of a JVM so far.
 *
 * @param count the number of pollers
 * @param selections how often they have asked for channels that are ready
 * @param ready how many channels that has found
 * @param busyNanos the time in selections that could not wait, in nanoseconds
 */
public record PollerUse(int count, long selections, long ready, long busyNanos) {
    static PollerUse now() {
        List<PollerStatistics> all = PollerStatistics.all();
        return new PollerUse(
                all.size(),
                all.stream().mapToLong(PollerStatistics::selections).sum(),
                all.stream().mapToLong(PollerStatistics::ready).sum(),
                all.stream().mapToLong(poller -> poller.busy().toNanos()).sum());
    }

    /** Returns the work since then. */
    public PollerUse since(PollerUse before) {
        return new PollerUse(count, selections - before.selections, ready - before.ready, busyNanos - before.busyNanos);
    }
}
