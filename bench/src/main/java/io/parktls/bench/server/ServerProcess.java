package io.parktls.bench.server;

import io.parktls.bench.tool.ChildJvm;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** A server under test in a JVM of its own. For one thread. */
public final class ServerProcess implements Closeable {
    private static final String TICKETS = "jdk.tls.server.newSessionTicketCount";

    private final ChildJvm jvm;
    private final int port;

    private ServerProcess(ChildJvm jvm, ServerKey key) throws IOException {
        this.jvm = jvm;
        key.writeTo(jvm);
        this.port = Integer.parseInt(jvm.readLine());
    }

    /**
     * The JVM options of every server.
     *
     * @param heap the maximum heap size, for example {@code 1g}
     * @param tickets whether the server issues session tickets, to clients that ask for them
     */
    public static List<String> options(String heap, boolean tickets) {
        return List.of(
                "-Xmx" + heap,
                // One ticket is the default of the JDK.
                "-D" + TICKETS + (tickets ? "=1" : "=0"),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
    }

    /** Returns whether the server in this JVM issues session tickets. The JDK's servers read the same property. */
    static boolean issuesTickets() {
        return Integer.getInteger(TICKETS, 1) > 0;
    }

    /** Starts a server with these {@linkplain #options options}. */
    public static ServerProcess start(ServerKind kind, ServerKey key, String heap, boolean tickets) throws IOException {
        return start(kind, key, options(heap, tickets));
    }

    /** Starts a server with other options of the JVM. */
    public static ServerProcess start(ServerKind kind, ServerKey key, List<String> options) throws IOException {
        ChildJvm jvm = ChildJvm.start(options, ServerMain.class, kind.name());
        try {
            return new ServerProcess(jvm, key);
        } catch (IOException | RuntimeException e) {
            jvm.close();
            throw e;
        }
    }

    /** The port that the server listens on, on the loopback interface. */
    public int port() {
        return port;
    }

    /** The resources that the server has used so far. */
    public ServerUse use() throws IOException {
        return ask(ServerMain.USE);
    }

    /** The resources that the server has used so far, after a garbage collection. */
    public ServerUse useAfterCollection() throws IOException {
        return ask(ServerMain.COLLECT);
    }

    /** Waits until the server's JVM is {@linkplain CpuIdle idle}. */
    public void awaitIdle() throws IOException {
        ask(ServerMain.AWAIT_IDLE);
    }

    private ServerUse ask(String request) throws IOException {
        jvm.writeLine(request);
        return ServerUse.parse(jvm.readLine());
    }

    @Override
    public void close() throws IOException {
        jvm.close();
    }
}
