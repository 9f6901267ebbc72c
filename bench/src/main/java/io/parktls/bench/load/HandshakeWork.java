package io.parktls.bench.load;

import io.parktls.TlsStatus;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Has one byte echoed, which shows that the server too has completed the handshake, and ends. */
final class HandshakeWork implements Work {
    private final ByteBuffer request = ByteBuffer.allocate(1);
    private final ByteBuffer response = ByteBuffer.allocate(1);
    private final Meter meter;
    private final long start = System.nanoTime();

    HandshakeWork(Meter meter) {
        this.meter = meter;
    }

    @Override
    public TlsStatus advance(Link link) throws IOException {
        if (request.hasRemaining()) {
            TlsStatus status = link.write(request);
            if (status != TlsStatus.OK) {
                return status;
            }
        }
        TlsStatus status = link.receive(response);
        if (status == TlsStatus.OK) {
            meter.done(start, System.nanoTime());
            return TlsStatus.CLOSED;
        }
        return status;
    }
}
