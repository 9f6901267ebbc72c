package io.parktls.bench.server;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The resources that a server's JVM has used so far, and the memory that it holds. A value that the system does not
 * provide is -1.
 *
 * @param cpuNanos processor time in user and kernel mode, in nanoseconds
 * @param compilingMillis time in which its compilers were running, in milliseconds
 * @param resources from the operating system
 * @param reads calls of read(2) and its variants, as Linux counts them; recv(2) does not count
 * @param writes the same for write(2)
 * @param heap used heap, in bytes
 * @param resident resident memory, in bytes
 * @param pollers the work of its pollers, if ParkTLS has any
 */
public record ServerUse(
        long cpuNanos,
        long compilingMillis,
        ResourceUsage resources,
        long reads,
        long writes,
        long heap,
        long resident,
        PollerUse pollers) {
    private static final Path IO = Path.of("/proc/self/io");
    private static final Path STATUS = Path.of("/proc/self/status");

    static ServerUse now() {
        long cpu =
                ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long resident = number(STATUS, "VmRSS:");
        return new ServerUse(
                cpu,
                compiling(),
                ResourceUsage.now(),
                number(IO, "syscr:"),
                number(IO, "syscw:"),
                heap,
                resident < 0 ? resident : resident * 1024,
                PollerUse.now());
    }

    /** The time in which this JVM's compilers were running, in milliseconds. */
    public static long compiling() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }

    /** Reads what {@link #toString} returns. */
    static ServerUse parse(String line) {
        long[] numbers =
                Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
        return new ServerUse(
                numbers[0],
                numbers[1],
                new ResourceUsage(numbers[2], numbers[3], numbers[4]),
                numbers[5],
                numbers[6],
                numbers[7],
                numbers[8],
                new PollerUse((int) numbers[9], numbers[10], numbers[11], numbers[12]));
    }

    private static long number(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(-1);
        } catch (IOException e) {
            return -1;
        }
    }

    @Override
    public String toString() {
        return cpuNanos + " " + compilingMillis + " " + resources.userMicros() + " " + resources.systemMicros() + " "
                + resources.switches() + " " + reads + " " + writes + " " + heap + " " + resident + " "
                + pollers.count() + " "
                + pollers.selections() + " " + pollers.ready() + " " + pollers.busyNanos();
    }
}
