package io.parktls.sockets.interop;

import io.parktls.TlsContext;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The failures of two of our ends that connect over TCP and send each other a line; null for an end that succeeds. In
 * TLS 1.3 a client completes the handshake before the server has verified it, so the client receives an alert only when
 * it reads.
 */
record Encounter(@Nullable IOException client, @Nullable IOException server) {
    static Encounter of(TlsContext.Builder client, TlsContext.Builder server) throws Exception {
        try (TlsServerSocket listening = Ours.server(server)) {
            CompletableFuture<@Nullable IOException> accepted =
                    Jdk.run(() -> failure(() -> talk(Ours.accept(listening))));
            IOException failure = failure(() -> talk(Ours.client(client, Scenario.NAME, Ours.port(listening))));
            return new Encounter(failure, accepted.get(Ours.PATIENCE.toSeconds(), TimeUnit.SECONDS));
        }
    }

    private static void talk(TlsSocket ours) throws IOException {
        try (ours) {
            ours.doHandshake();
            Talk.say(ours, "hello");
            if (!Talk.hear(ours).equals("hello")) {
                throw new EOFException();
            }
        }
    }

    interface Action {
        void run() throws IOException;
    }

    /** Returns the exception that an action throws; null if it throws none. */
    static @Nullable IOException failure(Action action) {
        try {
            action.run();
            return null;
        } catch (IOException e) {
            return e;
        }
    }
}
