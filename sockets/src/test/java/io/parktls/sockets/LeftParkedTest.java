package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.bio.WrappedBio;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A handshake's thread that a worker leaves parked for the peer's next flight: whatever comes instead ends its wait, too. Many
 * times each, for it may come while the worker is about to do so.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LeftParkedTest {
    private static final int TIMES = 100;

    private final TlsContext server = TestContexts.server(Servers.ENGINE).build();
    private final ChannelPairs channels = new ChannelPairs();

    /** With one place, which is a worker's. */
    private final HandshakeGate gate = new HandshakeGate(1, 10, Long.MAX_VALUE);

    LeftParkedTest() throws Exception {}

    @AfterEach
    void close() throws Exception {
        gate.close();
        channels.close();
    }

    /** Hears nothing until it is told to. */
    private static final class DeafBio extends WrappedBio {
        private boolean hears;

        DeafBio(Bio bio) {
            super(bio);
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            return hears ? super.read(dst) : 0;
        }
    }

    /** One handshake, at its server. */
    private final class Served implements AutoCloseable {
        private final SocketChannel[] pair = channels.open(true);
        private final TlsConnection connection = server.accept(Bio.of(pair[1]));
        private final ChannelParking parking = ChannelParking.orClose(pair[1]);
        private final DeafBio ear = new DeafBio(Bio.of(pair[0]));
        private final TlsConnection client;
        private final HandshakeWaiter[] waiter = new HandshakeWaiter[1];
        private final Task<TlsStatus> handshake;

        Served(TlsVersion version, long limit) throws Exception {
            pair[0].configureBlocking(false);
            client = TestContexts.client(Servers.ENGINE)
                    .protocols(version)
                    .build()
                    .connect(ear, TestContexts.HOST, 0);
            handshake = ThreadKind.VIRTUAL.start(() -> {
                waiter[0] = new HandshakeWaiter(parking, limit);
                // As if something had arrived: every wait is then one that a worker has begun.
                return gate.handshake(connection, true, waiter[0]);
            });
        }

        /** The client begins, and the server's first flight comes. */
        void begin() throws Exception {
            assertEquals(TlsStatus.WANT_READ, client.doHandshake());
            Task.eventually(() -> connection.bytesSent() > 0);
        }

        @Override
        public void close() throws IOException {
            client.abort();
            connection.abort();
            pair[1].close();
            parking.close();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theNextFlightComes(TlsVersion version) throws Exception {
        int parked = 0;
        for (int i = 0; i < TIMES; i++) {
            try (Served served = new Served(version, 0)) {
                served.begin();
                served.ear.hears = true;
                while (served.client.doHandshake() != TlsStatus.OK) {
                    Thread.yield();
                }
                assertEquals(TlsStatus.OK, served.handshake.get());
                parked += served.waiter[0].parked > 0 ? 1 : 0;
            }
        }
        // On a busy machine a client may answer before the step that it answers is over.
        assertTrue(parked > 0);
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void itIsInterrupted(TlsVersion version) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (Served served = new Served(version, 0)) {
                served.begin();
                served.handshake.interrupt();
                assertInstanceOf(InterruptedIOException.class, served.handshake.failure());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theConnectionIsClosed(TlsVersion version) throws Exception {
        for (int i = 0; i < TIMES; i++) {
            try (Served served = new Served(version, 0)) {
                served.begin();
                served.parking.beginClose();
                assertInstanceOf(AsynchronousCloseException.class, served.handshake.failure());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theTimeIsUp(TlsVersion version) throws Exception {
        try (Served served = new Served(version, TimeUnit.MILLISECONDS.toNanos(1_000))) {
            served.begin();
            assertInstanceOf(SocketTimeoutException.class, served.handshake.failure());
        }
    }
}
