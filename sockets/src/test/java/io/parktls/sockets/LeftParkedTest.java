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
 * Tests a handshake whose thread a worker has left parked until the peer's next flight: an interrupt, a close and a
 * timeout end the wait too. Repeated many times, since each event may coincide with the worker beginning the wait.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LeftParkedTest {
    private static final int TIMES = 100;

    private final TlsContext server = TestContexts.server(Servers.ENGINE).build();
    private final ChannelPairs channels = new ChannelPairs();

    /** Has one permit, which belongs to a worker. */
    private final HandshakeGate gate = new HandshakeGate(1, 10, Long.MAX_VALUE);

    LeftParkedTest() throws Exception {}

    @AfterEach
    void close() throws Exception {
        gate.close();
        channels.close();
    }

    /** A pipe that delivers no input until {@code hears} is set. */
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

    /** The server's end of one handshake, with its client. */
    private final class Served implements AutoCloseable {
        private final SocketChannel[] pair = channels.open(true);
        private final TlsConnection connection = server.accept(Bio.of(pair[1]));
        private final ChannelParking parking = ChannelParking.orClose(pair[1]);
        private final DeafBio ear = new DeafBio(Bio.of(pair[0]));
        private final TlsConnection client;
        private final HandshakeWaiter[] waiter = new HandshakeWaiter[1];
        private final Task<TlsStatus> handshake;

        Served(TlsVersion version, long timeout) throws Exception {
            pair[0].configureBlocking(false);
            client = TestContexts.client(Servers.ENGINE)
                    .protocols(version)
                    .build()
                    .connect(ear, TestContexts.HOST, 0);
            handshake = ThreadKind.VIRTUAL.start(() -> {
                waiter[0] = new HandshakeWaiter(parking, timeout);
                // true: the gate does not wait for input first, so a worker begins every wait.
                return gate.handshake(connection, true, waiter[0]);
            });
        }

        /** Lets the client send its first flight, and waits for the server's first flight. */
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
    void endsWithTheNextFlight(TlsVersion version) throws Exception {
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
        // Not all, since on a busy machine a client may answer before the server's step is over.
        assertTrue(parked > 0);
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void endsWithAnInterrupt(TlsVersion version) throws Exception {
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
    void endsWithAClose(TlsVersion version) throws Exception {
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
    void endsAtTheDeadline(TlsVersion version) throws Exception {
        try (Served served = new Served(version, TimeUnit.MILLISECONDS.toNanos(1_000))) {
            served.begin();
            assertInstanceOf(SocketTimeoutException.class, served.handshake.failure());
        }
    }
}
