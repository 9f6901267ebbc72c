package io.parktls.bench.storm;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLSocket;

/**
 * Clients on virtual threads that connect, shake hands, get one byte echoed so that the server too is known to be done,
 * and do it again, without pause.
 */
final class Storm {
    private final Connecting connecting;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder handshakes = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder resumed = new LongAdder();

    private volatile boolean over;

    Storm(Connecting connecting) {
        this.connecting = connecting;
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

    /** Handshakes that were spared the signature: there should be none. */
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
        try (Socket socket = connecting.connect()) {
            socket.setTcpNoDelay(true);
            // Closed by a reset: else the ports that wait for stragglers (RFC 9293 3.3.2, TIME-WAIT) run out.
            socket.setSoLinger(true, 0);
            if (socket instanceof SSLSocket tls) {
                tls.startHandshake();
                if (tls.getSession().getCreationTime() < start) {
                    resumed.increment();
                }
            }
            socket.getOutputStream().write(1);
            if (socket.getInputStream().read() != 1) {
                throw new IOException("not what was sent");
            }
        }
    }
}
