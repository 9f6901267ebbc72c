package io.parktls.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.Waiting;
import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Both ends of a connection, which the test's thread drives without waiting for anything but callbacks. */
final class ChoiceEnds {
    /** A callback that takes longer than this hangs, even on a busy machine. */
    static final int HANG_SECONDS = 60;

    private static final int MAX_TURNS = 100_000;

    /** An engine and a version. */
    record Case(TlsEngineProvider engine, TlsVersion version) {
        @Override
        public String toString() {
            return engine.name() + ", " + version;
        }
    }

    final TlsConnection client;
    final TlsConnection server;

    private ChoiceEnds(TlsConnection client, TlsConnection server) {
        this.client = client;
        this.server = server;
    }

    /** Returns both engines with both versions. */
    static Stream<Case> cases() {
        return Stream.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse())
                .flatMap(engine -> Stream.of(TlsVersion.values()).map(version -> new Case(engine, version)));
    }

    static ChoiceEnds of(TlsContext client, TlsContext server, String host) {
        return of(client, server, host, Bio.pair(100_000));
    }

    static ChoiceEnds of(TlsContext client, TlsContext server, String host, Bio[] pipe) {
        return new ChoiceEnds(client.connect(pipe[0], host, 0), server.accept(pipe[1]));
    }

    /** Completes the handshake, and waits for callbacks that run elsewhere. */
    ChoiceEnds handshake() throws Exception {
        for (int turn = 0; !client.isHandshakeDone() || !server.isHandshakeDone(); turn++) {
            assertEquals(true, turn < MAX_TURNS, "no progress");
            turn(client);
            turn(server);
            if (server.isHandshakeDone()) {
                server.flush(Waiting.NEVER);
            }
        }
        return this;
    }

    /** Lets each end go on as far as it can, and returns whether both are done. */
    boolean turnWithoutWaiting() throws IOException {
        TlsStatus ofClient = client.doHandshake();
        return server.doHandshake() == TlsStatus.OK
                && server.flush(Waiting.NEVER) == TlsStatus.OK
                && (ofClient == TlsStatus.OK || client.doHandshake() == TlsStatus.OK);
    }

    private static void turn(TlsConnection end) throws Exception {
        if (end.doHandshake() == TlsStatus.WANT_READ && isAwaitingAnswer(end)) {
            end.answer().toCompletableFuture().get(HANG_SECONDS, TimeUnit.SECONDS);
        }
    }

    static boolean isAwaitingAnswer(TlsConnection end) {
        return end.waitingFor().filter(Interest.ANSWER::equals).isPresent();
    }

    /** Sends data both ways. */
    void echo() throws IOException {
        transfer(client, server);
        transfer(server, client);
    }

    static void transfer(TlsConnection from, TlsConnection to) throws IOException {
        ByteBuffer sent = ByteBuffer.wrap(new byte[] {1, 2, 3});
        assertEquals(TlsStatus.OK, from.write(sent));
        ByteBuffer received = ByteBuffer.allocate(100);
        assertEquals(TlsStatus.OK, to.read(received));
        assertEquals(sent.flip(), received.flip());
    }

    void close() throws IOException {
        client.close();
        server.close();
    }
}
