package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.bio.Bio;
import io.parktls.bio.CountingBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that an end that has sent a response waits for the next request without trying to read first. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class RequestResponseTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final int ROUNDS = 200;

    /** A client and a server whose pipe counts reads. */
    private record Ends(TlsSocket client, TlsSocket server, CountingBio counted) implements AutoCloseable {
        static Ends open() throws Exception {
            try (ChannelPairs pairs = new ChannelPairs()) {
                SocketChannel[] channels = pairs.open(true);
                CountingBio counted = new CountingBio(Bio.of(channels[1]));
                TlsContext context = TestContexts.server(ENGINE).build();
                Ends ends = new Ends(
                        TlsSocket.client(TestContexts.client(ENGINE).build(), channels[0], TestContexts.HOST, 0),
                        TlsSocket.over(context.accept(counted), channels[1]),
                        counted);
                new SocketPair(ends.client, ends.server).established();
                return ends;
            }
        }

        /** The server reads one byte and answers. */
        void answer() throws IOException {
            assertEquals(1, server.read(ByteBuffer.allocate(1)));
            server.write(ByteBuffer.allocate(1));
        }

        void ask() throws IOException {
            client.write(ByteBuffer.allocate(1));
            assertEquals(1, client.read(ByteBuffer.allocate(1)));
        }

        @Override
        public void close() throws IOException {
            client.abort();
            server.abort();
        }
    }

    @Test
    void needsOneReadForEachRequest() throws Exception {
        try (Ends ends = Ends.open()) {
            int before = ends.counted().reads();
            Task<Void> answering = ThreadKind.VIRTUAL.run(() -> {
                for (int i = 0; i < ROUNDS; i++) {
                    ends.answer();
                }
            });
            for (int i = 0; i < ROUNDS; i++) {
                ends.ask();
            }
            answering.get();
            int reads = ends.counted().reads() - before;
            // The first read follows no response, and a wait may end early.
            assertTrue(reads >= ROUNDS && reads < ROUNDS + ROUNDS / 2, () -> reads + " reads");
        }
    }

    @Test
    void arrivedDataIsReadDespiteAnInterrupt() throws Exception {
        try (Ends ends = Ends.open()) {
            Task<Void> answering = ThreadKind.VIRTUAL.run(ends::answer);
            ends.ask();
            answering.get();
            ends.client().write(ByteBuffer.allocate(1));
            Thread.currentThread().interrupt();
            assertEquals(1, ends.server().read(ByteBuffer.allocate(1)));
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void arrivedDataIsReadDespiteAShortTimeout() throws Exception {
        try (Ends ends = Ends.open()) {
            Task<Void> answering = ThreadKind.VIRTUAL.run(ends::answer);
            ends.ask();
            answering.get();
            ends.client().write(ByteBuffer.allocate(1));
            ends.server().readTimeout(Duration.ofNanos(1));
            assertEquals(1, ends.server().read(ByteBuffer.allocate(1)));
            assertThrows(SocketTimeoutException.class, () -> ends.server().read(ByteBuffer.allocate(1)));
        }
    }
}
