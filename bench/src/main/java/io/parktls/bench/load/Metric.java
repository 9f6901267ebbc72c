package io.parktls.bench.load;

/** What is measured. */
enum Metric {
    /** Operations in a second; of bulk, megabytes (10^6). */
    RATE("per second", true),
    /** Microseconds, as are the other latencies. */
    P50("p50 us", false),
    P99("p99 us", false),
    P999("p99.9 us", false),
    MAX("max us", false),
    /** Microseconds of a processor that the server took for an operation; of bulk, for a megabyte. */
    SERVER_CPU("server CPU us", false),
    /** How much of it in user mode, and how much in the system. */
    SERVER_USER("server user us", false),
    SERVER_SYSTEM("server system us", false),
    /** How much of it the compilers took, if they had a processor all the time. */
    SERVER_COMPILING("server compiling us", false),
    /** Microseconds of a processor that the generator took for the same. */
    CLIENT_CPU("client CPU us", false),
    /** System calls for an operation; of bulk, for 16 KiB. */
    READS("reads", false),
    WRITES("writes", false),
    /** Context switches of the server's threads for the same. */
    SWITCHES("switches", false),
    /** Bytes for a connection. */
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
