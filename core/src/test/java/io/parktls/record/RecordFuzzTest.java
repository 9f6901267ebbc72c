package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.Fuzz;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Feeds random input to the record layer. For any input, it must return a status or throw an {@link SSLException} after
 * a bounded number of calls.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class RecordFuzzTest {
    private static final long MEMORY = 32 << 20;

    /** All data that is sent arrives, regardless of buffer sizes and of key updates on either side. */
    @Test
    void validTraffic() {
        Fuzz.run(MEMORY, random -> {
            TlsLimits limits =
                    TlsLimits.DEFAULT.withRecordsPerKey(random.nextInt(1, 20)).withRecordsWithoutData(1000);
            RecordPair pair = new RecordPair(anySuite(random), limits);
            Talk toServer = new Talk(pair.client, pair.server);
            Talk toClient = new Talk(pair.server, pair.client);
            for (int step = random.nextInt(1, 60); step > 0; step--) {
                toServer.step(random);
                toClient.step(random);
            }
            toServer.finish(random);
            toClient.finish(random);
        });
    }

    /** Records that verify, of any type and content. They test code that random bytes do not reach. */
    @Test
    void forgedRecords() {
        Fuzz.run(MEMORY, random -> {
            CipherSuite suite = anySuite(random);
            RecordPair pair = new RecordPair(suite, TlsLimits.DEFAULT.withRecordsWithoutData(random.nextInt(1, 100)));
            RecordPair.End end = random.nextBoolean() ? pair.client : pair.server;
            Reader reader = new Reader(end);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            while (!reader.over && random.nextInt(50) > 0) {
                int type = random.nextInt(10) > 0 ? random.nextInt(20, 24) : random.nextInt(1, 256);
                byte[] content = anyContent(random, type);
                if (suite.version() == TlsVersion.TLS_1_3 && random.nextInt(4) == 0) {
                    end.forgePadded(type, content, random.nextInt(300));
                } else {
                    end.forge(type, content);
                }
                if (type == ContentType.APPLICATION_DATA) {
                    sent.writeBytes(content);
                }
                if (isKeyUpdate(suite, type, content)) {
                    end.forgerUpdatesKey();
                }
                reader.read(random);
                writeSomething(random, end, reader.over);
            }
            reader.assertPrefixOf(sent.toByteArray());
        });
    }

    /** Valid records with some bytes changed. The data delivered before the failure is a prefix of the data sent. */
    @Test
    void mutatedRecords() {
        Fuzz.run(MEMORY, random -> {
            RecordPair pair = new RecordPair(anySuite(random));
            byte[] data = Fuzz.bytes(random, random.nextInt(3000));
            ByteBuffer src = ByteBuffer.wrap(data);
            while (src.hasRemaining()) {
                int length = random.nextInt(1, src.remaining() + 1);
                pair.client.layer.write(src.slice(src.position(), length), pair.client.out);
                src.position(src.position() + length);
            }
            if (random.nextBoolean()) {
                pair.client.layer.closeNotify(pair.client.out);
            }
            byte[] wire = Arrays.copyOf(pair.client.out.array(), pair.client.out.position());
            pair.server.arrive(random.nextInt(10) == 0 ? wire : Fuzz.mutated(random, wire));
            if (random.nextBoolean()) {
                pair.server.layer.endOfInput();
            }
            Reader reader = new Reader(pair.server);
            reader.read(random);
            reader.assertPrefixOf(data);
        });
    }

    /** Random bytes after a header that may be valid. */
    @Test
    void noise() {
        Fuzz.run(MEMORY, random -> {
            RecordPair pair = new RecordPair(anySuite(random));
            Reader reader = new Reader(pair.client);
            while (!reader.over && random.nextInt(10) > 0) {
                byte[] noise = Fuzz.bytes(random, random.nextInt(600));
                if (noise.length > RecordFormat.HEADER && random.nextInt(4) > 0) {
                    int type = random.nextInt(20, 24);
                    RecordFormat.putHeader(noise, 0, type, random.nextInt(noise.length));
                }
                pair.client.arrive(noise);
                reader.read(random);
            }
            reader.assertPrefixOf(new byte[0]);
        });
    }

    // ---- random input

    private static CipherSuite anySuite(Random random) {
        return RecordPair.SUITES.get(random.nextInt(RecordPair.SUITES.size()));
    }

    private static ByteBuffer anyBuffer(Random random) {
        int size = random.nextInt(4) == 0 ? random.nextInt(1, 20_000) : random.nextInt(1, 200);
        return switch (random.nextInt(3)) {
            case 0 -> ByteBuffer.allocate(size);
            case 1 -> ByteBuffer.allocateDirect(size);
            default -> ByteBuffer.allocate(size + 20).slice(10, size);
        };
    }

    private static byte[] anyContent(Random random, int type) {
        if (type == ContentType.ALERT && random.nextInt(8) > 0) {
            int level = random.nextInt(1, 3);
            int[] codes = {0, 10, 20, 90, 90, 100, 100, random.nextInt(256)};
            return RecordPair.octets(level, codes[random.nextInt(codes.length)]);
        }
        if (type == ContentType.HANDSHAKE && random.nextInt(8) > 0) {
            byte[] message = anyMessage(random);
            return switch (random.nextInt(4)) {
                case 0 -> Fuzz.mutated(random, message);
                case 1 -> Arrays.copyOf(message, random.nextInt(message.length + 1));
                default -> message;
            };
        }
        return Fuzz.bytes(random, random.nextInt(20) == 0 ? random.nextInt(17_000) : random.nextInt(300));
    }

    private static byte[] anyMessage(Random random) {
        int[] types = {0, 1, 4, 4, 13, 24, 24, 24, random.nextInt(256)};
        int type = types[random.nextInt(types.length)];
        if (type == HandshakeMessage.KEY_UPDATE) {
            return HandshakeMessage.keyUpdate(random.nextBoolean());
        }
        int length = type == HandshakeMessage.HELLO_REQUEST ? 0 : random.nextInt(400);
        byte[] body = Fuzz.bytes(random, length);
        if (type == HandshakeMessage.NEW_SESSION_TICKET && length > 15) {
            body[8] = 0; // empty nonce; the ticket takes the rest, followed by empty extensions
            body[9] = (byte) (length - 13 >>> 8);
            body[10] = (byte) (length - 13);
            body[length - 1] = 0;
            body[length - 2] = 0;
        }
        return RecordPair.concat(RecordPair.octets(type, length >>> 16, length >>> 8, length), body);
    }

    private static boolean isKeyUpdate(CipherSuite suite, int type, byte[] content) {
        return suite.version() == TlsVersion.TLS_1_3
                && type == ContentType.HANDSHAKE
                && (Arrays.equals(content, HandshakeMessage.keyUpdate(true))
                        || Arrays.equals(content, HandshakeMessage.keyUpdate(false)));
    }

    /** Writes data and the replies that the read half left. */
    private static void writeSomething(Random random, RecordPair.End end, boolean readingIsOver) {
        ByteBuffer out = ByteBuffer.allocate(random.nextInt(300));
        try {
            TlsStatus status =
                    random.nextBoolean() ? end.layer.reply(out) : end.layer.write(ByteBuffer.allocate(50), out);
            assertTrue(status == TlsStatus.OK || status == TlsStatus.WANT_WRITE);
        } catch (SSLException expected) {
            assertTrue(readingIsOver, "the write half ends only after a failure of the read half");
        }
    }

    /** Reads all input into buffers of all kinds. */
    private static final class Reader {
        private final RecordPair.End end;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();

        /** Whether an exception was thrown or close_notify was received. */
        private boolean over;

        Reader(RecordPair.End end) {
            this.end = end;
        }

        void read(Random random) {
            // Each call must consume a record or return at least one byte.
            int calls = end.in.remaining() + 2;
            TlsStatus status = TlsStatus.OK;
            while (status == TlsStatus.OK && !over) {
                assertTrue(calls-- > 0, "no progress");
                ByteBuffer dst = anyBuffer(random);
                try {
                    status = end.read(dst);
                    assertEquals(status == TlsStatus.OK, dst.position() > 0);
                    over = status == TlsStatus.CLOSED;
                } catch (SSLException expected) {
                    assertEquals(0, dst.position());
                    over = true;
                }
                byte[] data = new byte[dst.position()];
                dst.get(0, data);
                received.writeBytes(data);
            }
        }

        void assertPrefixOf(byte[] sent) {
            byte[] data = received.toByteArray();
            assertArrayEquals(Arrays.copyOf(sent, data.length), data);
            assertTrue(data.length <= sent.length);
        }
    }

    /** One direction of a connection between two ends that comply with the protocol. */
    private static final class Talk {
        private final RecordPair.End from;
        private final RecordPair.End to;
        private final Reader reader;
        private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        /** The bytes in transit between the two ends. */
        private byte[] wire = {};

        Talk(RecordPair.End from, RecordPair.End to) {
            this.from = from;
            this.to = to;
            this.reader = new Reader(to);
        }

        void step(Random random) throws SSLException {
            switch (random.nextInt(6)) {
                case 0 -> {
                    if (from.is13) {
                        from.layer.updateKeys(random.nextBoolean());
                    }
                }
                case 1 -> put(out -> from.layer.reply(out), random);
                case 2, 3 -> {
                    byte[] data =
                            Fuzz.bytes(random, random.nextInt(5) == 0 ? random.nextInt(40_000) : random.nextInt(99));
                    ByteBuffer src = random.nextBoolean()
                            ? ByteBuffer.wrap(data)
                            : ByteBuffer.allocateDirect(data.length).put(data).flip();
                    put(out -> from.layer.write(src, out), random);
                    assertEquals(0, src.remaining());
                    sent.writeBytes(data);
                }
                default -> {
                    int length = random.nextInt(Math.min(wire.length, 40_000) + 1);
                    to.arrive(Arrays.copyOf(wire, length));
                    wire = Arrays.copyOfRange(wire, length, wire.length);
                    reader.read(random);
                    assertTrue(!reader.over);
                }
            }
        }

        void finish(Random random) throws SSLException {
            put(out -> from.layer.closeNotify(out), random);
            while (wire.length > 0) {
                int length = Math.min(wire.length, 40_000);
                to.arrive(Arrays.copyOf(wire, length));
                wire = Arrays.copyOfRange(wire, length, wire.length);
                reader.read(random);
            }
            assertArrayEquals(sent.toByteArray(), reader.received.toByteArray());
            to.assertClosed();
        }

        /** Writes output into as many buffers as necessary. */
        private void put(Output output, Random random) throws SSLException {
            TlsStatus status = TlsStatus.WANT_WRITE;
            for (int calls = 100; status == TlsStatus.WANT_WRITE; calls--) {
                assertTrue(calls > 0, "no progress");
                // A buffer that is not empty may be too small for a record; an empty one is always large enough.
                ByteBuffer out = ByteBuffer.allocate(RecordFormat.MAX_RECORD + random.nextInt(40_000));
                out.position(calls % 2 == 0 ? random.nextInt(out.capacity()) : 0);
                int start = out.position();
                status = output.put(out);
                wire = RecordPair.concat(wire, Arrays.copyOfRange(out.array(), start, out.position()));
            }
            assertEquals(TlsStatus.OK, status);
        }

        private interface Output {
            TlsStatus put(ByteBuffer out) throws SSLException;
        }
    }
}
