package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests handshake messages after the handshake, except KeyUpdate (RFC 8446 4.6, RFC 5246 7.4.1). */
class PostHandshakeTest {
    private static final int CERTIFICATE_REQUEST = 13;

    private static byte[] message(int type, byte... body) {
        return ByteBuffer.allocate(4 + body.length)
                .putInt(type << 24 | body.length)
                .put(body)
                .array();
    }

    /** Returns a NewSessionTicket with a ticket of {@code length} bytes. */
    static byte[] ticket(int length) {
        return message(
                HandshakeMessage.NEW_SESSION_TICKET,
                ByteBuffer.allocate(8 + 1 + 2 + 2 + length + 2)
                        .putInt(7200) // lifetime
                        .putInt(42) // age_add
                        .put(RecordPair.octets(2, 9, 9)) // nonce
                        .putShort((short) length)
                        .put(RecordPair.pattern(length, 1))
                        .putShort((short) 0) // extensions
                        .array());
    }

    private static RecordPair.End client13() {
        return new RecordPair(RecordPair.TLS13).client;
    }

    private static RecordPair.End server12() {
        return new RecordPair(RecordPair.TLS12).server;
    }

    // ---- NewSessionTicket

    @Test
    void ticketsAreReadAndDropped() throws SSLException {
        RecordPair.End end = client13();
        end.forge(ContentType.HANDSHAKE, RecordPair.concat(ticket(100), ticket(1), ticket(5000)));
        end.forge(ContentType.APPLICATION_DATA, (byte) 1);
        assertArrayEquals(RecordPair.octets(1), end.readAll());
        assertFalse(end.layer.hasReply());
    }

    @Test
    void malformedTicketsAreRefused() {
        byte[] good = ticket(5);
        // The message is truncated in each field, with a correct message length.
        for (int length = 0; length < good.length - 4; length++) {
            byte[] body = Arrays.copyOfRange(good, 4, 4 + length);
            client13()
                    .forge(ContentType.HANDSHAKE, message(HandshakeMessage.NEW_SESSION_TICKET, body))
                    .assertRefused(TlsAlert.DECODE_ERROR);
        }
        byte[] longer = Arrays.copyOfRange(good, 4, good.length + 1);
        client13()
                .forge(ContentType.HANDSHAKE, message(HandshakeMessage.NEW_SESSION_TICKET, longer))
                .assertRefused(TlsAlert.DECODE_ERROR);
        client13().forge(ContentType.HANDSHAKE, ticket(0)).assertRefused(TlsAlert.DECODE_ERROR);
    }

    @Test
    void aServerRefusesTickets() {
        new RecordPair(RecordPair.TLS13)
                .server
                .forge(ContentType.HANDSHAKE, ticket(5))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @Test
    void tls12RefusesTicketsAfterTheHandshake() {
        new RecordPair(RecordPair.TLS12)
                .client
                .forge(ContentType.HANDSHAKE, ticket(5))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    // ---- unexpected messages

    @Test
    void allOtherMessagesAreRefusedInTls13() {
        for (int type = 0; type < 256; type++) {
            int message = type;
            RecordPair.ends(RecordPair.TLS13)
                    .filter(end ->
                            message != HandshakeMessage.KEY_UPDATE && message != HandshakeMessage.NEW_SESSION_TICKET)
                    .forEach(end -> end.forge(ContentType.HANDSHAKE, message(message, (byte) 0))
                            .assertRefused(TlsAlert.UNEXPECTED_MESSAGE));
        }
    }

    @Test
    void certificateRequestIsRefused() {
        // RFC 8446 4.6.2: the client did not offer post_handshake_auth.
        client13()
                .forge(ContentType.HANDSHAKE, message(CERTIFICATE_REQUEST, (byte) 0, (byte) 0, (byte) 0))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    // ---- renegotiation

    @Test
    void renegotiationIsDeclinedByAWarning() throws SSLException {
        RecordPair.End client = new RecordPair(RecordPair.TLS12).client;
        RecordPair.End server = server12();
        client.forge(ContentType.HANDSHAKE, message(HandshakeMessage.HELLO_REQUEST));
        server.forge(ContentType.HANDSHAKE, message(HandshakeMessage.CLIENT_HELLO, new byte[200]));
        for (RecordPair.End end : new RecordPair.End[] {client, server}) {
            end.forge(ContentType.APPLICATION_DATA, (byte) 1);
            assertArrayEquals(RecordPair.octets(1), end.readAll());
            assertTrue(end.layer.hasReply());
            assertEquals(TlsStatus.OK, end.write((byte) 2));
            assertTrue(end.sent().isAlert(TlsAlert.LEVEL_WARNING, TlsAlert.NO_RENEGOTIATION));
            assertArrayEquals(RecordPair.octets(2), end.sent().bytes());
        }
    }

    @Test
    void aFloodOfRequestsIsDeclinedOnce() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS12).client;
        for (int i = 0; i < TlsLimits.DEFAULT.recordsWithoutData(); i++) {
            end.forge(ContentType.HANDSHAKE, message(HandshakeMessage.HELLO_REQUEST));
        }
        end.assertNothing();
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertTrue(end.sent().isAlert(TlsAlert.LEVEL_WARNING, TlsAlert.NO_RENEGOTIATION));
        assertEquals(0, end.out.position());
        end.forge(ContentType.HANDSHAKE, message(HandshakeMessage.HELLO_REQUEST))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @Test
    void aHelloRequestIsEmpty() {
        new RecordPair(RecordPair.TLS12)
                .client
                .forge(ContentType.HANDSHAKE, RecordPair.octets(HandshakeMessage.HELLO_REQUEST, 0, 0, 1))
                .assertRefused(TlsAlert.DECODE_ERROR);
    }

    @Test
    void eachSideAcceptsOnlyTheOtherSidesRequest() {
        server12()
                .forge(ContentType.HANDSHAKE, message(HandshakeMessage.HELLO_REQUEST))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
        new RecordPair(RecordPair.TLS12)
                .client
                .forge(ContentType.HANDSHAKE, message(HandshakeMessage.CLIENT_HELLO, new byte[200]))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    // ---- fragments

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 5, 100, 4000})
    void fragmentsAreJoined(int fragment) throws SSLException {
        byte[] messages = RecordPair.concat(ticket(10), ticket(fragment * 15));
        RecordPair.End end = new RecordPair(RecordPair.TLS13, TlsLimits.DEFAULT.withRecordsWithoutData(1000)).client;
        for (int at = 0; at < messages.length; at += fragment) {
            end.forge(
                    ContentType.HANDSHAKE, Arrays.copyOfRange(messages, at, Math.min(at + fragment, messages.length)));
            end.assertNothing();
        }
        end.forge(ContentType.APPLICATION_DATA, (byte) 1);
        assertArrayEquals(RecordPair.octets(1), end.readAll());
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void nothingMayComeBetweenFragments(CipherSuite suite) {
        // RFC 8446 5.1. In TLS 1.2, the fragmented message is a ClientHello to the server.
        byte[][] between = {{ContentType.APPLICATION_DATA, 1}, {ContentType.APPLICATION_DATA}, {ContentType.ALERT, 1, 0}
        };
        for (byte[] record : between) {
            RecordPair pair = new RecordPair(suite);
            RecordPair.End end = RecordPair.SUITES.indexOf(suite) < 3 ? pair.client : pair.server;
            int type = end == pair.client ? HandshakeMessage.NEW_SESSION_TICKET : HandshakeMessage.CLIENT_HELLO;
            end.forge(ContentType.HANDSHAKE, (byte) type);
            end.forge(record[0], Arrays.copyOfRange(record, 1, record.length))
                    .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
        }
    }

    @Test
    void aMessageOverTheLimitIsRefusedByItsHeaderAlone() throws SSLException {
        int limit = TlsLimits.DEFAULT.handshakeMessageSize();
        byte[] header = RecordPair.octets(HandshakeMessage.NEW_SESSION_TICKET, limit >>> 16, limit >>> 8, limit);
        RecordPair.End end = client13();
        end.forge(ContentType.HANDSHAKE, header);
        end.assertNothing();
        header[3]++;
        client13().forge(ContentType.HANDSHAKE, header).assertRefused(TlsAlert.ILLEGAL_PARAMETER);
    }

    @Test
    void aClientHelloHasASeparateLimit() {
        int tooLong = TlsLimits.DEFAULT.clientHelloSize() + 1;
        server12()
                .forge(
                        ContentType.HANDSHAKE,
                        RecordPair.octets(HandshakeMessage.CLIENT_HELLO, 0, tooLong >>> 8, tooLong))
                .assertRefused(TlsAlert.ILLEGAL_PARAMETER);
    }

    @Test
    void aMessageInTooManyFragmentsIsAFlood() {
        RecordPair.End end = client13();
        byte[] message = ticket(1000);
        for (int i = 0; i <= TlsLimits.DEFAULT.recordsWithoutData(); i++) {
            end.forge(ContentType.HANDSHAKE, message[i]);
        }
        end.assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void anEmptyHandshakeRecordIsRefused(CipherSuite suite) {
        // RFC 8446 5.1.
        new RecordPair(suite).client.forge(ContentType.HANDSHAKE).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }
}
