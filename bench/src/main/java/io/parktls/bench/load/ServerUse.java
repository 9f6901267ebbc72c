package io.parktls.bench.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What a server's JVM has used so far, and holds. What the system does not tell is -1.
 *
 * @param cpuNanos processor time, of the system too
 * @param compilingMillis time that its compilers were at work
 * @param resources of the system
 * @param reads system calls of the kind of read(2), as Linux counts them; recv(2) is none of them
 * @param writes the same for write(2)
 * @param heap bytes
 * @param resident bytes
 */
record ServerUse(
        long cpuNanos,
        long compilingMillis,
        ResourceUsage resources,
        long reads,
        long writes,
        long heap,
        long resident) {
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
                resident < 0 ? resident : resident * 1024);
    }

    /** How long this JVM's compilers were at work, in milliseconds. */
    static long compiling() {
        return ManagementFactory.getCompilationMXBean().getTotalCompilationTime();
    }

    /** As {@link #toString} writes it. */
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
                numbers[8]);
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
                + resources.switches() + " " + reads + " " + writes + " " + heap + " " + resident;
    }
}
