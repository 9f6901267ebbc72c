package io.parktls.bench.jmh;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Gives turns to several JVMs, which work one at a time and always in the same order, so that all of them run on an
 * equally fast machine: the speed of a shared machine can change by half within minutes. The first round starts when
 * all JVMs have connected. A JVM that disconnects or exceeds the timeout gets no more turns. Thread-safe.
 */
final class TurnServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Duration timeout;
    private final List<CompletableFuture<Socket>> connections = new ArrayList<>();

    /** Completed when a JVM gets no more turns. */
    private final List<CompletableFuture<String>> remarks = new ArrayList<>();

    private TurnServer(ServerSocket listener, int slots, Duration timeout) {
        this.listener = listener;
        this.timeout = timeout;
        for (int i = 0; i < slots; i++) {
            connections.add(new CompletableFuture<>());
            remarks.add(new CompletableFuture<>());
        }
    }

    /**
     * Opens a server.
     *
     * @param slots the number of JVMs
     * @param timeout for a JVM to connect, and for each of its turns
     */
    static TurnServer open(int slots, Duration timeout) throws IOException {
        ServerSocket listener = new ServerSocket(0, slots, InetAddress.getLoopbackAddress());
        TurnServer server = new TurnServer(listener, slots, timeout);
        Thread.startVirtualThread(server::accept);
        Thread.startVirtualThread(server::giveTurns);
        return server;
    }

    TurnSlot slot(int number) {
        return new TurnSlot(listener.getLocalPort(), number);
    }

    /** Stops waiting for the JVM of a slot to connect. */
    void release(TurnSlot slot) {
        connections.get(slot.number()).cancel(false);
    }

    /** Waits until the JVM of a slot gets no more turns. Returns the remark that it left; empty if it left none. */
    String remark(TurnSlot slot) {
        return remarks.get(slot.number()).join();
    }

    private void accept() {
        try {
            while (true) {
                assign(listener.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void assign(Socket arrived) throws IOException {
        try {
            arrived.setSoTimeout((int) timeout.toMillis());
            arrived.setTcpNoDelay(true);
            int number = new DataInputStream(arrived.getInputStream()).readInt();
            if (connections.get(number).complete(arrived)) {
                return;
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            // Not a connection of a TurnClient, or closed already.
        }
        arrived.close();
    }

    private void giveTurns() {
        List<Integer> active = new ArrayList<>();
        for (int i = 0; i < connections.size(); i++) {
            try {
                connections
                        .get(i)
                        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                        .join();
                active.add(i);
            } catch (CompletionException | CancellationException e) {
                // This JVM gets no turns.
                remarks.get(i).complete("");
            }
        }
        while (!active.isEmpty()) {
            active.removeIf(number -> !takeTurn(number));
        }
    }

    /** Gives a JVM its turn, waits for the end, and returns whether the JVM gets another turn. */
    private boolean takeTurn(int number) {
        Socket jvm = connections.get(number).join();
        String remark = "";
        try {
            jvm.getOutputStream().write(0);
            int end = jvm.getInputStream().read();
            if (end == TurnClient.LEAVES) {
                remark = new DataInputStream(jvm.getInputStream()).readUTF();
            } else if (end >= 0) {
                return true;
            }
        } catch (IOException e) {
            // It has left without a remark.
        }
        closeQuietly(jvm);
        remarks.get(number).complete(remark);
        return false;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is not used any more.
        }
    }

    /** Disconnects all JVMs. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (CompletableFuture<Socket> connection : connections) {
            connection.cancel(false);
            if (connection.state() == Future.State.SUCCESS) {
                closeQuietly(connection.resultNow());
            }
        }
    }
}
