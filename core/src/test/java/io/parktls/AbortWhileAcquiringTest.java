package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another thread aborts the connection while an operation acquires its lock. */
final class AbortWhileAcquiringTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** Acquires the lock, aborts the connection, and releases the lock again, as the contract of acquire requires. */
    private static final class AbortedMeanwhile implements Waiting {
        private final TlsConnection connection;
        private int locksBefore;

        /** @param locksBefore how many locks the operation acquires normally before the abort */
        AbortedMeanwhile(TlsConnection connection, int locksBefore) {
            this.connection = connection;
            this.locksBefore = locksBefore;
        }

        @Override
        public boolean await(Interest interest) {
            return false;
        }

        @Override
        public void acquire(Lock lock) throws IOException {
            lock.lock();
            if (locksBefore-- > 0) {
                return;
            }
            connection.abort();
            lock.unlock();
            throw new AsynchronousCloseException();
        }
    }

    private interface Operation {
        void run(TlsConnection connection, Waiting waiting) throws IOException;
    }

    private static void dropsBuffers(Operation operation) throws IOException {
        TlsConnection client = stuck();
        assertThrows(AsynchronousCloseException.class, () -> operation.run(client, new AbortedMeanwhile(client, 0)));
        assertTrue(client.isClosed());
        assertFalse(BuffersInUse.heldBy(client));
    }

    /** Returns a client whose pipe has accepted only a part of a record, so that the client holds a buffer. */
    private static TlsConnection stuck() throws IOException {
        TlsConnection client = new ConnectionPair(
                        TestContexts.client(ENGINE).build(),
                        TestContexts.server(ENGINE).build(),
                        Bio.pair(5_000))
                .handshake()
                .client();
        assertEquals(TlsStatus.WANT_WRITE, client.write(ByteBuffer.allocate(10_000)));
        assertTrue(BuffersInUse.heldBy(client));
        return client;
    }

    @Test
    void write() throws IOException {
        dropsBuffers((client, waiting) -> client.write(ByteBuffer.allocate(1), waiting));
    }

    @Test
    void read() throws IOException {
        dropsBuffers((client, waiting) -> client.read(ByteBuffer.allocate(1), waiting));
    }

    @Test
    void shutdown() throws IOException {
        dropsBuffers(TlsConnection::shutdownOutput);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void handshake(int locksBefore) throws IOException {
        TlsConnection client = TestContexts.client(ENGINE).build().connect(Bio.pair(10)[0], TestContexts.HOST, 0);
        client.doHandshake();
        assertTrue(BuffersInUse.heldBy(client));
        assertThrows(
                AsynchronousCloseException.class, () -> client.doHandshake(new AbortedMeanwhile(client, locksBefore)));
        assertFalse(BuffersInUse.heldBy(client));
    }
}
