package io.parktls.bench.storm;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An established connection that, when it is told to, has 64 bytes echoed up to 50 times a second: so seldom that it takes next to
 * nothing from the handshakes. Else a server that answers at once would have less left for them than one that keeps its
 * connections waiting. For one thread at a time.
 */
final class EchoClient {
    /** Between an answer and the next question, in nanoseconds. */
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int BYTES = 64;

    private final Socket socket;

    private EchoClient(Socket socket) {
        this.socket = socket;
    }

    static EchoClient establish(Connecting connecting) throws IOException {
        Socket socket = connecting.connect();
        socket.setTcpNoDelay(true);
        EchoClient client = new EchoClient(socket);
        client.echo();
        return client;
    }

    /**
     * Echoes for some time. What has begun by then counts, however long it takes: the slow ones are what this is about.
     *
     * @param end by the clock of {@link System#nanoTime}
     */
    EchoTimes echoUntil(long end) throws IOException {
        EchoTimes times = new EchoTimes();
        for (long start = System.nanoTime(); start - end < 0; start = System.nanoTime()) {
            echo();
            times.add(System.nanoTime() - start);
            LockSupport.parkNanos(PAUSE);
        }
        return times;
    }

    private void echo() throws IOException {
        socket.getOutputStream().write(new byte[BYTES]);
        if (socket.getInputStream().readNBytes(BYTES).length < BYTES) {
            throw new IOException("the server has closed it");
        }
    }
}
