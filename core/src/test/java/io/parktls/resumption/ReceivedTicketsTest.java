package io.parktls.resumption;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsVersion;
import io.parktls.record.HandshakeMessage;
import io.parktls.session.ClientSession;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NewSessionTicket messages as a client receives them: many, in pieces, malformed (RFC 8446 4.6.1). */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReceivedTicketsTest {
    private static final byte[] DATA = {1, 2, 3};
    private static final int DAY = 86_400;

    private final Endpoints ends;
    private final Endpoints.Connection connection;
    private final ServerRecords server;

    ReceivedTicketsTest() throws SSLException {
        ends = new Endpoints(TlsVersion.TLS_1_3)
                .server(builder -> builder.tickets(1, Duration.ofDays(1)))
                .client(builder -> builder.limits(TlsLimits.DEFAULT.withRecordsWithoutData(200)));
        connection = ends.start();
        ends.cache().clear();
        server = new ServerRecords(connection.server());
    }

    private static byte[] ticket(long lifetime, int number) {
        byte[] nonce = {(byte) (number >>> 8), (byte) number};
        byte[] ticket = new byte[100];
        ticket[0] = nonce[0];
        ticket[1] = nonce[1];
        return HandshakeMessage.newSessionTicket(lifetime, number, nonce, ticket);
    }

    private void receive(byte[] records) throws SSLException {
        connection.client().receive(records);
        connection.client().readNothing();
    }

    private void receiveData() throws SSLException {
        connection.client().receive(server.data(DATA));
        assertArrayEquals(DATA, connection.client().read(100));
    }

    // ---- many

    @Test
    void ofThousandsOfTicketsTheFirstEightAreUsed() throws SSLException {
        for (int i = 1; i <= 3_000; i++) {
            receive(server.handshake(ticket(DAY, i)));
            if (i % 20 == 0) {
                receiveData();
            }
        }
        // One has arrived with the handshake, so seven of these count; the cache keeps the last four of them.
        assertEquals(
                List.of(7, 6, 5, 4),
                ends.sessions().stream().map(ClientSession::ageAdd).toList());
    }

    @Test
    void aFloodOfTicketsEndsTheConnection() {
        int cost = 200 * 32;
        TlsProtocolException failure = assertThrows(TlsProtocolException.class, () -> {
            for (int i = 1; i <= 2 * cost; i++) {
                receive(server.handshake(ticket(DAY, i)));
            }
        });
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), failure.alert());
        assertEquals(0, ends.cache().size(), "the connection has failed");
    }

    // ---- in pieces and together

    @Test
    void oneBytePerRecord() throws SSLException {
        byte[] message = ticket(DAY, 1);
        for (byte part : message) {
            assertEquals(0, ends.cache().size());
            receive(server.handshake(new byte[] {part}));
        }
        assertEquals(1, ends.cache().size());
        receiveData();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 50, 119, 121})
    void piecesOfSeveralMessages(int length) throws SSLException {
        byte[] messages = join(ticket(DAY, 1), ticket(DAY, 2), ticket(DAY, 3));
        for (int at = 0; at < messages.length; at += length) {
            receive(server.handshake(Arrays.copyOfRange(messages, at, Math.min(messages.length, at + length))));
        }
        assertEquals(
                List.of(3, 2, 1),
                ends.sessions().stream().map(ClientSession::ageAdd).toList());
    }

    @Test
    void ticketsAndDataInOneRead() throws SSLException {
        byte[] two = server.handshake(join(ticket(DAY, 1), ticket(DAY, 2)));
        byte[] data = server.data(DATA);
        byte[] one = server.handshake(ticket(DAY, 3));
        connection.client().receive(join(two, data, one, server.data(DATA)));
        assertArrayEquals(DATA, connection.client().read(100));
        assertArrayEquals(DATA, connection.client().read(100));
        assertEquals(3, ends.cache().size());
    }

    // ---- fields

    @Test
    void lifetimeZeroIsIgnored() throws SSLException {
        receive(server.handshake(ticket(0, 1)));
        assertEquals(0, ends.cache().size());
        receiveData();
    }

    @ParameterizedTest
    @ValueSource(longs = {604_800, 604_801, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFFFL})
    void lifetimeIsSevenDaysAtMost(long seconds) throws SSLException {
        receive(server.handshake(ticket(seconds, 1)));
        assertEquals(
                ends.clientClock.instant().plus(Duration.ofDays(7)),
                ends.sessions().getFirst().expires());
    }

    @Test
    void lifetimeOfOneSecond() throws SSLException {
        receive(server.handshake(ticket(1, 1)));
        ends.clientClock.move(Duration.ofSeconds(1));
        ends.assertNotResumed();
    }

    /** The nonce may have any length up to 255 bytes, and unknown extensions are ignored. */
    @Test
    void unusualFields() throws SSLException {
        receive(server.handshake(HandshakeMessage.newSessionTicket(DAY, 1, new byte[0], new byte[1])));
        receive(server.handshake(HandshakeMessage.newSessionTicket(DAY, 2, new byte[255], new byte[16_000])));
        byte[] extended = ticket(DAY, 3);
        byte[] extension = HexFormat.of().parseHex("0006fafa00024242");
        byte[] longer = join(Arrays.copyOf(extended, extended.length - 2), extension);
        longer[3] = (byte) (longer.length - 4);
        receive(server.handshake(longer));
        assertEquals(
                List.of(3, 2, 1),
                ends.sessions().stream().map(ClientSession::ageAdd).toList());
        assertTrue(
                ends.sessions().stream()
                                .map(session -> HexFormat.of().formatHex(session.secret()))
                                .distinct()
                                .count()
                        == 3,
                "each nonce yields another secret");
    }

    // ---- malformed

    @Test
    void cutAnywhere() throws SSLException {
        byte[] whole = ticket(DAY, 1);
        for (int length = 4; length < whole.length; length += length < 24 || length > whole.length - 5 ? 1 : 20) {
            ReceivedTicketsTest fresh = new ReceivedTicketsTest();
            byte[] cut = Arrays.copyOf(whole, length);
            cut[3] = (byte) (length - 4);
            fresh.assertMalformed(cut);
        }
    }

    @Test
    void excess() throws SSLException {
        byte[] whole = ticket(DAY, 1);
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        longer[3]++;
        assertMalformed(longer);
    }

    @Test
    void anEmptyTicket() throws SSLException {
        assertMalformed(HandshakeMessage.newSessionTicket(DAY, 1, new byte[2], new byte[0]));
    }

    private void assertMalformed(byte[] message) throws SSLException {
        receive(server.handshake(ticket(DAY, 7)));
        assertEquals(1, ends.cache().size());
        connection.client().receive(server.handshake(message));
        TlsProtocolException failure = assertThrows(TlsProtocolException.class, connection.client()::readNothing);
        assertEquals(Optional.of(TlsAlert.DECODE_ERROR), failure.alert());
        assertEquals(0, ends.cache().size(), "the sessions of a failed connection are dropped");
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
