package io.parktls.bench.server;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The resources that this process has used, including its ended threads, from getrusage(2) with the struct layout of
 * Linux. On other systems all values are -1.
 *
 * @param userMicros processor time in user mode, in microseconds
 * @param systemMicros processor time in kernel mode, in microseconds
 * @param switches context switches, voluntary and involuntary
 */
@SuppressWarnings("restricted") // calls a foreign function, since /proc counts the switches of living threads only
public record ResourceUsage(long userMicros, long systemMicros, long switches) {
    private static final ResourceUsage UNKNOWN = new ResourceUsage(-1, -1, -1);

    private static final int SELF = 0;
    private static final long MICROS = 1_000_000;

    /** The offsets in struct rusage, in longs. A timeval has two: seconds and microseconds. */
    private static final int USER = 0;

    private static final int SYSTEM = 2;
    private static final int VOLUNTARY = 16;
    private static final int INVOLUNTARY = 17;
    private static final int LONGS = 18;

    private static final @Nullable MethodHandle GETRUSAGE =
            System.getProperty("os.name").equals("Linux") ? function() : null;

    private static MethodHandle function() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getrusage"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    static ResourceUsage now() {
        if (GETRUSAGE == null) {
            return UNKNOWN;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment usage = arena.allocate(ValueLayout.JAVA_LONG, LONGS);
            int result = (int) GETRUSAGE.invokeExact(SELF, usage);
            return result == 0
                    ? new ResourceUsage(
                            micros(usage, USER),
                            micros(usage, SYSTEM),
                            number(usage, VOLUNTARY) + number(usage, INVOLUNTARY))
                    : UNKNOWN;
        } catch (Throwable e) {
            throw new IllegalStateException("getrusage", e);
        }
    }

    private static long micros(MemorySegment usage, int timeval) {
        return number(usage, timeval) * MICROS + number(usage, timeval + 1);
    }

    private static long number(MemorySegment usage, int index) {
        return usage.getAtIndex(ValueLayout.JAVA_LONG, index);
    }
}
