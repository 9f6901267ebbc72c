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
 * Two record layers as a handshake leaves them, joined by buffers; and the keys of both, to forge what no proper peer
 * would send.
 *
 * <pre>
 *   client.write --&gt; client.out --deliver--&gt; server.in --&gt; server.read
 *                                               ^
 *                             server.forge -----+
 * </pre>
 */
final class RecordPair {
    /** One suite for each algorithm and version. */
    static final List<CipherSuite> SUITES = List.of(
            CipherSuite.TLS_AES_128_GCM_SHA256,
            CipherSuite.TLS_AES_256_GCM_SHA384,
            CipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256);

    /** For tests of TLS 1.3 or of TLS 1.2 alone; what they show does not depend on the algorithm. */
    static final CipherSuite TLS13 = CipherSuite.TLS_AES_128_GCM_SHA256;

    static final CipherSuite TLS12 = CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;

    static final int BUFFER = 4 * RecordFormat.MAX_RECORD;

    /** No two pairs have the same keys: the JDK refuses to seal twice under one key and nonce. */
    private static final AtomicInteger KEYS = new AtomicInteger();

    final End client;
    final End server;

    RecordPair(CipherSuite suite) {
        this(suite, TlsLimits.DEFAULT);
    }

    /** Time stands still. */
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

    /** Both ends of a fresh pair, for what holds for either. */
    static Stream<End> ends(CipherSuite suite) {
        RecordPair pair = new RecordPair(suite);
        return Stream.of(pair.client, pair.server);
    }

    /** Moves all that {@code from} has put out to {@code to}. */
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

    /** The number of a key that nobody else has. */
    static int freshKey() {
        return KEYS.incrementAndGet();
    }

    private static @Nullable TrafficSecret secret(CipherSuite suite, int number) {
        if (suite.version() != TlsVersion.TLS_1_3) {
            return null;
        }
        return new TrafficSecret(suite, pattern(suite == CipherSuite.TLS_AES_256_GCM_SHA384 ? 48 : 32, number));
    }

    /** A key for one direction; always the same for the same number. */
    static TrafficKey key(CipherSuite suite, int number) {
        TrafficSecret secret = secret(suite, number);
        if (secret != null) {
            return secret.key();
        }
        AeadAlgorithm algorithm = AeadAlgorithm.of(suite);
        return new TrafficKey(
                algorithm,
                TlsVersion.TLS_1_2,
                pattern(algorithm.keyLength(), number),
                pattern(AeadAlgorithm.NONCE - algorithm.explicitNonce12(), -number));
    }

    /** What a record put out by a layer holds. */
    record Content(int type, byte[] bytes) {
        boolean isAlert(int level, TlsAlert alert) {
            return type == ContentType.ALERT && Arrays.equals(bytes, octets(level, alert.code()));
        }
    }

    /** One record layer, the bytes on their way in and out of it, and a forger who has its peer's keys. */
    static final class End {
        final RecordLayer layer;

        /** What has arrived, from the position to the limit. */
        final ByteBuffer in = ByteBuffer.allocate(BUFFER).limit(0);

        /** What this end has put out, up to the position. */
        final ByteBuffer out = ByteBuffer.allocate(BUFFER);

        final boolean is13;

        /** Seals as the peer would; its sequence numbers do not know of what the true peer sends. */
        private RecordSealer forger;

        private @Nullable TrafficSecret forgerSecret;

        /** Opens what this end sends. */
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

        // ---- what arrives

        End arrive(ByteBuffer bytes) {
            in.compact().put(bytes).flip();
            return this;
        }

        End arrive(byte[] bytes) {
            return arrive(ByteBuffer.wrap(bytes));
        }

        /** A record that the peer never sent, but might have. */
        End forge(int type, byte... content) {
            return arrive(forged(type, content));
        }

        /** A TLS 1.3 record with so many zeros behind its content type. */
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

        /** From now on the forger uses the key of the next generation. */
        void forgerUpdatesKey() {
            forgerSecret = forgerSecret.next();
            forger = new RecordSealer(forgerSecret.key());
        }

        // ---- reading

        TlsStatus read(ByteBuffer dst) throws SSLException {
            return layer.read(in, dst);
        }

        /** All application data that the layer makes of what has arrived, until it wants more or is closed. */
        byte[] readAll() throws SSLException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            ByteBuffer dst = ByteBuffer.allocate(RecordFormat.MAX_CONTENT + 1);
            while (read(dst.clear()) == TlsStatus.OK) {
                assertTrue(dst.position() > 0, "OK means at least one byte");
                all.write(dst.array(), 0, dst.position());
            }
            return all.toByteArray();
        }

        /** Reading ends with no data and the peer's close_notify. */
        void assertClosed() throws SSLException {
            assertEquals(TlsStatus.CLOSED, read(ByteBuffer.allocate(100)));
        }

        /** Reading finds nothing, but no fault either. */
        void assertNothing() throws SSLException {
            assertEquals(TlsStatus.WANT_READ, read(ByteBuffer.allocate(100)));
        }

        /** Reading fails, and the peer is told by that fatal alert, once, and by nothing else. */
        TlsProtocolException assertRefused(TlsAlert alert) {
            TlsProtocolException failure = assertFails(alert, this::readAll);
            assertTrue(layer.hasReply(), "the alert waits to be sent");
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

        /** Writes to the peer as much as {@code out} holds. */
        TlsStatus write(byte... data) throws SSLException {
            return layer.write(ByteBuffer.wrap(data), out);
        }

        /** Opens the next record that this end has put out. */
        Content sent() {
            out.flip();
            int length = RecordFormat.HEADER + RecordFormat.fragmentLength(out.array(), 0);
            assertTrue(length <= out.limit(), "whole records");
            byte[] record = new byte[length];
            out.get(record);
            out.compact();
            byte[] content = new byte[RecordFormat.MAX_CONTENT + 1];
            try {
                auditor.open(record, 0, content, 0);
            } catch (TlsProtocolException e) {
                throw new AssertionError("what this end put out does not open", e);
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
