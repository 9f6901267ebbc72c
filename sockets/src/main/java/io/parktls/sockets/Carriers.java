package io.parktls.sockets;

/** The carriers, the platform threads that run the virtual threads of this JVM. */
final class Carriers {
    /**
     * How many carriers there are: as many as the JVM sees processors, unless the system property of the JVM's scheduler
     * says otherwise ({@link Thread}, "Virtual threads").
     */
    static final int COUNT = Integer.getInteger(
            "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());

    private Carriers() {}
}
