package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ConnectionPair;
import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.Waiting;
import io.parktls.bio.Bio;
import io.parktls.bio.BlockingBio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * H15: tickets against a client that does not read. They make no operation of the server wait, and they are sent later.
 */
@DisplayName("H15")
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TicketDeliveryTest {
    private static final int MAX_TURNS = 100_000;
    private static final byte[] DATA = ConnectionPair.random(1, 5_000);

    private final Endpoints ends = new Endpoints(TlsVersion.TLS_1_3);

    /** Connects the ends until both are done, with as few reads by the client as possible. */
    private TlsConnection[] handshake(Bio[] pipe) throws IOException {
        TlsConnection client = ends.client.connect(pipe[0], TestContexts.HOST, Endpoints.PORT);
        TlsConnection server = ends.server.accept(pipe[1]);
        for (int turn = 0; !client.isHandshakeDone() || !server.isHandshakeDone(); turn++) {
            assertTrue(turn < MAX_TURNS, "the handshake does not end");
            if (!client.isHandshakeDone()) {
                client.doHandshake();
            } else {
                client.flush(Waiting.NEVER);
            }
            server.doHandshake();
        }
        assertEquals(TlsStatus.OK, server.doHandshake(), "the server waits for nothing");
        assertEquals(0, ends.cache().size(), "the client has not read");
        return new TlsConnection[] {client, server};
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 100, 600, 17_408, 65_536})
    void aClientThatWritesFirst(int capacity) throws IOException {
        TlsConnection[] connections = handshake(Bio.pair(capacity));
        TlsConnection client = connections[0];
        TlsConnection server = connections[1];
        ByteBuffer received = ByteBuffer.allocate(DATA.length);
        for (int i = 0; i < 10; i++) {
            assertEquals(TlsStatus.WANT_READ, server.read(received));
        }
        ByteBuffer sent = ByteBuffer.wrap(DATA);
        for (int turn = 0; received.hasRemaining(); turn++) {
            assertTrue(turn < MAX_TURNS, "the server does not receive what the client sends");
            if (sent.hasRemaining()) {
                client.write(sent);
            } else {
                client.flush(Waiting.NEVER);
            }
            server.read(received);
        }
        assertArrayEquals(DATA, received.array());
        assertDelivered(client, server);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 7, 100, 600, 17_408, 65_536})
    void aServerThatWritesFirst(int capacity) throws IOException {
        TlsConnection[] connections = handshake(Bio.pair(capacity));
        assertDelivered(connections[0], connections[1]);
    }

    /** Sends data to the client, which now reads, and has the tickets afterwards. */
    private void assertDelivered(TlsConnection client, TlsConnection server) throws IOException {
        ByteBuffer sent = ByteBuffer.wrap(DATA);
        ByteBuffer received = ByteBuffer.allocate(DATA.length);
        for (int turn = 0; received.hasRemaining(); turn++) {
            assertTrue(turn < MAX_TURNS, "the client does not receive what the server sends");
            if (sent.hasRemaining()) {
                server.write(sent);
            } else {
                server.flush(Waiting.NEVER);
            }
            client.read(received);
        }
        assertArrayEquals(DATA, received.array());
        assertEquals(2, ends.cache().size(), "the tickets arrive before the data");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100, 17_408, 65_536})
    void bothWriteFirst(int capacity) throws IOException {
        for (int i = 0; i < 2; i++) {
            ConnectionPair pair = new ConnectionPair(ends.client, ends.server, Bio.pair(capacity), Endpoints.PORT);
            pair.handshake().transfer(20_000);
            assertEquals(i == 1, pair.client().session().resumed());
            assertEquals(2, ends.cache().size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100, 17_408, 65_536})
    void aServerThatClosesAtOnce(int capacity) throws IOException {
        TlsConnection[] connections = handshake(Bio.pair(capacity));
        TlsStatus status = TlsStatus.WANT_READ;
        for (int turn = 0; status != TlsStatus.CLOSED; turn++) {
            assertTrue(turn < MAX_TURNS, "close_notify does not arrive");
            connections[1].shutdown();
            status = connections[0].read(ByteBuffer.allocate(100));
            assertNotEquals(TlsStatus.OK, status, "there is no data");
        }
        assertEquals(2, ends.cache().size(), "the tickets are sent before close_notify");
        ends.assertResumes();
    }

    // ---- blocking pipes

    private static <T> T get(Future<T> future) throws IOException {
        try {
            return future.get(120, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("the operation waits for the client to read", e);
        }
    }

    /** A blocking write to a client that does not read would never return. */
    @ParameterizedTest
    @ValueSource(ints = {3, 100, 17_408})
    void blockingPipes(int capacity) throws IOException {
        Bio[] pipe = BlockingBio.pair(capacity);
        TlsConnection client = ends.client.connect(pipe[0], TestContexts.HOST, Endpoints.PORT);
        TlsConnection server = ends.server.accept(pipe[1]);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<TlsStatus> serverHandshake = server::doHandshake;
            Future<TlsStatus> accepted = threads.submit(serverHandshake);
            assertEquals(TlsStatus.OK, client.doHandshake());
            assertEquals(TlsStatus.OK, get(accepted));

            // The client writes and does not read.
            ByteBuffer received = ByteBuffer.allocate(DATA.length);
            Future<ByteBuffer> reading = threads.submit(() -> readFully(server, received));
            client.write(ByteBuffer.wrap(DATA));
            assertArrayEquals(DATA, get(reading).array());
            assertEquals(0, ends.cache().size());

            Future<TlsStatus> writing = threads.submit(() -> server.write(ByteBuffer.wrap(DATA)));
            assertArrayEquals(
                    DATA, readFully(client, ByteBuffer.allocate(DATA.length)).array());
            assertEquals(TlsStatus.OK, get(writing));
            assertEquals(2, ends.cache().size());
        } finally {
            client.abort();
            server.abort();
        }
    }

    private static ByteBuffer readFully(TlsConnection from, ByteBuffer into) throws IOException {
        while (into.hasRemaining() && from.read(into) == TlsStatus.OK) {
            // Reads until the buffer is full.
        }
        return into;
    }
}
