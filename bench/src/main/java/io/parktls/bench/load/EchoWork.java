package io.parktls.bench.load;

import io.parktls.TlsStatus;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends a request and waits until as many bytes have come back, again and again: at once, as long as the meter runs, or when
 * told. Used by its loop's thread.
 */
final class EchoWork implements Work {
    private static final int REQUESTS_PER_TURN = 16;

    private final ByteBuffer request;
    private final ByteBuffer response;
    private final Meter meter;
    private boolean busy;

    /** When the request in flight was to be sent. */
    private long start;

    /** Requests that were due while one was in flight. */
    private int owed;

    /** Nanoseconds between requests that are due. */
    private long interval;

    EchoWork(int size, Meter meter) {
        this.request = ByteBuffer.allocate(size);
        this.response = ByteBuffer.allocate(size);
        this.meter = meter;
    }

    /**
     * A request is due, whether or not the one before is answered: how long it waits for that is a part of how long it took.
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

    boolean isBusy() {
        return busy;
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
            // The answer takes its time: there is nothing to read yet, and to look costs a system call.
            return status == TlsStatus.OK ? TlsStatus.WANT_READ : status;
        }
        while (response.hasRemaining()) {
            TlsStatus status = link.read(response);
            if (status == TlsStatus.CLOSED) {
                throw new IOException("the server has closed the connection");
            }
            if (status != TlsStatus.OK) {
                return status;
            }
        }
        return TlsStatus.OK;
    }
}
