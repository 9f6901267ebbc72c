package io.parktls.bench.load;

/** The figures that are measured. */
enum Metric {
    /** Operations per second, or for bulk transfers megabytes (10^6 bytes). */
    RATE("per second", true),
    /** Latencies, in microseconds. */
    P50("p50 us", false),
    P99("p99 us", false),
    P999("p99.9 us", false),
    MAX("max us", false),
    /** How late the generator sent requests that were due at a fixed time, in microseconds. Part of the latencies. */
    LATE_P50("sent late p50 us", false),
    LATE_P99("sent late p99 us", false),
    /** Processor time of the server in microseconds for an operation, or for bulk transfers for a megabyte. */
    SERVER_CPU("server CPU us", false),
    /** The parts of it in user mode and in kernel mode. */
    SERVER_USER("server user us", false),
    SERVER_SYSTEM("server system us", false),
    /** The part of the compilers, assuming that they had a processor whenever they were running. */
    SERVER_COMPILING("server compiling us", false),
    /** Processor time of the generator for the same. */
    CLIENT_CPU("client CPU us", false),
    /** System calls for an operation, or for bulk transfers for 16 KiB. */
    READS("reads", false),
    WRITES("writes", false),
    /** Context switches of the server's threads for the same. */
    SWITCHES("switches", false),
    /** Channels that a selection of a poller of ParkTLS finds ready. */
    READY("ready", true),
    /** The time of a poller of ParkTLS for each of them, in microseconds. */
    POLLER("poller us", false),
    /** The number of those pollers. */
    POLLERS("pollers", false),
    /** Bytes for each connection. */
    HEAP("heap bytes", false),
    RESIDENT("resident bytes", false),
    MILLIS("ms", false);

    private final String title;
    private final boolean moreIsBetter;

    Metric(String title, boolean moreIsBetter) {
        this.title = title;
        this.moreIsBetter = moreIsBetter;
    }

    String title() {
        return title;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }
}
