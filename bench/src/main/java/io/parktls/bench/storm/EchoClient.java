package io.parktls.bench.storm;

import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * An established connection that has 64 bytes echoed up to 50 times a second. At this rate the echoes take next to
 * nothing from the handshakes; at a higher one, a server that answers at once would have less time left for handshakes
 * than a server that keeps its connections waiting. For one thread at a time.
 */
final class EchoClient {
    /** The pause between an answer and the next request, in nanoseconds. */
    static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int BYTES = 64;

    private final Socket socket;

    private EchoClient(Socket socket) {
        this.socket = socket;
    }

    static EchoClient establish(Connector connector) throws IOException {
        Socket socket = connector.connect();
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(ServiceRequest.SMALL_ECHO.bytes());
        EchoClient client = new EchoClient(socket);
        client.echo();
        return client;
    }

    /**
     * Has bytes echoed until a point in time. An echo that has begun by then is completed and counted, however long it
     * takes: the slow ones matter most.
     *
     * @param end in the clock of {@link System#nanoTime}
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
            throw new IOException("the server has closed the connection");
        }
    }
}
