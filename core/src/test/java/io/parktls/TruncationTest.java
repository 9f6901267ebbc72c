package io.parktls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import io.parktls.bio.Bio;
import io.parktls.bio.CuttingBio;
import io.parktls.bio.WrappedBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cuts an exchange after its bytes. The end must never look like a proper end. */
@Tag("H6")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TruncationTest {
    private static final byte[] REQUEST = ConnectionPair.random(1, 300);
    private static final byte[] REPLY = ConnectionPair.random(2, 700);

    /** How many turns of both ends a test may take before it fails. */
    private static final int TURNS = 1_000;

    /** Cuts after one in this many bytes, besides the ends and headers of all records. */
    private static final int ONE_IN = 25;

    /** The end whose input is cut. */
    enum Victim {
        CLIENT,
        SERVER
    }

    /** The ways in which a connection breaks. */
    enum Cut {
        END {
            @Override
            Bio after(Bio bio, long bytes) {
                return CuttingBio.endingAfter(bio, bytes);
            }
        },
        RESET {
            @Override
            Bio after(Bio bio, long bytes) {
                return CuttingBio.failingAfter(bio, bytes);
            }
        };

        abstract Bio after(Bio bio, long bytes);
    }

    private final TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();

    static Stream<Arguments> cuts() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(Victim.values())
                        .flatMap(victim -> Stream.of(Cut.values()).map(cut -> Arguments.of(version, victim, cut))));
    }

    static Stream<Arguments> resumedCuts() {
        return Stream.of(TlsVersion.values())
                .flatMap(version -> Stream.of(Victim.values()).map(victim -> Arguments.of(version, victim)));
    }

    @ParameterizedTest(name = "{0}: the {1}''s input, by {2}")
    @MethodSource("cuts")
    @DisplayName("H6 a cut in each record of a handshake, a request, a reply and close_notify is reported")
    void cutInEachRecord(TlsVersion version, Victim victim, Cut cut) throws IOException {
        cut(
                version,
                victim,
                cut,
                false,
                stream -> Sample.positions("truncations " + version + victim + cut, stream, ONE_IN));
    }

    @ParameterizedTest(name = "{0}: the {1}''s input")
    @MethodSource("resumedCuts")
    @DisplayName("H6 a cut in each record of a resumed handshake, a request, a reply and close_notify is reported")
    void cutInEachRecordOfAResumedSession(TlsVersion version, Victim victim) throws IOException {
        cut(
                version,
                victim,
                Cut.END,
                true,
                stream -> Sample.positions("resumed truncations " + version + victim, stream, ONE_IN));
    }

    @Tag("slow")
    @ParameterizedTest(name = "{0}: the {1}''s input, by {2}")
    @MethodSource("cuts")
    @DisplayName("H6 a cut after any byte of a handshake, a request, a reply and close_notify is reported")
    void cutAnywhere(TlsVersion version, Victim victim, Cut cut) throws IOException {
        cut(version, victim, cut, false, stream -> IntStream.range(0, stream.length));
    }

    private void cut(TlsVersion version, Victim victim, Cut cut, boolean resumed, Function<byte[], IntStream> positions)
            throws IOException {
        // Ed25519 signatures have a fixed length, so all exchanges have as many bytes as the one that is measured.
        TlsContext client = TestContexts.client(engine, version).build();
        TlsContext server = TestContexts.server(engine, version)
                .identity(TestPki.server(KeyKind.ED25519))
                .build();
        Supplier<TlsContext> clients = resumed ? ResumableSession.of(client, server)::client : () -> client;
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        Exchange undisturbed = new Exchange(clients.get(), server, victim, bio -> recorded(bio, whole)).run();
        assertEquals(resumed, undisturbed.victim.connection.session().resumed());
        assertTrue(whole.size() > 500, () -> "only " + whole.size() + " bytes");
        for (int at : positions.apply(whole.toByteArray()).toArray()) {
            Exchange exchange = new Exchange(clients.get(), server, victim, bio -> cut.after(bio, at)).run();
            IOException failure = exchange.victimFailure();
            assertNotNull(failure, () -> "no failure after the cut after byte " + at + " of " + whole.size());
            if (cut == Cut.END) {
                assertInstanceOf(TlsTruncatedException.class, failure, () -> "after byte " + at);
            } else {
                assertEquals("Connection reset", failure.getMessage());
            }
        }
        assertNull(new Exchange(clients.get(), server, victim, bio -> cut.after(bio, whole.size()))
                .run()
                .victimFailure());
    }

    /** Returns a pipe that copies what is read from it. */
    private static Bio recorded(Bio bio, ByteArrayOutputStream copy) {
        return new WrappedBio(bio) {
            @Override
            public int read(ByteBuffer dst) throws IOException {
                ByteBuffer read = dst.duplicate();
                int n = inner.read(dst);
                byte[] bytes = new byte[Math.max(n, 0)];
                read.get(bytes);
                copy.writeBytes(bytes);
                return n;
            }
        };
    }

    private interface Wrapper {
        Bio around(Bio bio);
    }

    /** A request and a reply, each followed by close_notify, with both ends driven by one thread. */
    private static final class Exchange {
        private final End client;
        private final End server;
        private final End victim;

        Exchange(TlsContext client, TlsContext server, Victim victim, Wrapper wrapper) {
            Bio[] pipe = Bio.pair(100_000);
            int cut = victim == Victim.CLIENT ? 0 : 1;
            pipe[cut] = wrapper.around(pipe[cut]);
            this.client = new End(client.connect(pipe[0], TestContexts.HOST, 0), REQUEST, REPLY);
            this.server = new End(server.accept(pipe[1]), REPLY, REQUEST);
            this.victim = victim == Victim.CLIENT ? this.client : this.server;
        }

        Exchange run() throws IOException {
            for (int turn = 0; turn < TURNS && !victim.isDone(); turn++) {
                client.turn(true);
                server.turn(client.hasEnded());
            }
            assertTrue(victim.isDone(), () -> "comes to no end: " + victim.connection);
            return this;
        }

        @Nullable
        IOException victimFailure() {
            return victim.failure;
        }
    }

    private static final class End {
        private final TlsConnection connection;
        private final ByteBuffer toSend;
        private final byte[] expected;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private final ByteBuffer buffer = ByteBuffer.allocate(1_000);

        private boolean closed;

        private @Nullable IOException failure;

        End(TlsConnection connection, byte[] toSend, byte[] expected) {
            this.connection = connection;
            this.toSend = ByteBuffer.wrap(toSend);
            this.expected = expected;
        }

        boolean isDone() {
            return closed || failure != null;
        }

        boolean hasEnded() {
            return connection.isCloseNotifySent() || failure != null;
        }

        /**
         * Performs one step. Records the first failure. After a proper end the data must be complete; before, it is a
         * prefix.
         */
        void turn(boolean maySend) throws IOException {
            if (isDone()) {
                return;
            }
            try {
                if (maySend && connection.doHandshake() == TlsStatus.OK && !connection.isCloseNotifySent()) {
                    connection.write(toSend);
                    connection.shutdownOutput(Waiting.NEVER);
                }
                TlsStatus status = connection.read(buffer.clear());
                received.write(buffer.array(), 0, buffer.position());
                closed = status == TlsStatus.CLOSED;
            } catch (IOException e) {
                failure = e;
                connection.close();
            }
            byte[] soFar = received.toByteArray();
            byte[] beginning = closed ? expected : Arrays.copyOf(expected, soFar.length);
            assertArrayEquals(beginning, soFar);
        }
    }
}
