package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@link TlsSocket#updateKeys}. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeyUpdateTest {
    private static final byte[] WORD = {1, 2, 3};

    private static SocketPair open(TlsVersion version) throws Exception {
        return SocketPair.open(Servers.ENGINE, Transport.BIO_PAIR, version).established();
    }

    private static void talk(TlsSocket from, TlsSocket to) throws Exception {
        from.write(ByteBuffer.wrap(WORD));
        assertArrayEquals(WORD, to.inputStream().readNBytes(WORD.length));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void dataFollowsInBothDirections(boolean request) throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            for (int i = 0; i < 3; i++) {
                long sent = pair.client().connection().recordsSent();
                pair.client().updateKeys(request);
                assertEquals(sent + 1, pair.client().connection().recordsSent(), "the KeyUpdate is sent at once");
                talk(pair.client(), pair.server());
                talk(pair.server(), pair.client());
                pair.server().updateKeys(request);
                talk(pair.server(), pair.client());
                talk(pair.client(), pair.server());
            }
        }
    }

    /** A read or a write performs the handshake if need be, and so does this. */
    @Test
    void performsTheHandshake() throws Exception {
        try (SocketPair pair = SocketPair.open(Servers.ENGINE, Transport.TCP, TlsVersion.TLS_1_3)) {
            Task<Void> serving = ThreadKind.VIRTUAL.run(pair.server()::doHandshake);
            pair.client().updateKeys(true);
            serving.get();
            talk(pair.client(), pair.server());
            talk(pair.server(), pair.client());
        }
    }

    @Test
    void tls12HasNoKeyUpdate() throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_2)) {
            assertThrows(IllegalStateException.class, () -> pair.client().updateKeys(false));
            talk(pair.client(), pair.server());
        }
    }

    @Test
    void jsseUpdatesKeysByItsOwnRules() throws Exception {
        try (SocketPair pair = SocketPair.open(TlsEngineProvider.jsse(), Transport.TCP, TlsVersion.TLS_1_3)
                .established()) {
            assertThrows(
                    UnsupportedOperationException.class, () -> pair.client().updateKeys(false));
            talk(pair.client(), pair.server());
        }
    }

    @Test
    void afterTheEndOfTheOutput() throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            pair.client().shutdownOutput();
            assertThrows(SSLException.class, () -> pair.client().updateKeys(false));
            talk(pair.server(), pair.client());
            assertEquals(-1, pair.server().read(ByteBuffer.allocate(10)));
        }
    }

    @Test
    void afterTheClose() throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            pair.client().abort();
            assertThrows(ClosedChannelException.class, () -> pair.client().updateKeys(false));
        }
    }

    // ---- beside readers and writers

    /** Fills the pipe to a peer that does not read, and returns the writer, which waits. */
    private static Task<Void> stalledWriter(SocketPair pair) {
        return ThreadKind.VIRTUAL
                .run(() -> pair.client().write(ByteBuffer.allocate(100_000)))
                .parked();
    }

    /** The KeyUpdate comes between two records of a write that another thread has begun. */
    @ParameterizedTest
    @EnumSource
    void besideAWriterThatWaits(ThreadKind kind) throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            Task<Void> writer = stalledWriter(pair);
            Task<Void> update = kind.run(() -> pair.client().updateKeys(true)).parked();
            assertEquals(100_000, pair.server().inputStream().readNBytes(100_000).length);
            writer.get();
            update.get();
            talk(pair.client(), pair.server());
            talk(pair.server(), pair.client());
        }
    }

    @Test
    void aReaderThatWaitsIsNotDisturbed() throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            Task<byte[]> reader = ThreadKind.VIRTUAL
                    .start(() -> pair.client().inputStream().readNBytes(WORD.length))
                    .parked();
            pair.client().updateKeys(true);
            talk(pair.client(), pair.server());
            pair.server().write(ByteBuffer.wrap(WORD));
            assertArrayEquals(WORD, reader.get());
        }
    }

    @Test
    void theWriteTimeoutLimitsTheWait() throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            Task<Void> writer = stalledWriter(pair);
            pair.client().writeTimeout(Duration.ofMillis(50));
            assertThrows(SocketTimeoutException.class, () -> pair.client().updateKeys(false));
            pair.client().abort();
            assertInstanceOf(AsynchronousCloseException.class, writer.failure());
        }
    }

    @Test
    void aCloseEndsTheWait() throws Exception {
        try (SocketPair pair = open(TlsVersion.TLS_1_3)) {
            Task<Void> writer = stalledWriter(pair);
            Task<Void> update = ThreadKind.VIRTUAL
                    .run(() -> pair.client().updateKeys(false))
                    .parked();
            pair.client().abort();
            assertInstanceOf(ClosedChannelException.class, update.failure());
            assertInstanceOf(ClosedChannelException.class, writer.failure());
            assertTrue(update.isDone());
        }
    }
}
