package io.parktls.bench.tool;

import io.parktls.TlsLimits;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends back all received data until the peer closes its output. */
public final class Echo {
    private Echo() {}

    /** Echoes with a buffer for the largest record. */
    public static void run(TlsSocket socket) throws IOException {
        run(socket, TlsLimits.RECORD_DATA);
    }

    /**
     * Echoes until the peer's close_notify, and then sends a close_notify.
     *
     * @param size the size of the buffer, in bytes
     */
    public static void run(TlsSocket socket, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (socket.read(buffer.clear()) >= 0) {
            socket.write(buffer.flip());
        }
        socket.shutdownOutput();
    }
}
