package io.parktls.bench.load;

import com.sun.management.OperatingSystemMXBean;
import io.parktls.bench.server.PollerUse;
import io.parktls.bench.server.ResourceUsage;
import io.parktls.bench.server.ServerProcess;
import io.parktls.bench.server.ServerUse;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * The counters at a point in time. The time and the processor times are in nanoseconds, the compiling time in
 * milliseconds.
 */
record Snapshot(long time, long operations, long bytes, ServerUse server, long clientCpu, long clientCompiling) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double RECORD = 16_384;

    static Snapshot take(Meter meter, ServerProcess server) throws IOException {
        ServerUse use = server.use();
        long clientCpu =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        return new Snapshot(
                System.nanoTime(), meter.operations(), meter.bytes(), use, clientCpu, ServerUse.compiling());
    }

    /** The share of the time since then in which a compiler was running, in the JVM where that is larger. */
    double compiledSince(Snapshot before) {
        long millis = Math.max(
                server.compilingMillis() - before.server.compilingMillis(), clientCompiling - before.clientCompiling);
        return millis / ((time - before.time) / 1e6);
    }

    /** The work per nanosecond of the server's processor time since then, which a busy machine hardly changes. */
    double rateSince(Snapshot before) {
        double work = operations - before.operations + (bytes - before.bytes) / RECORD;
        return work / Math.max(1, server.cpuNanos() - before.server.cpuNanos());
    }

    /** The figures of the time since then. */
    Map<Metric, Double> since(Snapshot before, boolean bulk) {
        double done = bulk ? (bytes - before.bytes) / Row.MEGABYTE : operations - before.operations;
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        figures.put(Metric.RATE, done / ((time - before.time) / NANOS_PER_SECOND));
        if (done > 0) {
            figures.put(Metric.SERVER_CPU, (server.cpuNanos() - before.server.cpuNanos()) / NANOS_PER_MICRO / done);
            figures.put(Metric.CLIENT_CPU, (clientCpu - before.clientCpu) / NANOS_PER_MICRO / done);
            figures.put(
                    Metric.SERVER_COMPILING,
                    (server.compilingMillis() - before.server.compilingMillis()) * MICROS_PER_MILLI / done);
            double calls = bulk ? (bytes - before.bytes) / RECORD : done;
            ResourceUsage resources = server.resources();
            if (resources.switches() >= 0) {
                ResourceUsage earlier = before.server.resources();
                figures.put(Metric.SERVER_USER, (resources.userMicros() - earlier.userMicros()) / done);
                figures.put(Metric.SERVER_SYSTEM, (resources.systemMicros() - earlier.systemMicros()) / done);
                figures.put(Metric.SWITCHES, (resources.switches() - earlier.switches()) / calls);
            }
            if (server.reads() >= 0) {
                figures.put(Metric.READS, (server.reads() - before.server.reads()) / calls);
                figures.put(Metric.WRITES, (server.writes() - before.server.writes()) / calls);
            }
            PollerUse pollers = server.pollers().since(before.server.pollers());
            if (pollers.ready() > 0) {
                figures.put(Metric.POLLERS, (double) pollers.count());
                figures.put(Metric.READY, (double) pollers.ready() / pollers.selections());
                figures.put(Metric.POLLER, pollers.busyNanos() / NANOS_PER_MICRO / pollers.ready());
            }
        }
        return figures;
    }

    /** The percentiles of latencies in nanoseconds, as figures in microseconds. */
    static Map<Metric, Double> latencies(Histogram histogram) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        if (histogram.getTotalCount() > 0) {
            figures.put(Metric.P50, histogram.getValueAtPercentile(50) / NANOS_PER_MICRO);
            figures.put(Metric.P99, histogram.getValueAtPercentile(99) / NANOS_PER_MICRO);
            figures.put(Metric.P999, histogram.getValueAtPercentile(99.9) / NANOS_PER_MICRO);
            figures.put(Metric.MAX, histogram.getMaxValue() / NANOS_PER_MICRO);
        }
        return figures;
    }

    /** The percentiles of the generator's own delays in nanoseconds, as figures in microseconds. */
    static Map<Metric, Double> lateness(Histogram histogram) {
        Map<Metric, Double> figures = new EnumMap<>(Metric.class);
        if (histogram.getTotalCount() > 0) {
            figures.put(Metric.LATE_P50, histogram.getValueAtPercentile(50) / NANOS_PER_MICRO);
            figures.put(Metric.LATE_P99, histogram.getValueAtPercentile(99) / NANOS_PER_MICRO);
        }
        return figures;
    }
}
