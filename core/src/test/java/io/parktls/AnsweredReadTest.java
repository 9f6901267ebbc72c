package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.Lock;
import org.junit.jupiter.api.Test;

/** A read that waits for the peer's answer without trying the pipe first, while this end continues to write. */
final class AnsweredReadTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** A waiting that reports earlier arrivals, as a selector does, and writes to the connection during each wait. */
    private static final class WritingMeanwhile implements Waiting {
        private final TlsConnection connection;
        private int waits;

        WritingMeanwhile(TlsConnection connection) {
            this.connection = connection;
        }

        @Override
        public boolean await(Interest interest) throws IOException {
            waits++;
            connection.write(ByteBuffer.allocate(1));
            return true;
        }

        @Override
        public boolean seesArrivals() {
            return true;
        }

        @Override
        public void acquire(Lock lock) {
            lock.lock();
        }
    }

    @Test
    void triesThePipeOnceItIsWoken() throws Exception {
        ConnectionPair pair = new ConnectionPair(
                        TestContexts.client(ENGINE).build(),
                        TestContexts.server(ENGINE).build(),
                        Bio.pair(100_000_000))
                .handshake();
        TlsConnection server = pair.server();
        pair.client().write(ByteBuffer.allocate(1));
        assertEquals(TlsStatus.OK, server.read(ByteBuffer.allocate(1)));
        server.write(ByteBuffer.allocate(1));
        pair.client().write(ByteBuffer.allocate(1));

        WritingMeanwhile waiting = new WritingMeanwhile(server);
        assertEquals(TlsStatus.OK, server.read(ByteBuffer.allocate(1), waiting));
        assertEquals(1, waiting.waits);
    }
}
