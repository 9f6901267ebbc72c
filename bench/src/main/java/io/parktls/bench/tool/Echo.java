package io.parktls.bench.tool;

import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Sends back what comes, until the peer is done. */
public final class Echo {
    private Echo() {}

    /** Echoes until the peer's close_notify, and answers that. */
    public static void run(TlsSocket socket) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(16_384);
        while (socket.read(buffer.clear()) >= 0) {
            socket.write(buffer.flip());
        }
        socket.shutdownOutput();
    }
}
