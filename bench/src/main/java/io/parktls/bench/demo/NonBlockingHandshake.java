package io.parktls.bench.demo;

import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A handshake in non-blocking mode: one thread calls {@code doHandshake()} of the client and of the server in turn,
 * over a BIO pair.
 *
 * @param capacity the capacity of the pair in each direction, in bytes
 * @param calls the results of the calls, in order
 */
record NonBlockingHandshake(int capacity, List<Call> calls) {
    /** Far more than a handshake over a pair of reasonable capacity needs. */
    private static final int MOST_CALLS = 10_000;

    /**
     * The result of a call.
     *
     * @param side {@code client} or {@code server}
     * @param toServer bytes waiting in the pair for the server, after the call
     * @param toClient bytes waiting in the pair for the client, after the call
     */
    record Call(String side, TlsStatus status, long toServer, long toClient) {}

    /**
     * Does the handshake.
     *
     * @throws IOException if it fails
     */
    static NonBlockingHandshake run(TlsContext client, String host, TlsContext server, int capacity)
            throws IOException {
        Bio[] pair = Bio.pair(capacity);
        CountingBio near = new CountingBio(pair[0]);
        CountingBio far = new CountingBio(pair[1]);
        List<Call> calls = new ArrayList<>();
        try (TlsConnection connecting = client.connect(near, host, 0);
                TlsConnection accepting = server.accept(far)) {
            while (!connecting.isHandshakeDone() || !accepting.isHandshakeDone()) {
                boolean clientsTurn = calls.size() % 2 == 0;
                TlsStatus status = (clientsTurn ? connecting : accepting).doHandshake();
                calls.add(new Call(
                        clientsTurn ? "client" : "server",
                        status,
                        near.bytesWritten() - far.bytesRead(),
                        far.bytesWritten() - near.bytesRead()));
                if (calls.size() > MOST_CALLS) {
                    throw new IOException("the handshake is not done after " + MOST_CALLS + " calls");
                }
            }
        }
        return new NonBlockingHandshake(capacity, List.copyOf(calls));
    }
}
