package io.parktls.bench.tool;

import io.parktls.TlsLimits;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends back what comes, until the peer is done. */
public final class Echo {
    private Echo() {}

    /** {@link #run(TlsSocket, int)} with a buffer that holds any record. */
    public static void run(TlsSocket socket) throws IOException {
        run(socket, TlsLimits.RECORD_DATA);
    }

    /**
     * Echoes until the peer's close_notify, and answers that.
     *
     * @param size of the buffer that is held, in bytes
     */
    public static void run(TlsSocket socket, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (socket.read(buffer.clear()) >= 0) {
            socket.write(buffer.flip());
        }
        socket.shutdownOutput();
    }
}
