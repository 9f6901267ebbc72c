package io.parktls.bench.load;

import com.sun.management.OperatingSystemMXBean;
import io.parktls.bench.tool.ChildJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** How things stand at some time. */
record Snapshot(long time, long operations, long bytes, ServerUse server, long clientCpu, long clientCompiling) {
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double RECORD = 16_384;

    static Snapshot take(Meter meter, ChildJvm server) throws IOException {
        server.writeLine(LoadServer.USE);
        ServerUse use = ServerUse.parse(server.readLine());
        long clientCpu =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        return new Snapshot(
                System.nanoTime(), meter.operations(), meter.bytes(), use, clientCpu, ServerUse.compiling());
    }

    /** For how much of the time since then a compiler of the busier JVM was at work. */
    double compiledSince(Snapshot before) {
        long millis = Math.max(
                server.compilingMillis() - before.server.compilingMillis(), clientCompiling - before.clientCompiling);
        return millis / ((time - before.time) / 1e6);
    }

    /** How much was done since, for a second of the server's processor time: what a busy machine changes little. */
    double paceSince(Snapshot before) {
        double work = operations - before.operations + (bytes - before.bytes) / RECORD;
        return work / Math.max(1, server.cpuNanos() - before.server.cpuNanos());
    }

    /** What happened since. */
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
        }
        return figures;
    }

    /** The percentiles, in microseconds. */
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
}
