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
 * Lets several JVMs work one at a time and in order, round by round, so that all see the same weather: a shared machine may
 * be half again as fast as it was minutes before. The first round starts when everyone has taken its seat; who
 * leaves, or dies, or takes too long, is passed over from then on.
 */
final class TurnKeeper implements AutoCloseable {
    private final ServerSocket door;
    private final Duration patience;
    private final List<CompletableFuture<Socket>> arrivals = new ArrayList<>();

    private TurnKeeper(ServerSocket door, int seats, Duration patience) {
        this.door = door;
        this.patience = patience;
        for (int i = 0; i < seats; i++) {
            arrivals.add(new CompletableFuture<>());
        }
    }

    /**
     * A keeper of so many seats.
     *
     * @param patience how long to wait for anyone, to arrive or to end its turn
     */
    static TurnKeeper open(int seats, Duration patience) throws IOException {
        ServerSocket door = new ServerSocket(0, seats, InetAddress.getLoopbackAddress());
        TurnKeeper keeper = new TurnKeeper(door, seats, patience);
        Thread.startVirtualThread(keeper::welcome);
        Thread.startVirtualThread(keeper::deal);
        return keeper;
    }

    Seat seat(int number) {
        return new Seat(door.getLocalPort(), number);
    }

    /** Nobody is in that seat any more, if ever there was. */
    void vacate(Seat seat) {
        arrivals.get(seat.number()).cancel(false);
    }

    private void welcome() {
        try {
            while (true) {
                seat(door.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void seat(Socket arrived) throws IOException {
        try {
            arrived.setSoTimeout((int) patience.toMillis());
            arrived.setTcpNoDelay(true);
            int number = new DataInputStream(arrived.getInputStream()).readInt();
            if (arrivals.get(number).complete(arrived)) {
                return;
            }
        } catch (IOException | IndexOutOfBoundsException e) {
            // Not one of ours, or gone already.
        }
        arrived.close();
    }

    private void deal() {
        List<Socket> present = new ArrayList<>();
        for (CompletableFuture<Socket> arrival : arrivals) {
            try {
                present.add(arrival.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                        .join());
            } catch (CompletionException | CancellationException e) {
                // Does not take part.
            }
        }
        while (!present.isEmpty()) {
            present.removeIf(each -> !takesTurn(each));
        }
    }

    /** Whether it has had its turn and wants another. */
    private static boolean takesTurn(Socket player) {
        try {
            player.getOutputStream().write(0);
            if (player.getInputStream().read() >= 0) {
                return true;
            }
            player.close();
        } catch (IOException e) {
            closeQuietly(player);
        }
        return false;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is not needed any more.
        }
    }

    /** Ends it for all. */
    @Override
    public void close() throws IOException {
        door.close();
        for (CompletableFuture<Socket> arrival : arrivals) {
            arrival.cancel(false);
            if (arrival.state() == Future.State.SUCCESS) {
                closeQuietly(arrival.resultNow());
            }
        }
    }
}
