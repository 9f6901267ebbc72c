package io.parktls.bench.storm;

import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSocket;

/**
 * Clients on virtual threads that repeatedly connect, do the handshake and have one byte echoed, which shows that the
 * server too has completed the handshake. They make no pauses.
 */
final class Storm {
    /** The service request and the byte to echo, in one record. */
    private static final byte[] REQUEST = ByteBuffer.allocate(ServiceRequest.BYTES + 1)
            .put(ServiceRequest.SMALL_ECHO.bytes())
            .put((byte) 1)
            .array();

    private final Connector connector;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder handshakes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder resumed = new LongAdder();

    /** Written by the thread that stops the storm, read by the clients. */
    private volatile boolean over;

    Storm(Connector connector) {
        this.connector = connector;
    }

    void start(int clients) {
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.startVirtualThread(this::run));
        }
    }

    void stop() throws InterruptedException {
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    long handshakes() {
        return handshakes.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** The number of resumed handshakes. They need no signature, and there should be none. */
    long resumed() {
        return resumed.sum();
    }

    private void run() {
        while (!over) {
            try {
                once();
                handshakes.increment();
            } catch (IOException e) {
                failures.increment();
            }
        }
    }

    private void once() throws IOException {
        long start = System.currentTimeMillis();
        try (Socket socket = connector.connect()) {
            socket.setTcpNoDelay(true);
            // Close with a reset: otherwise the ports in TIME-WAIT (RFC 9293 3.3.2) use up all ports.
            socket.setSoLinger(true, 0);
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
                if (tls.getSession().getCreationTime() < start) {
                    resumed.increment();
                }
            }
            socket.getOutputStream().write(REQUEST);
            if (socket.getInputStream().read() != 1) {
                throw new IOException("the server has not sent back the byte");
            }
        }
    }
}
