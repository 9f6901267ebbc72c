package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests KeyUpdate (RFC 8446 4.6.3, 5.5 and 7.2). */
class KeyUpdateTest {
    private static final byte[] NOT_REQUESTED = HandshakeMessage.keyUpdate(false);
    private static final byte[] REQUESTED = HandshakeMessage.keyUpdate(true);

    private static Stream<CipherSuite> suites13() {
        return RecordPair.suites().filter(suite -> suite.version() == TlsVersion.TLS_1_3);
    }

    private static void assertKeyUpdate(boolean request, RecordPair.Content sent) {
        assertEquals(ContentType.HANDSHAKE, sent.type());
        assertArrayEquals(HandshakeMessage.keyUpdate(request), sent.bytes());
    }

    /** Sends a byte and all pending replies from one end to the other. */
    private static void assertFlows(RecordPair.End from, RecordPair.End to, int data) throws SSLException {
        assertEquals(TlsStatus.OK, from.write((byte) data));
        RecordPair.deliver(from, to);
        assertArrayEquals(RecordPair.octets(data), to.readAll());
    }

    // ---- received

    @ParameterizedTest
    @MethodSource("suites13")
    void theNextRecordsAreOpenedWithTheNextKey(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite).server;
        for (int generation = 0; generation < 4; generation++) {
            end.forge(ContentType.APPLICATION_DATA, (byte) generation);
            end.forge(ContentType.HANDSHAKE, NOT_REQUESTED);
            end.forgerUpdatesKey();
        }
        assertArrayEquals(RecordPair.octets(0, 1, 2, 3), end.readAll());
        assertFalse(end.layer.hasReply());
    }

    @Test
    void theOldKeyIsNotAccepted() {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).server;
        end.forge(ContentType.HANDSHAKE, NOT_REQUESTED).forge(ContentType.APPLICATION_DATA, (byte) 1);
        end.assertRefused(TlsAlert.BAD_RECORD_MAC);
    }

    @ParameterizedTest
    @MethodSource("suites13")
    void aRequestIsAnsweredBeforeTheNextData(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite).server;
        end.forge(ContentType.HANDSHAKE, REQUESTED);
        end.assertNothing();
        assertTrue(end.layer.hasReply());
        assertEquals(TlsStatus.OK, end.write((byte) 1));
        assertKeyUpdate(false, end.sent());
        assertArrayEquals(RecordPair.octets(1), end.sent().bytes());
        assertFalse(end.layer.hasReply());
    }

    @Test
    void aFloodOfRequestsIsAnsweredOnce() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).client;
        for (int i = 0; i < TlsLimits.DEFAULT.recordsWithoutData(); i++) {
            end.forge(ContentType.HANDSHAKE, REQUESTED);
            end.forgerUpdatesKey();
        }
        end.assertNothing();
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(false, end.sent());
        assertEquals(0, end.out.position());
        assertFalse(end.layer.hasReply());
    }

    /** RFC 8446 4.6.3; C18: the requests arrive one by one, and each pending answer is sent immediately. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 30})
    void requestsWithoutDataInBetweenAreAnsweredOnce(int requests) throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).server;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < requests; i++) {
                end.forge(ContentType.HANDSHAKE, REQUESTED);
                end.forgerUpdatesKey();
                end.assertNothing();
                assertEquals(TlsStatus.OK, end.layer.reply(end.out));
            }
            assertKeyUpdate(false, end.sent());
            assertEquals(0, end.out.position(), "one answer to all requests");
            // After data is sent, the next request gets an answer of its own.
            assertEquals(TlsStatus.OK, end.write((byte) round));
            assertArrayEquals(RecordPair.octets(round), end.sent().bytes());
            assertEquals(0, end.out.position());
            end.forge(ContentType.APPLICATION_DATA, (byte) 1);
            assertArrayEquals(RecordPair.octets(1), end.readAll());
        }
    }

    @Test
    void anUnrelatedUpdateIsNotAnAnswer() throws SSLException {
        // RFC 8446 4.6.3: if both sides send a request at the same time, each side answers the other's.
        RecordPair.End end = new RecordPair(RecordPair.TLS13).server;
        end.layer.updateKeys(false);
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(false, end.sent());
        end.forge(ContentType.HANDSHAKE, REQUESTED);
        end.assertNothing();
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(false, end.sent());
    }

    @Test
    void aFailureAfterAnAnswerSendsAnAlert() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).server;
        end.forge(ContentType.HANDSHAKE, REQUESTED);
        end.forgerUpdatesKey();
        end.assertNothing();
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(false, end.sent());
        assertFalse(end.layer.hasReply());
        end.forge(ContentType.HANDSHAKE, RecordPair.octets(24, 0, 0, 1, 9)).assertRefused(TlsAlert.ILLEGAL_PARAMETER);
    }

    @Test
    void aFloodEndsTheConnection() {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).client;
        for (int i = 0; i <= TlsLimits.DEFAULT.recordsWithoutData(); i++) {
            end.forge(ContentType.HANDSHAKE, NOT_REQUESTED);
            end.forgerUpdatesKey();
        }
        end.assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @Test
    void answersToOwnRequestsAreNotAFlood() throws SSLException {
        // One side sends data and updates its keys; the other side sends only the answers.
        RecordPair pair = new RecordPair(RecordPair.TLS13, TlsLimits.DEFAULT.withRecordsWithoutData(3));
        for (int i = 0; i < 20; i++) {
            pair.client.layer.updateKeys(true);
            assertFlows(pair.client, pair.server, i);
            assertEquals(TlsStatus.OK, pair.server.layer.reply(pair.server.out));
            RecordPair.deliver(pair.server, pair.client);
            pair.client.assertNothing();
        }
    }

    @Test
    void moreAnswersThanRequestsAreAFlood() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13, TlsLimits.DEFAULT.withRecordsWithoutData(3)).client;
        end.layer.updateKeys(true);
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(true, end.sent());
        for (int i = 0; i < 4; i++) {
            end.forge(ContentType.HANDSHAKE, NOT_REQUESTED);
            end.forgerUpdatesKey();
        }
        end.assertNothing();
        end.forge(ContentType.HANDSHAKE, NOT_REQUESTED).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 255})
    void anUnknownRequestValueIsRefused(int request) {
        new RecordPair(RecordPair.TLS13)
                .server
                .forge(ContentType.HANDSHAKE, RecordPair.octets(24, 0, 0, 1, request))
                .assertRefused(TlsAlert.ILLEGAL_PARAMETER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 100, 65_536, 0xFFFFFF})
    void aLengthOtherThanOneIsRefusedByTheHeaderAlone(int length) {
        new RecordPair(RecordPair.TLS13)
                .server
                .forge(ContentType.HANDSHAKE, RecordPair.octets(24, length >>> 16, length >>> 8, length))
                .assertRefused(TlsAlert.DECODE_ERROR);
    }

    @Test
    void nothingFollowsItInItsRecord() {
        // RFC 8446 5.1: handshake messages must not span key changes.
        for (byte[] behind : new byte[][] {NOT_REQUESTED, {4}}) {
            new RecordPair(RecordPair.TLS13)
                    .client
                    .forge(ContentType.HANDSHAKE, RecordPair.concat(NOT_REQUESTED, behind))
                    .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
        }
    }

    @Test
    void itMayBeFragmented() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).client;
        for (byte fragment : REQUESTED) {
            end.forge(ContentType.HANDSHAKE, fragment);
        }
        end.forgerUpdatesKey();
        end.forge(ContentType.APPLICATION_DATA, (byte) 1);
        assertArrayEquals(RecordPair.octets(1), end.readAll());
        assertTrue(end.layer.hasReply());
    }

    @Test
    void tls12DoesNotSupportKeyUpdate() {
        RecordPair.ends(RecordPair.TLS12).forEach(end -> {
            end.forge(ContentType.HANDSHAKE, NOT_REQUESTED).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
            assertThrows(IllegalStateException.class, () -> end.layer.updateKeys(false));
        });
    }

    // ---- sent

    @ParameterizedTest
    @MethodSource("suites13")
    void eitherSideMayUpdateAtAnyTime(CipherSuite suite) throws SSLException {
        RecordPair pair = new RecordPair(suite);
        for (int i = 0; i < 50; i++) {
            if (i % 3 == 0) {
                pair.client.layer.updateKeys(i % 2 == 0);
            }
            if (i % 5 == 0) {
                pair.server.layer.updateKeys(i % 4 == 0);
            }
            assertFlows(pair.client, pair.server, i);
            assertFlows(pair.server, pair.client, i);
        }
    }

    @ParameterizedTest
    @MethodSource("suites13")
    void bothSidesMayRequestAtTheSameTime(CipherSuite suite) throws SSLException {
        RecordPair pair = new RecordPair(suite);
        pair.client.layer.updateKeys(true);
        pair.server.layer.updateKeys(true);
        assertEquals(TlsStatus.OK, pair.client.write((byte) 1));
        assertEquals(TlsStatus.OK, pair.server.write((byte) 2));
        RecordPair.deliver(pair.client, pair.server);
        RecordPair.deliver(pair.server, pair.client);
        assertArrayEquals(RecordPair.octets(1), pair.server.readAll());
        assertArrayEquals(RecordPair.octets(2), pair.client.readAll());
        // Each side answers the other once, and no further answers follow.
        assertFlows(pair.client, pair.server, 3);
        assertFlows(pair.server, pair.client, 4);
        assertFalse(pair.client.layer.hasReply());
        assertFalse(pair.server.layer.hasReply());
    }

    @Test
    void ownAndRequestedUpdateAreMerged() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).server;
        end.forge(ContentType.HANDSHAKE, REQUESTED);
        end.assertNothing();
        end.layer.updateKeys(false);
        end.layer.updateKeys(true);
        end.layer.updateKeys(true);
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(true, end.sent());
        assertEquals(0, end.out.position());
    }

    @ParameterizedTest
    @MethodSource("suites13")
    void keysAreUpdatedAtTheLimit(CipherSuite suite) throws SSLException {
        int limit = 3;
        int records = 10;
        RecordPair pair = new RecordPair(suite, TlsLimits.DEFAULT.withRecordsPerKey(limit));
        byte[] received = {};
        for (int i = 0; i < records; i++) {
            assertEquals(TlsStatus.OK, pair.client.write((byte) i));
            boolean renewal = i > 0 && i % limit == 0;
            int overhead = RecordPair.key(suite, 0).overhead();
            assertEquals(1 + overhead + (renewal ? overhead + REQUESTED.length : 0), pair.client.out.position());
            RecordPair.deliver(pair.client, pair.server);
            received = RecordPair.concat(received, pair.server.readAll());
        }
        assertArrayEquals(RecordPair.octets(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), received);
        assertFalse(pair.server.layer.hasReply(), "an update at the limit requests none from the peer");
    }

    @Test
    void anUpdateThatDoesNotFitWaits() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13, TlsLimits.DEFAULT.withRecordsPerKey(1)).client;
        assertEquals(TlsStatus.OK, end.write((byte) 1));
        ByteBuffer src = ByteBuffer.wrap(RecordPair.octets(2, 3));
        // There is room for the data or for the KeyUpdate, but not for both.
        for (int room : new int[] {23, 24, 27, 40}) {
            ByteBuffer out = ByteBuffer.allocate(room);
            assertEquals(TlsStatus.WANT_WRITE, end.layer.write(src, out));
            assertEquals(2, src.remaining());
            assertEquals(0, out.position());
        }
        assertEquals(TlsStatus.OK, end.layer.write(src, end.out));
        assertArrayEquals(RecordPair.octets(1), end.sent().bytes());
        assertKeyUpdate(false, end.sent());
        assertArrayEquals(RecordPair.octets(2, 3), end.sent().bytes());
    }

    @Test
    void aReplyThatDoesNotFitWaits() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).client;
        end.layer.updateKeys(true);
        ByteBuffer little = ByteBuffer.allocate(20);
        assertEquals(TlsStatus.WANT_WRITE, end.layer.reply(little));
        assertEquals(TlsStatus.WANT_WRITE, end.layer.write(ByteBuffer.allocate(1), little));
        assertEquals(TlsStatus.WANT_WRITE, end.layer.closeNotify(little));
        assertEquals(0, little.position());
        assertTrue(end.layer.hasReply());
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertKeyUpdate(true, end.sent());
    }

    @Test
    void gcmHasALimitRegardlessOfTheConfiguration() {
        // RFC 8446 5.5: 2^24.5 full-size records with AES-GCM; no relevant limit with ChaCha20-Poly1305.
        for (AeadAlgorithm algorithm : AeadAlgorithm.values()) {
            long most = algorithm.recordsPerKey(Long.MAX_VALUE);
            boolean gcm = algorithm != AeadAlgorithm.CHACHA20_POLY1305;
            assertEquals(gcm ? (long) Math.pow(2, 24.5) : Long.MAX_VALUE, most);
            assertEquals(1000, algorithm.recordsPerKey(1000));
        }
    }

    @Test
    void keysAreNotUpdatedInTls12() throws SSLException {
        RecordPair pair = new RecordPair(RecordPair.TLS12, TlsLimits.DEFAULT.withRecordsPerKey(1));
        for (int i = 0; i < 10; i++) {
            byte[] data = {(byte) i};
            assertEquals(TlsStatus.OK, pair.client.write(data));
            RecordPair.deliver(pair.client, pair.server);
            assertTrue(Arrays.equals(data, pair.server.readAll()));
        }
    }
}
