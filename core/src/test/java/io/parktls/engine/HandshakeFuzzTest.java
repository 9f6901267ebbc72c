package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.ClientAuth;
import io.parktls.Fuzz;
import io.parktls.ResumableSession;
import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Fuzzes handshakes of the Bouncy Castle engine, in both roles, by changing messages in transit. For any input the
 * engine returns a status or throws an {@link SSLException}, within bounded calls and memory.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HandshakeFuzzTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();

    /** An unmodified handshake allocates about a megabyte, most of it the first time. */
    private static final long MEMORY = 64 << 20;

    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;

    private static final byte[] DATA = {1, 2, 3};

    /**
     * Compatible engines of both roles, for both versions, with and without client certificates.
     *
     * @param clients the context of the clients
     * @param session the session that each connection resumes; null for full handshakes
     */
    private record Pair(
            TlsContext clients,
            TlsEngineProvider.Engines client,
            TlsEngineProvider.Engines server,
            @Nullable ResumableSession session) {
        static Pair of(TlsVersion version, boolean mutual, boolean resumed) {
            TlsContext.Builder client = TestContexts.client(ENGINE, version).applicationProtocols("h2", "http/1.1");
            TlsContext.Builder server = TestContexts.server(ENGINE, version).applicationProtocols("http/1.1");
            if (mutual) {
                client.identity(TestPki.client(KeyKind.ECDSA_P256));
                server.clientAuth(ClientAuth.REQUIRED).trust(TestPki.trust());
            }
            TlsContext clients = client.build();
            TlsContext servers = server.build();
            ResumableSession session = resumed ? ResumableSession.of(clients, servers) : null;
            clients = session == null ? clients : session.client();
            return new Pair(clients, ENGINE.prepare(clients), ENGINE.prepare(servers), session);
        }

        End newClient() {
            if (session != null) {
                session.putInto(clients);
            }
            return new End(client.client(TestContexts.HOST, 0));
        }
    }

    private static List<Pair> pairs() {
        List<Pair> pairs = new ArrayList<>();
        for (TlsVersion version : TlsVersion.values()) {
            pairs.add(Pair.of(version, false, false));
            pairs.add(Pair.of(version, true, false));
            pairs.add(Pair.of(version, true, true));
        }
        return pairs;
    }

    /** Changes some of the transferred bytes. Unchanged records let the handshake progress further. */
    @Test
    void recordsChangedInTransit() {
        List<Pair> pairs = pairs();
        Fuzz.run(MEMORY, random -> {
            Pair pair = pairs.get(random.nextInt(pairs.size()));
            End client = pair.newClient();
            End server = new End(pair.server().server());
            int changeOneIn = random.nextInt(2, 12);
            for (int turn = 0; turn < 12; turn++) {
                byte[] flight = client.turn();
                server.receive(random.nextInt(changeOneIn) == 0 ? changed(random, flight) : flight);
                flight = server.turn();
                client.receive(random.nextInt(changeOneIn) == 0 ? changed(random, flight) : flight);
            }
            client.end();
            server.end();
        });
    }

    /** Unencrypted records may be fragmented arbitrarily without an effect on the handshake. */
    @Test
    void otherFragmentation() {
        List<Pair> pairs = pairs();
        Fuzz.run(MEMORY, random -> {
            Pair pair = pairs.get(random.nextInt(pairs.size()));
            End client = pair.newClient();
            End server = new End(pair.server().server());
            for (int turn = 0; turn < 8 && !(client.done() && server.done()); turn++) {
                server.receive(refragmented(random, client.turn()));
                client.receive(refragmented(random, server.turn()));
            }
            assertTrue(client.done() && server.done(), () -> client + ", " + server);
            server.receive(client.turn());
            assertArrayEquals(DATA, server.received());
            assertEquals(pair.session() != null, client.engine.session().resumed());
        });
    }

    /** A peer that sends unrelated records. */
    @Test
    void unrelatedRecords() {
        List<Pair> pairs = pairs();
        byte[] hello = pairs.getFirst().newClient().turn();
        Fuzz.run(MEMORY, random -> {
            Pair pair = pairs.get(random.nextInt(pairs.size()));
            End end = random.nextBoolean()
                    ? pair.newClient()
                    : new End(pair.server().server());
            for (int i = random.nextInt(20); i > 0; i--) {
                end.receive(random.nextInt(4) == 0 ? Fuzz.mutated(random, hello) : anyRecord(random));
                end.turn();
            }
            end.end();
        });
    }

    // ---- changes in transit

    private static byte[] changed(Random random, byte[] flight) {
        List<byte[]> records = records(flight);
        if (!records.isEmpty()) {
            int at = random.nextInt(records.size());
            byte[] record = records.get(at);
            switch (random.nextInt(10)) {
                case 0 -> records.remove(at);
                case 1 -> records.add(at, record);
                case 2 -> records.add(records.remove(at));
                case 3 -> records.add(at, anyRecord(random));
                case 4 -> records.set(at, Fuzz.mutated(random, record));
                // The other changes keep the framing, so that they reach code behind the record layer.
                default ->
                    records.set(
                            at, record(record[0], Fuzz.mutated(random, Arrays.copyOfRange(record, 5, record.length))));
            }
            return joined(records);
        }
        return random.nextInt(4) == 0 ? anyRecord(random) : flight;
    }

    private static byte[] refragmented(Random random, byte[] flight) {
        List<byte[]> cut = new ArrayList<>();
        boolean inTheClear = true;
        for (byte[] record : records(flight)) {
            inTheClear &= record[0] == HANDSHAKE;
            int at = 5;
            while (at < record.length) {
                int length = record.length - at;
                if (inTheClear) {
                    length = Math.min(length, random.nextInt(1, 400));
                }
                cut.add(record(record[0], Arrays.copyOfRange(record, at, at + length)));
                at += length;
            }
        }
        return joined(cut);
    }

    private static byte[] anyRecord(Random random) {
        byte[] fragment = Fuzz.bytes(random, random.nextInt(10) == 0 ? random.nextInt(17_000) : random.nextInt(60));
        int type = random.nextInt(5) == 0 ? random.nextInt(256) : random.nextInt(20, 24);
        if (type == HANDSHAKE && fragment.length > 4 && random.nextInt(4) > 0) {
            int[] types = {0, 1, 2, 4, 8, 11, 12, 13, 14, 15, 16, 20, 24};
            fragment[0] = (byte) types[random.nextInt(types.length)];
            fragment[1] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : 0);
            fragment[2] = (byte) (fragment.length - 4 >>> 8);
            fragment[3] = (byte) (fragment.length - 4);
        }
        if (type == ALERT) {
            fragment = new byte[] {(byte) random.nextInt(1, 3), (byte) random.nextInt(121)};
        }
        return record(type, fragment);
    }

    private static byte[] record(int type, byte[] fragment) {
        return ByteBuffer.allocate(5 + fragment.length)
                .put((byte) type)
                .putShort((short) 0x0303)
                .putShort((short) fragment.length)
                .put(fragment)
                .array();
    }

    private static List<byte[]> records(byte[] flight) {
        List<byte[]> records = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(flight);
        while (bytes.hasRemaining()) {
            byte[] record = new byte[5 + (bytes.getShort(bytes.position() + 3) & 0xFFFF)];
            bytes.get(record);
            records.add(record);
        }
        return records;
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    // ---- an engine and its buffers

    private static final class End {
        private enum State {
            HANDSHAKING,
            ESTABLISHED,
            CLOSED,
            FAILED
        }

        private final TlsEngine engine;
        private final ByteBuffer out = ByteBuffer.allocate(EngineEnd.ONE_RECORD);
        private ByteBuffer in = ByteBuffer.allocate(0);
        private byte[] put = {};
        private byte[] received = {};
        private State state = State.HANDSHAKING;

        End(TlsEngine engine) {
            this.engine = engine;
        }

        boolean done() {
            return state == State.ESTABLISHED;
        }

        byte[] received() {
            return received;
        }

        void receive(byte[] bytes) {
            in = ByteBuffer.allocate(in.remaining() + bytes.length)
                    .put(in)
                    .put(bytes)
                    .flip();
        }

        /** Advances the engine as far as possible and returns its output. */
        byte[] turn() {
            // A call that returns WANT_READ consumes nothing. Any other call consumes or produces a record.
            int calls = in.remaining() + 100;
            boolean more = true;
            while (more) {
                assertTrue(calls-- > 0, () -> "no progress: " + this);
                try {
                    more = step();
                } catch (SSLException expected) {
                    assertInstanceOf(TlsFailure.class, expected);
                    more = false;
                    state = State.FAILED;
                }
                drain();
            }
            collectReplies();
            byte[] flight = put;
            put = new byte[0];
            return flight;
        }

        private boolean step() throws SSLException {
            return switch (state) {
                case HANDSHAKING -> {
                    TlsStatus status = engine.handshake(in, out);
                    if (status == TlsStatus.OK) {
                        state = State.ESTABLISHED;
                        assertEquals("established", engine.state());
                        engine.session();
                        drain();
                        assertEquals(TlsStatus.OK, engine.write(ByteBuffer.wrap(DATA), out));
                    } else if (status == TlsStatus.CLOSED) {
                        state = State.CLOSED;
                    }
                    yield status == TlsStatus.WANT_WRITE || status == TlsStatus.OK;
                }
                case ESTABLISHED -> {
                    ByteBuffer dst = ByteBuffer.allocate(100);
                    TlsStatus status = engine.read(in, dst);
                    received = joined(List.of(received, Arrays.copyOf(dst.array(), dst.position())));
                    if (status == TlsStatus.CLOSED) {
                        state = State.CLOSED;
                    }
                    yield status == TlsStatus.OK;
                }
                case CLOSED, FAILED -> false;
            };
        }

        /** Collects the replies, such as an alert after a failure. */
        private void collectReplies() {
            try {
                for (int calls = 10; engine.hasReply(); calls--) {
                    assertTrue(calls > 0, "endless replies");
                    engine.reply(out);
                    drain();
                }
            } catch (SSLException e) {
                throw new AssertionError("a reply failed", e);
            }
        }

        private void drain() {
            put = joined(List.of(put, Arrays.copyOf(out.array(), out.position())));
            out.clear();
        }

        /** Ends the stream. Afterwards the engine must be closed or have failed. */
        void end() {
            engine.endOfInput();
            turn();
            assertTrue(state == State.CLOSED || state == State.FAILED, toString());
            engine.destroy();
        }

        @Override
        public String toString() {
            return state + " (" + engine.state() + ")";
        }
    }
}
