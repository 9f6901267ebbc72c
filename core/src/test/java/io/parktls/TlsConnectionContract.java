package io.parktls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.bio.BlockingBio;
import io.parktls.bio.ChoppyBio;
import io.parktls.bio.CountingBio;
import io.parktls.bio.CuttingBio;
import io.parktls.bio.NotifyingBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The behaviour of a {@link TlsConnection} with every engine, over pipes of all sizes, non-blocking and blocking. The
 * rows named HS and BLK are those of the table of libssl's behaviour.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class TlsConnectionContract {
    /** A capacity that holds everything a handshake sends. */
    private static final int UNLIMITED = 1 << 20;

    private static final int MEGABYTE = 1 << 20;

    /** Two records' worth of data. */
    private static final int LITTLE = 32_768;

    /** A resumed session carries data as any other does, so less suffices. */
    private static final int AFTER_RESUMPTION = 3_000;

    /** Returns the engine under test. */
    protected abstract TlsEngineProvider engine();

    // ---- fixtures

    private TlsContext client(TlsVersion... versions) {
        return TestContexts.client(engine(), versions).build();
    }

    private TlsContext server(TlsVersion... versions) {
        return TestContexts.server(engine(), versions).build();
    }

    private ConnectionPair pair(TlsVersion version, int capacity) {
        return new ConnectionPair(client(version), server(version), Bio.pair(capacity));
    }

    /** Contexts whose next connection resumes a session, if the port is that of {@link #pair}. */
    private record Resuming(TlsContext client, TlsContext server) {
        static final int PORT = 443;

        ConnectionPair pair(Bio[] pipe) {
            return new ConnectionPair(client, server, pipe, PORT);
        }
    }

    private Resuming resuming(TlsVersion version) throws IOException {
        return resuming(TestContexts.client(engine(), version), TestContexts.server(engine(), version));
    }

    /** Makes the session in a full handshake, and leaves it with close_notify, as the JDK requires. */
    private Resuming resuming(TlsContext.Builder client, TlsContext.Builder server) throws IOException {
        Resuming contexts =
                new Resuming(client.sessionCache(TlsSessionCache.ofSize(10)).build(), server.build());
        ConnectionPair first = contexts.pair(Bio.pair(UNLIMITED)).handshake();
        first.transfer(100);
        first.shutdown();
        assertFalse(first.client().session().resumed());
        return contexts;
    }

    private static void assertResumed(TlsConnection... ends) {
        for (TlsConnection end : ends) {
            assertTrue(end.session().resumed(), end::toString);
        }
    }

    /** A resumed handshake has the same loop as a full one, so fewer pipes suffice. */
    static Stream<Arguments> versionsAndPipesOfResumed() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(1, 64, UNLIMITED).map(capacity -> Arguments.of(version, capacity)));
    }

    static Stream<Arguments> versionsAndPipes() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(1, 2, 3, 7, 64, 512, 17_408, UNLIMITED)
                        .map(capacity -> Arguments.of(version, capacity)));
    }

    /**
     * A megabyte wherever 64 bytes and more move at a time. Narrower pipes take too long for that: 32 KB, two records.
     */
    private static int volume(int capacity) {
        return capacity >= 64 ? MEGABYTE : LITTLE;
    }

    // ---- over all pipes

    @ParameterizedTest(name = "{0} over {1} bytes")
    @MethodSource("versionsAndPipes")
    @DisplayName("HS-09 one thread drives both ends: handshake, both directions at once, shutdown")
    void lockstep(TlsVersion version, int capacity) throws IOException {
        ConnectionPair pair = pair(version, capacity).handshake();
        assertEquals(version, pair.client().session().protocol());
        pair.transfer(volume(capacity));
        pair.shutdown();
    }

    @ParameterizedTest(name = "{0} over {1} bytes")
    @MethodSource("versionsAndPipesOfResumed")
    @DisplayName("HS-09 the same with a resumed session")
    void lockstepAndResumed(TlsVersion version, int capacity) throws IOException {
        ConnectionPair pair = resuming(version).pair(Bio.pair(capacity)).handshake();
        pair.transfer(AFTER_RESUMPTION);
        pair.shutdown();
        assertResumed(pair.client(), pair.server());
    }

    @ParameterizedTest(name = "{0} over {1} bytes")
    @MethodSource("versionsAndPipes")
    @DisplayName("BLK-01 blocking pipes: at each end one call returns OK, then data flows both ways, then shutdown")
    void blocking(TlsVersion version, int capacity) throws Exception {
        Bio[] pipe = BlockingBio.pair(capacity);
        blocking(
                client(version).connect(pipe[0], TestContexts.HOST, 0),
                server(version).accept(pipe[1]),
                volume(capacity));
    }

    @ParameterizedTest(name = "{0} over {1} bytes")
    @MethodSource("versionsAndPipesOfResumed")
    @DisplayName("BLK-01 the same with a resumed session")
    void blockingAndResumed(TlsVersion version, int capacity) throws Exception {
        Bio[] pipe = BlockingBio.pair(capacity);
        Resuming contexts = resuming(version);
        TlsConnection client = contexts.client().connect(pipe[0], TestContexts.HOST, Resuming.PORT);
        TlsConnection server = contexts.server().accept(pipe[1]);
        blocking(client, server, AFTER_RESUMPTION);
        assertResumed(client, server);
    }

    private static void blocking(TlsConnection client, TlsConnection server, int bytes) throws Exception {
        CompletableFuture<TlsStatus> serverHandshake = async(server::doHandshake);
        assertEquals(TlsStatus.OK, client.doHandshake());
        assertEquals(TlsStatus.OK, serverHandshake.get());

        List<CompletableFuture<?>> writers = new ArrayList<>();
        writers.add(async(() -> client.write(ByteBuffer.wrap(ConnectionPair.random(1, bytes)))));
        writers.add(async(() -> server.write(ByteBuffer.wrap(ConnectionPair.random(2, bytes)))));
        CompletableFuture<byte[]> atServer = async(() -> readFully(server, bytes));
        assertArrayEquals(ConnectionPair.random(2, bytes), readFully(client, bytes));
        assertArrayEquals(ConnectionPair.random(1, bytes), atServer.get());
        for (CompletableFuture<?> writer : writers) {
            assertEquals(TlsStatus.OK, writer.get());
        }

        CompletableFuture<TlsStatus> serverEnd = async(() -> {
            assertEquals(TlsStatus.CLOSED, server.read(ByteBuffer.allocate(10)));
            return server.shutdown();
        });
        assertEquals(TlsStatus.OK, client.shutdown());
        assertEquals(TlsStatus.CLOSED, client.shutdown());
        assertEquals(TlsStatus.CLOSED, serverEnd.get());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("BLK-02 a peer that disappears during a blocking handshake causes a truncation")
    void blockingHandshakeIsCut(TlsVersion version) throws Exception {
        for (int bytes : new int[] {0, 3, 50, 600}) {
            Bio[] pipe = BlockingBio.pair(UNLIMITED);
            TlsConnection client =
                    client(version).connect(CuttingBio.endingAfter(pipe[0], bytes), TestContexts.HOST, 0);
            TlsConnection server = server(version).accept(pipe[1]);
            CompletableFuture<TlsStatus> serverHandshake = async(server::doHandshake);
            assertThrows(TlsTruncatedException.class, client::doHandshake);
            client.close();
            ExecutionException e = assertThrows(ExecutionException.class, serverHandshake::get);
            assertTrue(e.getCause() instanceof IOException, () -> "not " + e.getCause());
        }
    }

    // ---- the order of events

    @Test
    @DisplayName("HS-01 a client's first call sends all of ClientHello, then wants to read")
    void clientStarts() throws IOException {
        ConnectionPair pair = new ConnectionPair(client(), server(), Bio.pair(UNLIMITED));
        assertEquals(TlsStatus.WANT_READ, pair.client().doHandshake());
        byte[] hello = takeAll(pair.serverBio());
        assertEquals(22, hello[0]);
        assertEquals(hello.length - 5, (hello[3] & 0xFF) << 8 | hello[4] & 0xFF, "one whole record");
        assertEquals(1, pair.clientBio().writes());
    }

    @Test
    @DisplayName("HS-02 a server that has received nothing wants to read and sends nothing")
    void serverWaits() throws IOException {
        ConnectionPair pair = new ConnectionPair(client(), server(), Bio.pair(UNLIMITED));
        assertEquals(TlsStatus.WANT_READ, pair.server().doHandshake());
        assertEquals(0, pair.serverBio().bytesWritten());
    }

    @Test
    @DisplayName("HS-03 full TLS 1.2 handshake: C:R S:R C:R S:1 C:1")
    void fullTls12() throws IOException {
        assertEquals("C:R S:R C:R S:1 C:1", alternate(pair(TlsVersion.TLS_1_2, UNLIMITED)));
    }

    @Test
    @DisplayName("HS-04 full TLS 1.3 handshake: C:R S:R C:1 S:1")
    void fullTls13() throws IOException {
        assertEquals("C:R S:R C:1 S:1", alternate(pair(TlsVersion.TLS_1_3, UNLIMITED)));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-05 resumed handshake, of either version: C:R S:R C:1 S:1")
    void resumed(TlsVersion version) throws IOException {
        Resuming contexts = resuming(version);
        ConnectionPair second = contexts.pair(Bio.pair(UNLIMITED));
        assertEquals("C:R S:R C:1 S:1", alternate(second));
        assertResumed(second.client(), second.server());
        assertEquals(
                TestPki.server(KeyKind.ECDSA_P256).chain(),
                second.client().session().peerCertificates());
        second.transfer(1_000);
        second.shutdown();
    }

    @Test
    @DisplayName("HS-06 TLS 1.3 with HelloRetryRequest: C:R S:R C:R S:R C:1 S:1")
    void helloRetryRequest() throws IOException {
        TlsContext client = TestContexts.client(engine(), TlsVersion.TLS_1_3)
                .groups(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1)
                .build();
        TlsContext server = TestContexts.server(engine(), TlsVersion.TLS_1_3)
                .groups(NamedGroup.SECP384R1)
                .build();
        ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(UNLIMITED));
        assertEquals("C:R S:R C:R S:R C:1 S:1", alternate(pair));
        assertEquals(NamedGroup.SECP384R1, pair.client().session().group());
        assertEquals(NamedGroup.SECP384R1, pair.server().session().group());
        pair.transfer(1_000);
    }

    @Test
    @DisplayName("HS-06 a resumed session of TLS 1.3 after a HelloRetryRequest")
    void helloRetryRequestAndResumed() throws IOException {
        Resuming contexts = resuming(
                TestContexts.client(engine(), TlsVersion.TLS_1_3)
                        .groups(NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1),
                TestContexts.server(engine(), TlsVersion.TLS_1_3).groups(NamedGroup.SECP384R1));
        ConnectionPair pair = contexts.pair(Bio.pair(UNLIMITED));
        assertEquals("C:R S:R C:R S:R C:1 S:1", alternate(pair));
        assertResumed(pair.client(), pair.server());
        pair.transfer(1_000);
    }

    /** Calls client and server in turn until both are done, and notes their results in the table's notation. */
    private static String alternate(ConnectionPair pair) throws IOException {
        List<String> steps = new ArrayList<>();
        boolean client = true;
        while (!pair.client().isHandshakeDone() || !pair.server().isHandshakeDone()) {
            TlsConnection connection = client ? pair.client() : pair.server();
            if (!connection.isHandshakeDone()) {
                TlsStatus status = connection.doHandshake();
                String outcome = switch (status) {
                    case OK -> "1";
                    case WANT_READ -> "R";
                    case WANT_WRITE -> "W";
                    case CLOSED -> "0";
                };
                steps.add((client ? "C:" : "S:") + outcome);
            }
            assertTrue(steps.size() < 20, steps::toString);
            client = !client;
        }
        return String.join(" ", steps);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-07 a call repeated without new bytes returns the same result and sends nothing")
    void repeated(TlsVersion version) throws IOException {
        assertRepeatable(pair(version, UNLIMITED));
        assertRepeatable(resuming(version).pair(Bio.pair(UNLIMITED)));
    }

    private static void assertRepeatable(ConnectionPair pair) throws IOException {
        for (TlsConnection connection : List.of(pair.client(), pair.server(), pair.client())) {
            TlsStatus status = connection.doHandshake();
            if (status == TlsStatus.OK) {
                break;
            }
            long written = pair.clientBio().bytesWritten() + pair.serverBio().bytesWritten();
            for (int i = 0; i < 10; i++) {
                assertEquals(status, connection.doHandshake());
            }
            assertEquals(
                    written, pair.clientBio().bytesWritten() + pair.serverBio().bytesWritten());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-08 a call fills a pipe smaller than the flight, and continues once it is drained")
    void filledToTheBrim(TlsVersion version) throws IOException {
        ConnectionPair pair = pair(version, 64);
        assertEquals(TlsStatus.WANT_WRITE, pair.client().doHandshake());
        assertEquals(64, pair.clientBio().bytesWritten());
        assertEquals(TlsStatus.WANT_WRITE, pair.client().doHandshake());
        assertEquals(64, pair.clientBio().bytesWritten());
        assertEquals(TlsStatus.WANT_READ, pair.server().doHandshake());
        assertEquals(64, pair.serverBio().bytesRead());
        pair.client().doHandshake();
        assertEquals(128, pair.clientBio().bytesWritten());
        pair.handshake();
    }

    @Test
    @DisplayName("HS-10 a TLS 1.3 server is done without room for its tickets (libssl would wait forever)")
    void doesNotWaitToSendTickets() throws IOException {
        for (int capacity : new int[] {1, 3, 64, 200}) {
            assertDoneWithoutReader(resuming(TlsVersion.TLS_1_3).pair(Bio.pair(capacity)));
            TlsContext client = TestContexts.client(engine(), TlsVersion.TLS_1_3)
                    .sessionCache(TlsSessionCache.ofSize(10))
                    .build();
            assertDoneWithoutReader(new ConnectionPair(client, server(TlsVersion.TLS_1_3), Bio.pair(capacity)));
        }
    }

    private static void assertDoneWithoutReader(ConnectionPair pair) throws IOException {
        for (int turn = 0; !pair.client().isHandshakeDone(); turn++) {
            assertTrue(turn < 100_000);
            pair.client().doHandshake();
            pair.server().doHandshake();
        }
        // From here on the client only flushes its output; it does not read.
        for (int turn = 0; !pair.server().isHandshakeDone(); turn++) {
            assertTrue(turn < 100_000, "the server waits for a client that does not read");
            pair.client().flush(Waiting.NEVER);
            pair.server().doHandshake();
        }
        pair.transfer(1_000);
    }

    @Test
    @DisplayName("HS-11 while output is outstanding nothing is read; an alert is seen once it is drained")
    void outputComesFirst() throws IOException {
        ConnectionPair pair = pair(TlsVersion.TLS_1_3, 64);
        assertEquals(TlsStatus.WANT_WRITE, pair.client().doHandshake());
        ByteBuffer alert = ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 2, 40});
        assertEquals(7, pair.serverBio().write(alert));
        for (int i = 0; i < 10; i++) {
            assertEquals(TlsStatus.WANT_WRITE, pair.client().doHandshake());
        }
        assertEquals(0, pair.clientBio().bytesRead());
        TlsHandshakeException failure = assertThrows(TlsHandshakeException.class, () -> {
            for (int turn = 0; turn < 1_000; turn++) {
                takeAll(pair.serverBio());
                pair.client().doHandshake();
            }
        });
        assertEquals(Optional.of(TlsAlert.HANDSHAKE_FAILURE), failure.alert());
        assertTrue(failure.isAlertReceived());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-12 an end that wants to read has sent all its output")
    void nothingIsHeldBack(TlsVersion version) throws IOException {
        assertNothingHeldBack(pair(version, 100));
        assertNothingHeldBack(resuming(version).pair(Bio.pair(100)));
    }

    private static void assertNothingHeldBack(ConnectionPair pair) throws IOException {
        for (int turn = 0; !pair.client().isHandshakeDone() || !pair.server().isHandshakeDone(); turn++) {
            assertTrue(turn < 10_000);
            assertNothingHeldBack(pair.client(), pair.clientBio());
            assertNothingHeldBack(pair.server(), pair.serverBio());
        }
    }

    private static void assertNothingHeldBack(TlsConnection connection, CountingBio bio) throws IOException {
        if (connection.doHandshake() == TlsStatus.WANT_READ) {
            long written = bio.bytesWritten();
            assertEquals(TlsStatus.OK, connection.flush(Waiting.NEVER));
            assertEquals(written, bio.bytesWritten());
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-13 one byte with each call, in either direction")
    void byteByByte(TlsVersion version) throws IOException {
        Bio[] pipe = Bio.pair(UNLIMITED);
        Bio[] choppy = {new ChoppyBio(pipe[0], 1), new ChoppyBio(pipe[1], 1)};
        ConnectionPair pair = new ConnectionPair(client(version), server(version), choppy).handshake();
        pair.transfer(20_000);
        pair.shutdown();
        Bio[] again = Bio.pair(UNLIMITED);
        Bio[] choppyAgain = {new ChoppyBio(again[0], 1), new ChoppyBio(again[1], 1)};
        ConnectionPair resumed = resuming(version).pair(choppyAgain).handshake();
        resumed.transfer(1_000);
        resumed.shutdown();
        assertResumed(resumed.client(), resumed.server());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-14 a pipe that refuses every second call, reads one byte and writes seven")
    void fitfully(TlsVersion version) throws IOException {
        Bio[] pipe = Bio.pair(UNLIMITED);
        Bio[] choppy = {new ChoppyBio(pipe[0], 1, 7, 2), new ChoppyBio(pipe[1], 1, 7, 2)};
        ConnectionPair pair = new ConnectionPair(client(version), server(version), choppy).handshake();
        pair.transfer(20_000);
        pair.shutdown();
        Bio[] again = Bio.pair(UNLIMITED);
        Bio[] choppyAgain = {new ChoppyBio(again[0], 1, 7, 2), new ChoppyBio(again[1], 1, 7, 2)};
        ConnectionPair resumed = resuming(version).pair(choppyAgain).handshake();
        resumed.transfer(1_000);
        resumed.shutdown();
        assertResumed(resumed.client(), resumed.server());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-15 a certificate chain longer than the pipe")
    void longChain(TlsVersion version) throws IOException {
        TlsContext server = TestContexts.server(engine(), version)
                .identity(TestPki.chain(KeyKind.RSA_2048, 6))
                .build();
        ConnectionPair pair = new ConnectionPair(client(version), server, Bio.pair(512));
        List<TlsStatus> statuses = new ArrayList<>();
        for (int turn = 0; !pair.client().isHandshakeDone(); turn++) {
            assertTrue(turn < 10_000);
            pair.client().doHandshake();
            statuses.add(pair.server().doHandshake());
        }
        assertTrue(statuses.contains(TlsStatus.WANT_WRITE));
        pair.handshake();
        assertEquals(7, pair.client().session().peerCertificates().size());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-16 once established, OK again without I/O; unread tickets stay where they are")
    void establishedAgain(TlsVersion version) throws IOException {
        ConnectionPair pair = resuming(version).pair(Bio.pair(UNLIMITED)).handshake();
        String client = pair.clientBio().activity();
        String server = pair.serverBio().activity();
        for (int i = 0; i < 10; i++) {
            assertEquals(TlsStatus.OK, pair.client().doHandshake());
            assertEquals(TlsStatus.OK, pair.server().doHandshake());
        }
        assertEquals(client, pair.clientBio().activity());
        assertEquals(server, pair.serverBio().activity());
        pair.transfer(1_000);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-17 with an unfinished write, OK without I/O; the write can be finished")
    void establishedWithAnUnfinishedWrite(TlsVersion version) throws IOException {
        ConnectionPair pair = pair(version, 512).handshake();
        pair.client().read(ByteBuffer.allocate(1));
        byte[] data = ConnectionPair.random(3, 40_000);
        ByteBuffer src = ByteBuffer.wrap(data);
        assertEquals(TlsStatus.WANT_WRITE, pair.client().write(src));
        String activity = pair.clientBio().activity();
        assertEquals(TlsStatus.OK, pair.client().doHandshake());
        assertEquals(activity, pair.clientBio().activity());

        ByteBuffer dst = ByteBuffer.allocate(data.length);
        for (int turn = 0; dst.hasRemaining(); turn++) {
            assertTrue(turn < 10_000);
            pair.client().write(src);
            pair.server().read(dst);
        }
        assertArrayEquals(data, dst.array());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("HS-18 still OK after close_notify of either end")
    void establishedAndClosed(TlsVersion version) throws IOException {
        ConnectionPair pair = pair(version, UNLIMITED).handshake();
        assertEquals(TlsStatus.OK, pair.client().shutdown());
        assertEquals(TlsStatus.OK, pair.client().doHandshake());
        assertEquals(TlsStatus.CLOSED, pair.server().read(ByteBuffer.allocate(1)));
        assertEquals(TlsStatus.OK, pair.server().doHandshake());
    }

    @Test
    @DisplayName("HS-19 a TLS 1.3 client that is done may write before the server is done")
    void writesBeforeTheServerIsDone() throws IOException {
        assertWritesBeforeTheServerIsDone(pair(TlsVersion.TLS_1_3, UNLIMITED));
        assertWritesBeforeTheServerIsDone(resuming(TlsVersion.TLS_1_3).pair(Bio.pair(UNLIMITED)));
    }

    private static void assertWritesBeforeTheServerIsDone(ConnectionPair pair) throws IOException {
        pair.client().doHandshake();
        pair.server().doHandshake();
        assertEquals(TlsStatus.OK, pair.client().doHandshake());
        assertFalse(pair.server().isHandshakeDone());
        byte[] data = ConnectionPair.random(4, 1_000);
        assertEquals(TlsStatus.OK, pair.client().write(ByteBuffer.wrap(data)));
        assertEquals(TlsStatus.OK, pair.server().doHandshake());
        ByteBuffer dst = ByteBuffer.allocate(2_000);
        assertEquals(TlsStatus.OK, pair.server().read(dst));
        assertEquals(ByteBuffer.wrap(data), dst.flip());
    }

    // ---- parking waits over non-blocking pipes

    @ParameterizedTest(name = "{0} over {1} bytes")
    @MethodSource("versionsAndPipes")
    @DisplayName("non-blocking pipes and parking waits: two threads, both directions at once")
    void parked(TlsVersion version, int capacity) throws Exception {
        Bio[] pipe = Bio.pair(capacity);
        parked(
                pipe,
                client(version).connect(pipe[0], TestContexts.HOST, 0),
                server(version).accept(pipe[1]),
                Math.min(volume(capacity), 200_000));
    }

    @ParameterizedTest(name = "{0} over {1} bytes")
    @MethodSource("versionsAndPipesOfResumed")
    @DisplayName("H15 the same with a resumed session: both ends write first, and the server sends a ticket")
    void parkedAndResumed(TlsVersion version, int capacity) throws Exception {
        Bio[] pipe = Bio.pair(capacity);
        Resuming contexts = resuming(version);
        TlsConnection client = contexts.client().connect(pipe[0], TestContexts.HOST, Resuming.PORT);
        TlsConnection server = contexts.server().accept(pipe[1]);
        parked(pipe, client, server, AFTER_RESUMPTION);
        assertResumed(client, server);
    }

    private static void parked(Bio[] pipe, TlsConnection client, TlsConnection server, int bytes) throws Exception {
        Parking clientWait = new Parking((NotifyingBio) pipe[0]);
        Parking serverWait = new Parking((NotifyingBio) pipe[1]);
        // There is no separate handshake: the first read or write performs it, in either thread.
        List<CompletableFuture<?>> all = List.of(
                async(() -> client.write(ByteBuffer.wrap(ConnectionPair.random(1, bytes)), clientWait)),
                async(() -> server.write(ByteBuffer.wrap(ConnectionPair.random(2, bytes)), serverWait)),
                async(() -> readFully(client, bytes, clientWait)),
                async(() -> readFully(server, bytes, serverWait)));
        for (CompletableFuture<?> one : all) {
            one.whenComplete((done, failure) -> {
                if (failure != null) {
                    all.forEach(other -> other.completeExceptionally(failure));
                }
            });
        }
        assertEquals(TlsStatus.OK, all.get(0).get());
        assertEquals(TlsStatus.OK, all.get(1).get());
        assertArrayEquals(ConnectionPair.random(2, bytes), (byte[]) all.get(2).get());
        assertArrayEquals(ConnectionPair.random(1, bytes), (byte[]) all.get(3).get());
    }

    private static byte[] readFully(TlsConnection connection, int length) throws IOException {
        return readFully(connection, length, Waiting.NEVER);
    }

    private static byte[] readFully(TlsConnection connection, int length, Waiting waiting) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(length);
        while (dst.hasRemaining()) {
            assertEquals(TlsStatus.OK, connection.read(dst, waiting));
        }
        return dst.array();
    }

    private static byte[] takeAll(Bio bio) throws IOException {
        ByteBuffer dst = ByteBuffer.allocate(UNLIMITED);
        while (bio.read(dst) > 0) {}
        byte[] bytes = new byte[dst.flip().remaining()];
        dst.get(bytes);
        return bytes;
    }

    private interface Task<T> {
        T run() throws Exception;
    }

    private static <T> CompletableFuture<T> async(Task<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(task.run());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
