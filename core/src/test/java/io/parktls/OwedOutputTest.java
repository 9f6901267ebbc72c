package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pipe accepts nothing when an alert is due; a later flush, shutdown or close sends it (U21). */
class OwedOutputTest {
    private static final TlsEngineProvider[] ENGINES = {TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse()};

    /** How many turns of both ends a test may take before it fails. */
    private static final int TURNS = 10_000;

    /** The operation that the connection performs next. */
    enum Then {
        FLUSH {
            @Override
            boolean isDone(TlsConnection connection) throws IOException {
                return connection.flush(Waiting.NEVER) == TlsStatus.OK;
            }
        },
        SHUTDOWN {
            @Override
            boolean isDone(TlsConnection connection) {
                try {
                    assertEquals(TlsStatus.WANT_WRITE, connection.shutdown());
                    return false;
                } catch (IOException | IllegalStateException e) {
                    return true;
                }
            }
        };

        /** Performs one step. Returns whether no output is left. */
        abstract boolean isDone(TlsConnection connection) throws IOException;
    }

    static Stream<Arguments> cases() {
        return Stream.of(ENGINES)
                .flatMap(engine -> Stream.of(TlsVersion.values())
                        .flatMap(version -> Stream.of(1, 2, 7, 16, 64)
                                .flatMap(capacity -> Stream.of(Then.values())
                                        .map(then -> Arguments.of(engine, version, capacity, then)))));
    }

    /** A pipe that can be switched to accept no bytes. */
    private static final class Faucet implements Bio {
        private final Bio pipe;
        private boolean shut;

        Faucet(Bio pipe) {
            this.pipe = pipe;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return pipe.read(dst);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            return shut ? 0 : pipe.write(src);
        }

        @Override
        public void close() throws IOException {
            pipe.close();
        }
    }

    private record Ends(TlsConnection client, TlsConnection server, Faucet clientPipe, Bio serverPipe) {
        static Ends of(TlsEngineProvider engine, TlsVersion version, int capacity) {
            Bio[] pipe = Bio.pair(capacity);
            Faucet faucet = new Faucet(pipe[0]);
            return new Ends(
                    TestContexts.client(engine, version).build().connect(faucet, TestContexts.HOST, 0),
                    TestContexts.server(engine, version).build().accept(pipe[1]),
                    faucet,
                    pipe[1]);
        }

        Ends established() throws IOException {
            for (int turn = 0; turn < TURNS && !(client.isHandshakeDone() && server.isHandshakeDone()); turn++) {
                client.doHandshake();
                if (server.doHandshake() == TlsStatus.OK) {
                    server.flush(Waiting.NEVER);
                }
            }
            assertTrue(client.isHandshakeDone() && server.isHandshakeDone());
            // Delivers the session tickets.
            for (int turn = 0; turn < TURNS; turn++) {
                server.flush(Waiting.NEVER);
                client.read(ByteBuffer.allocate(1));
            }
            return this;
        }

        /** Sends bytes that no TLS peer sends, and lets the client read until it fails. */
        IOException clientFails(byte[] bytes) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            for (int turn = 0; turn < TURNS; turn++) {
                serverPipe.write(left);
                try {
                    client.read(ByteBuffer.allocate(100));
                } catch (IOException e) {
                    return e;
                }
            }
            throw new AssertionError("the client does not fail");
        }

        /** Continues until the server has read everything that the client still sends, and has failed. */
        @Nullable
        SSLException settle(Then then) throws IOException {
            SSLException seen = null;
            boolean done = false;
            for (int turn = 0; turn < TURNS && !(done && seen != null); turn++) {
                done = done || then.isDone(client);
                try {
                    server.read(ByteBuffer.allocate(100));
                } catch (SSLException e) {
                    seen = e;
                }
            }
            assertTrue(done);
            return seen;
        }
    }

    private static void assertTold(TlsAlert alert, @Nullable SSLException seen) {
        assertTrue(seen instanceof TlsFailure, () -> "the peer was not told: " + seen);
        TlsFailure failure = (TlsFailure) seen;
        assertTrue(failure.isAlertReceived(), seen::toString);
        assertEquals(alert, failure.alert().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("U21 an alert after the handshake, found by a read")
    void alertOfAConnection(TlsEngineProvider engine, TlsVersion version, int capacity, Then then) throws IOException {
        Ends ends = Ends.of(engine, version, capacity).established();
        ends.clientPipe.shut = true;
        // A record of application data that does not authenticate.
        byte[] record = new byte[5 + 40];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[4] = 40;
        IOException failure = ends.clientFails(record);
        TlsAlert alert = ((TlsFailure) failure).alert().orElseThrow();
        assertEquals(TlsAlert.BAD_RECORD_MAC, alert);
        if (then == Then.FLUSH) {
            assertEquals(TlsStatus.WANT_WRITE, ends.client.flush(Waiting.NEVER), "the pipe is still shut");
        }
        ends.clientPipe.shut = false;
        assertTold(alert, ends.settle(then));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("U21 an alert of the handshake")
    void alertOfAHandshake(TlsEngineProvider engine, TlsVersion version, int capacity, Then then) throws IOException {
        Ends ends = Ends.of(engine, version, capacity);
        for (int turn = 0; turn < TURNS; turn++) {
            ends.client.doHandshake();
            ByteBuffer sink = ByteBuffer.allocate(64);
            if (ends.serverPipe.read(sink) == 0) {
                break;
            }
        }
        ends.clientPipe.shut = true;
        // A handshake record with an invalid message.
        IOException failure = ends.clientFails(new byte[] {22, 3, 3, 0, 5, 99, 0, 0, 1, 0});
        TlsAlert alert = ((TlsFailure) failure).alert().orElseThrow();
        ends.clientPipe.shut = false;
        byte[] told = new byte[7];
        ByteBuffer seen = ByteBuffer.wrap(told);
        boolean done = false;
        for (int turn = 0; turn < TURNS && !(done && !seen.hasRemaining()); turn++) {
            done = done || then.isDone(ends.client);
            ends.serverPipe.read(seen);
        }
        assertTrue(done);
        assertFalse(seen.hasRemaining(), "the peer was not told");
        assertEquals(21, told[0]);
        assertEquals(alert.code(), told[6] & 0xFF);
        assertThrows(SSLException.class, ends.client::doHandshake, "the failure is kept");
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("U21 an alert after a record that was sent in part")
    void alertBehindData(TlsEngineProvider engine, TlsVersion version, int capacity, Then then) throws IOException {
        Ends ends = Ends.of(engine, version, capacity).established();
        assertEquals(TlsStatus.WANT_WRITE, ends.client.write(ByteBuffer.wrap(new byte[1_000])));
        ends.clientPipe.shut = true;
        byte[] record = new byte[5 + 40];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[4] = 40;
        TlsAlert alert = ((TlsFailure) ends.clientFails(record)).alert().orElseThrow();
        ends.clientPipe.shut = false;
        assertTold(alert, ends.settle(then));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("U21 close_notify that the pipe did not accept is sent by flush, shutdown or close")
    void closeNotify(TlsEngineProvider engine, TlsVersion version, int capacity, Then then) throws IOException {
        Ends ends = Ends.of(engine, version, 64).established();
        ends.clientPipe.shut = true;
        assertEquals(TlsStatus.WANT_WRITE, ends.client.shutdown());
        ends.clientPipe.shut = false;
        if (then == Then.FLUSH) {
            assertEquals(TlsStatus.OK, ends.client.flush(Waiting.NEVER));
        } else {
            ends.client.close();
        }
        assertEquals(TlsStatus.CLOSED, ends.server.read(ByteBuffer.allocate(1)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    @DisplayName("U21 close sends the alert, if the pipe accepts it by then")
    void alertWithClose(TlsEngineProvider engine, TlsVersion version, int capacity, Then then) throws IOException {
        Ends ends = Ends.of(engine, version, 64).established();
        ends.clientPipe.shut = true;
        byte[] record = new byte[5 + 40];
        record[0] = 23;
        record[1] = 3;
        record[2] = 3;
        record[4] = 40;
        TlsAlert alert = ((TlsFailure) ends.clientFails(record)).alert().orElseThrow();
        ends.clientPipe.shut = false;
        ends.client.close();
        SSLException seen = assertThrows(SSLException.class, () -> ends.server.read(ByteBuffer.allocate(1)));
        assertTold(alert, seen);
    }
}
