package io.parktls.bench.load;

import io.parktls.TlsStatus;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends or receives bytes as fast as possible. Used by its loop's thread only. */
final class BulkWork implements Work {
    private static final int BUFFERS_PER_TURN = 16;

    private final ByteBuffer buffer;
    private final boolean sending;
    private final Meter meter;

    BulkWork(int size, boolean sending, boolean tls, Meter meter) {
        // The JDK's ciphers are fastest with arrays, channels with direct buffers.
        this.buffer = tls ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
        this.sending = sending;
        this.meter = meter;
    }

    @Override
    public TlsStatus advance(Link link) throws IOException {
        for (int i = 0; i < BUFFERS_PER_TURN; i++) {
            if (!buffer.hasRemaining()) {
                buffer.clear();
            }
            int before = buffer.position();
            TlsStatus status = sending ? link.write(buffer) : link.receive(buffer);
            meter.transferred(buffer.position() - before);
            if (status != TlsStatus.OK) {
                return status;
            }
        }
        return TlsStatus.OK;
    }
}
