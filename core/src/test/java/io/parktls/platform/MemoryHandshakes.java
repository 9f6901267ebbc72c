package io.parktls.platform;

import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Handshakes over a pipe in memory. Uses only ParkTLS, so that it runs in forked JVMs with any class path. */
final class MemoryHandshakes {
    private static final int TURNS = 200;

    private MemoryHandshakes() {}

    /** Handshakes, sends a byte in each direction, and returns the client's connection. */
    static TlsConnection run(TlsContext client, TlsContext server, String host) throws IOException {
        Bio[] pipe = Bio.pair(1 << 16);
        TlsConnection there = client.connect(pipe[0], host, 0);
        TlsConnection here = server.accept(pipe[1]);
        for (int turn = 0; !there.isHandshakeDone() || !here.isHandshakeDone(); turn++) {
            if (turn > TURNS) {
                throw new IOException("no progress: " + there + " and " + here);
            }
            // Calls the server first, because its failure has the more useful message.
            here.doHandshake();
            there.doHandshake();
        }
        exchange(there, here);
        exchange(here, there);
        return there;
    }

    private static void exchange(TlsConnection from, TlsConnection to) throws IOException {
        ByteBuffer sent = ByteBuffer.wrap(new byte[] {42});
        ByteBuffer received = ByteBuffer.allocate(1);
        for (int turn = 0; received.hasRemaining(); turn++) {
            if (turn > TURNS) {
                throw new IOException("no data: " + from + " and " + to);
            }
            if (sent.hasRemaining() && from.write(sent) != TlsStatus.OK) {
                continue;
            }
            to.read(received);
        }
    }
}
