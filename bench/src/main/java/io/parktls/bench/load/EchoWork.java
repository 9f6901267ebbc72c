package io.parktls.bench.load;

import io.parktls.TlsStatus;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends requests and waits until as many bytes have come back: either without a pause while the meter runs, or when
 * {@link #due} is called. Used by its loop's thread only.
 */
final class EchoWork implements Work {
    private static final int REQUESTS_PER_TURN = 16;

    private final ByteBuffer request;
    private final ByteBuffer response;
    private final Meter meter;
    private boolean busy;

    /** The time at which the pending request was due. */
    private long start;

    /** The number of requests that became due while another one was pending. */
    private int owed;

    /** The time between two due requests, in nanoseconds. */
    private long interval;

    EchoWork(int size, Meter meter) {
        this.request = ByteBuffer.allocate(size);
        this.response = ByteBuffer.allocate(size);
        this.meter = meter;
    }

    /**
     * Makes a request due, whether or not the previous one is answered: the time that it has to wait for that is part
     * of its latency.
     *
     * @return whether it can be sent at once
     */
    boolean due(long when, long period) {
        interval = period;
        if (busy) {
            owed++;
            return false;
        }
        begin(when);
        return true;
    }

    @Override
    public TlsStatus advance(Link link) throws IOException {
        for (int i = 0; i < REQUESTS_PER_TURN; i++) {
            if (!busy && !next()) {
                return TlsStatus.WANT_READ;
            }
            TlsStatus status = exchange(link);
            if (status != TlsStatus.OK) {
                return status;
            }
            busy = false;
            meter.done(start, System.nanoTime());
        }
        return TlsStatus.OK;
    }

    private boolean next() {
        if (owed > 0) {
            owed--;
            begin(start + interval);
        } else if (meter.isRunning()) {
            begin(System.nanoTime());
        }
        return busy;
    }

    private void begin(long when) {
        busy = true;
        start = when;
        request.clear();
        response.clear();
    }

    private TlsStatus exchange(Link link) throws IOException {
        if (request.hasRemaining()) {
            TlsStatus status = link.write(request);
            // The answer cannot have arrived yet, and a read would cost a system call.
            return status == TlsStatus.OK ? TlsStatus.WANT_READ : status;
        }
        while (response.hasRemaining()) {
            TlsStatus status = link.receive(response);
            if (status != TlsStatus.OK) {
                return status;
            }
        }
        return TlsStatus.OK;
    }
}
