package io.parktls.bench.server;

import io.parktls.bench.tool.ParentJvm;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/**
 * The main class of a server's JVM, the other side of {@link ServerProcess}. It reads the key, prints the port, and
 * then answers each request line with a line.
 */
final class ServerMain {
    /** Asks for the resources used so far. */
    static final String USE = "use";

    /** Asks for the same after a garbage collection. */
    static final String COLLECT = "collect";

    /** Asks for an answer once the JVM is idle. */
    static final String AWAIT_IDLE = "await-idle";

    private ServerMain() {}

    /** The only argument is the name of a {@link ServerKind}. */
    public static void main(String[] args) throws IOException {
        ParentJvm parent = new ParentJvm();
        parent.writeLine(Integer.toString(ServerKind.valueOf(args[0]).listen(ServerKey.readFrom(parent))));
        parent.answerAll(request -> {
            switch (request) {
                case COLLECT -> collectGarbage();
                case AWAIT_IDLE -> CpuIdle.await();
                default -> {}
            }
            return ServerUse.now().toString();
        });
    }

    /** Objects that are only softly reachable, or reachable through a cleaner, are freed by the second collection. */
    private static void collectGarbage() {
        ManagementFactory.getMemoryMXBean().gc();
        ManagementFactory.getMemoryMXBean().gc();
    }
}
