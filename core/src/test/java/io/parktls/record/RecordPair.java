package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.function.Executable;

/**
 * Two record layers in the state after a handshake, connected by buffers. The pair also has the keys of both, to forge
 * records that no compliant peer sends.
 *
 * <pre>
 *   client.write --&gt; client.out --deliver--&gt; server.in --&gt; server.read
 *                                               ^
 *                             server.forge -----+
 * </pre>
 */
final class RecordPair {
    /** The suites under test: one for each algorithm and version. */
    static final List<CipherSuite> SUITES = List.of(
            CipherSuite.TLS_AES_128_GCM_SHA256,
            CipherSuite.TLS_AES_256_GCM_SHA384,
            CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256);

    /** The suite for tests of TLS 1.3 whose results do not depend on the algorithm. */
    static final CipherSuite TLS13 = CipherSuite.TLS_AES_128_GCM_SHA256;

    /** The suite for tests of TLS 1.2 whose results do not depend on the algorithm. */
    static final CipherSuite TLS12 = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;

    static final int BUFFER = 4 * RecordFormat.MAX_RECORD;

    /**
     * Numbers the keys. Each pair has keys of its own, because the JDK does not seal twice with the same key and nonce.
     */
    private static final AtomicInteger KEYS = new AtomicInteger();

    final End client;
    final End server;

    RecordPair(CipherSuite suite) {
        this(suite, TlsLimits.DEFAULT);
    }

    /** Creates a pair for which no time passes. */
    RecordPair(CipherSuite suite, TlsLimits limits) {
        this(suite, limits, () -> 0);
    }

    RecordPair(CipherSuite suite, TlsLimits limits, LongSupplier nanoTime) {
        int clientKey = freshKey();
        int serverKey = freshKey();
        client = new End(suite, limits, nanoTime, clientKey, serverKey, false);
        server = new End(suite, limits, nanoTime, serverKey, clientKey, true);
    }

    static Stream<CipherSuite> suites() {
        return SUITES.stream();
    }

    /** Returns both ends of a new pair, for tests of either end. */
    static Stream<End> ends(CipherSuite suite) {
        RecordPair pair = new RecordPair(suite);
        return Stream.of(pair.client, pair.server);
    }

    /** Moves the output of {@code from} to the input of {@code to}. */
    static void deliver(End from, End to) {
        from.out.flip();
        to.arrive(from.out);
        from.out.clear();
    }

    static byte[] pattern(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }

    static byte[] octets(int... values) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        IntStream.of(values).forEach(all::write);
        return all.toByteArray();
    }

    /** Returns the number of a key that is not used elsewhere. */
    static int freshKey() {
        return KEYS.incrementAndGet();
    }

    private static @Nullable TrafficSecret secret(CipherSuite suite, int number) {
        if (suite.version() != TlsVersion.TLS_1_3) {
            return null;
        }
        return new TrafficSecret(
                suite,
                AeadAlgorithm.of(suite).ciphers(),
                pattern(suite == CipherSuite.TLS_AES_256_GCM_SHA384 ? 48 : 32, number));
    }

    /** Returns the key for one direction. The same number always yields the same key. */
    static TrafficKey key(CipherSuite suite, int number) {
        TrafficSecret secret = secret(suite, number);
        if (secret != null) {
            return secret.key();
        }
        AeadAlgorithm algorithm = AeadAlgorithm.of(suite);
        return new TrafficKey(
                algorithm.ciphers(),
                TlsVersion.TLS_1_2,
                pattern(algorithm.keyLength(), number),
                pattern(AeadAlgorithm.NONCE - algorithm.explicitNonce12(), -number));
    }

    /** The type and content of a record. */
    record Content(int type, byte[] bytes) {
        boolean isAlert(int level, TlsAlert alert) {
            return type == ContentType.ALERT && Arrays.equals(bytes, octets(level, alert.code()));
        }
    }

    /** A record layer with its input and output, and with its peer's keys to forge records. */
    static final class End {
        final RecordLayer layer;

        /** The input that has arrived, from the position to the limit. */
        final ByteBuffer in = ByteBuffer.allocate(BUFFER).limit(0);

        /** The output of this end, up to the position. */
        final ByteBuffer out = ByteBuffer.allocate(BUFFER);

        final boolean is13;

        /** Seals records with the peer's key. Its sequence numbers do not count the records of the actual peer. */
        private RecordSealer forger;

        private @Nullable TrafficSecret forgerSecret;

        /** Opens the records that this end sends. */
        private RecordOpener auditor;

        private @Nullable TrafficSecret auditorSecret;

        private End(CipherSuite suite, TlsLimits limits, LongSupplier nanoTime, int self, int peer, boolean isServer) {
            is13 = suite.version() == TlsVersion.TLS_1_3;
            layer = new RecordLayer(
                    new RecordOpener(key(suite, peer)),
                    new RecordSealer(key(suite, self)),
                    secret(suite, peer),
                    secret(suite, self),
                    limits,
                    isServer,
                    false,
                    nanoTime);
            forger = new RecordSealer(key(suite, peer));
            forgerSecret = secret(suite, peer);
            auditor = new RecordOpener(key(suite, self));
            auditorSecret = secret(suite, self);
        }

        // ---- input

        End arrive(ByteBuffer bytes) {
            in.compact().put(bytes).flip();
            return this;
        }

        End arrive(byte[] bytes) {
            return arrive(ByteBuffer.wrap(bytes));
        }

        /** Adds a record to the input that is protected with the peer's key. */
        End forge(int type, byte... content) {
            return arrive(forged(type, content));
        }

        /** Adds a TLS 1.3 record to the input, with {@code zeros} bytes of padding after its content type. */
        End forgePadded(int type, byte[] content, int zeros) {
            byte[] inner = Arrays.copyOf(content, content.length + zeros);
            if (zeros > 0) {
                inner[content.length] = (byte) type;
            }
            return forge(zeros > 0 ? 0 : type, inner);
        }

        byte[] forged(int type, byte... content) {
            ByteBuffer record = ByteBuffer.allocate(content.length + forger.overhead());
            forger.seal(type, ByteBuffer.wrap(content), content.length, record);
            return record.array();
        }

        /** Switches the forger to the key of the next generation. */
        void forgerUpdatesKey() {
            forgerSecret = forgerSecret.next();
            forger = new RecordSealer(forgerSecret.key());
        }

        // ---- reading

        TlsStatus read(ByteBuffer dst) throws SSLException {
            return layer.read(in, dst);
        }

        /** Reads all application data from the input, until the layer wants more or is closed. */
        byte[] readAll() throws SSLException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer dst = ByteBuffer.allocate(RecordFormat.MAX_CONTENT + 1);
            while (read(dst.clear()) == TlsStatus.OK) {
                assertTrue(dst.position() > 0, "OK means at least one byte");
                all.write(dst.array(), 0, dst.position());
            }
            return all.toByteArray();
        }

        /** Asserts that reading returns no data, because the peer sent close_notify. */
        void assertClosed() throws SSLException {
            assertEquals(TlsStatus.CLOSED, read(ByteBuffer.allocate(100)));
        }

        /** Asserts that reading returns no data and does not fail. */
        void assertNothing() throws SSLException {
            assertEquals(TlsStatus.WANT_READ, read(ByteBuffer.allocate(100)));
        }

        /** Asserts that reading fails, and that the peer receives this fatal alert once, and nothing else. */
        TlsProtocolException assertRefused(TlsAlert alert) {
            TlsProtocolException failure = assertFails(alert, this::readAll);
            assertTrue(layer.hasReply(), "the alert is pending");
            assertEquals(TlsStatus.OK, layer.reply(out));
            Content reply = sent();
            assertTrue(reply.isAlert(TlsAlert.LEVEL_FATAL, alert), () -> "not " + alert + ": " + reply);
            assertFalse(layer.hasReply());
            assertEquals(0, out.position());
            return failure;
        }

        private static TlsProtocolException assertFails(TlsAlert alert, Executable reading) {
            TlsProtocolException failure = assertThrows(TlsProtocolException.class, reading);
            assertEquals(alert, failure.alert().orElse(null), failure.getMessage());
            assertFalse(failure.isAlertReceived());
            return failure;
        }

        // ---- writing

        /** Writes as much data as {@code out} has room for. */
        TlsStatus write(byte... data) throws SSLException {
            return layer.write(ByteBuffer.wrap(data), out);
        }

        /** Opens the next record in the output of this end. */
        Content sent() {
            out.flip();
            int length = RecordFormat.HEADER + RecordFormat.fragmentLength(out.array(), 0);
            assertTrue(length <= out.limit(), "the output consists of complete records");
            byte[] record = new byte[length];
            out.get(record);
            out.compact();
            byte[] content = new byte[RecordFormat.MAX_CONTENT + 1];
            try {
                auditor.open(record, 0, content, 0);
            } catch (TlsProtocolException e) {
                throw new AssertionError("the output of this end does not open", e);
            }
            Content sent = new Content(auditor.type(), Arrays.copyOf(content, auditor.contentLength()));
            if (is13 && sent.type() == ContentType.HANDSHAKE) {
                assertEquals(HandshakeMessage.KEY_UPDATE, sent.bytes()[0]);
                auditorSecret = auditorSecret.next();
                auditor = new RecordOpener(auditorSecret.key());
            }
            return sent;
        }
    }
}
