package io.parktls.wire;

import static io.parktls.TlsAlert.DECODE_ERROR;
import static io.parktls.TlsAlert.ILLEGAL_PARAMETER;
import static io.parktls.TlsAlert.MISSING_EXTENSION;
import static io.parktls.TlsAlert.UNSUPPORTED_EXTENSION;
import static io.parktls.wire.HelloBytes.client;
import static io.parktls.wire.HelloBytes.client12;
import static io.parktls.wire.HelloBytes.server12;
import static io.parktls.wire.HelloBytes.server13;
import static io.parktls.wire.WireBytes.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.NamedGroup;
import io.parktls.SignatureScheme;
import io.parktls.TlsAlert;
import io.parktls.TlsVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the messages that follow the hellos, as read by either end. */
final class CertificateMessagesTest {
    private static final String ONE_SHARE = "20" + "09".repeat(32);

    /** The reader that checks the message. */
    private enum Reader {
        CLIENT_13,
        CLIENT_12,
        SERVER_13,
        SERVER_12
    }

    /** One message, given by its body in hexadecimal. */
    private record Message(Reader reader, int type, String body, Optional<TlsAlert> alert) {
        @Override
        public String toString() {
            return reader + " " + HandshakeType.name(type) + " '" + body + "'";
        }
    }

    private static final List<Message> TABLE = new ArrayList<>();

    private static void rows(@Nullable TlsAlert alert, Reader reader, int type, String... bodies) {
        for (String body : bodies) {
            TABLE.add(new Message(reader, type, body, Optional.ofNullable(alert)));
        }
    }

    static {
        encryptedExtensions();
        certificate13();
        certificate12();
        certificateRequests();
        signatures();
        others();
    }

    private static void encryptedExtensions() {
        int type = HandshakeType.ENCRYPTED_EXTENSIONS;
        rows(
                null,
                Reader.CLIENT_13,
                type,
                "0000",
                "0004 0000 0000",
                "0009 0010 0005 0003 02 6832",
                "0008 000A 0004 0002 001D",
                "000D 0000 0000 0010 0005 0003 02 6832");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_13,
                type,
                "",
                "00",
                "0001",
                "0000 00",
                "0001 00",
                "0004 0000 0001",
                "0003 0000 00");
        // C5: extensions that were not requested are refused, whatever their content.
        rows(
                UNSUPPORTED_EXTENSION,
                Reader.CLIENT_13,
                type,
                "0004 7777 0000",
                "0005 7777 0001 00",
                "0004 0005 0000",
                "0009 0005 0005 01 00000000",
                "0004 0012 0000",
                "0004 002A 0000",
                "0006 001C 0002 4001",
                "0005 0001 0001 01",
                "0007 002C 0003 0001 01");
        // RFC 8446 4.2: these were requested, but are answered in another message or not at all.
        rows(
                ILLEGAL_PARAMETER,
                Reader.CLIENT_13,
                type,
                "0006 002B 0002 0304",
                "0008 0033 0004 001D 0000",
                "0004 0017 0000",
                "0004 0023 0000",
                "0005 FF01 0001 00",
                "0006 000B 0002 0100",
                "0008 000D 0004 0002 0403",
                "0008 0000 0000 0000 0000");
        // C6
        rows(ILLEGAL_PARAMETER, Reader.CLIENT_13, type, "0009 0010 0005 0003 02 6833", "0008 0010 0004 0002 01 68");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_13,
                type,
                "0004 0010 0000",
                "0006 0010 0002 0000",
                "0007 0010 0003 0001 00",
                "000C 0010 0008 0006 02 6832 02 6832",
                "000A 0010 0006 0003 02 6832 00",
                "0005 0000 0001 00",
                "0006 000A 0002 0000");
    }

    private static void certificate13() {
        int type = HandshakeType.CERTIFICATE;
        String one = "00 000006 000001 30 0000";
        for (Reader reader : List.of(Reader.CLIENT_13, Reader.SERVER_13)) {
            rows(null, reader, type, one, "00 00000C 000001 30 0000 000001 30 0000");
            rows(
                    DECODE_ERROR,
                    reader,
                    type,
                    "",
                    "00",
                    "00 00",
                    "00 0000",
                    "00 000001",
                    "00 000005 000000 0000",
                    "00 000004 000001 30",
                    "00 000005 000001 30 00",
                    "00 000006 000001 30 0001",
                    "00 000006 000002 30 0000",
                    "00 000006 000001 30 0000 00",
                    "00 000007 000001 30 0000 00",
                    "00 FFFFFF 000001 30 0000",
                    "00 000006 FFFFFF 30 0000",
                    "FF 000006 000001 30 0000");
            rows(ILLEGAL_PARAMETER, reader, type, "01 AA 000006 000001 30 0000", "01 AA 000000");
            // C5
            rows(
                    UNSUPPORTED_EXTENSION,
                    reader,
                    type,
                    "00 00000A 000001 30 0004 7777 0000",
                    "00 00000A 000001 30 0004 0005 0000",
                    "00 00000F 000001 30 0009 0005 0005 01 000001 00",
                    "00 000010 000001 30 000A 0012 0006 0004 0002 0102");
        }
        // RFC 8446 4.4.2.4
        rows(DECODE_ERROR, Reader.CLIENT_13, type, "00 000000");
        rows(null, Reader.SERVER_13, type, "00 000000");
        rows(ILLEGAL_PARAMETER, Reader.CLIENT_13, type, "00 00000A 000001 30 0004 0010 0000");
    }

    private static void certificate12() {
        int type = HandshakeType.CERTIFICATE;
        for (Reader reader : List.of(Reader.CLIENT_12, Reader.SERVER_12)) {
            rows(null, reader, type, "000004 000001 30", "000008 000001 30 000001 31");
            rows(
                    DECODE_ERROR,
                    reader,
                    type,
                    "",
                    "00",
                    "0000",
                    "000003 000000",
                    "000004 000001",
                    "000004 000002 30",
                    "000003 000001 30",
                    "000004 000001 30 00",
                    "000005 000001 30 00",
                    "FFFFFF 000001 30");
        }
        rows(DECODE_ERROR, Reader.CLIENT_12, type, "000000");
        rows(null, Reader.SERVER_12, type, "000000");
    }

    private static void certificateRequests() {
        int type = HandshakeType.CERTIFICATE_REQUEST;
        rows(
                null,
                Reader.CLIENT_13,
                type,
                "00 0008 000D 0004 0002 0403",
                "00 0011 000D 0004 0002 0403 002F 0005 0003 0001 30",
                "00 000C 000D 0004 0002 0403 7777 0000",
                "00 0010 000D 0004 0002 0403 0005 0000 0012 0000");
        rows(MISSING_EXTENSION, Reader.CLIENT_13, type, "00 0004 7777 0000", "00 0008 0032 0004 0002 0403");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_13,
                type,
                "",
                "00",
                "00 0000",
                "00 0001 00",
                "00 0008 000D 0004 0002 0403 00",
                "00 0009 000D 0004 0002 0403",
                "00 0006 000D 0002 0000",
                "00 0007 000D 0003 0001 04",
                "00 000E 000D 0004 0002 0403 002F 0002 0000",
                "FF 00 0008 000D 0004 0002 0403");
        rows(
                ILLEGAL_PARAMETER,
                Reader.CLIENT_13,
                type,
                "01 00 0008 000D 0004 0002 0403",
                "00 0010 000D 0004 0002 0403 000D 0004 0002 0403",
                "00 000C 000D 0004 0002 0403 0010 0000",
                "00 000E 000D 0004 0002 0403 0033 0002 001D");
        rows(null, Reader.CLIENT_12, type, "01 40 0002 0403 0000", "02 4001 0004 0403 0401 0003 0001 30");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_12,
                type,
                "",
                "00 0002 0403 0000",
                "01 40 0000 0000",
                "01 40 0001 04 0000",
                "01 40 0002 0403",
                "01 40 0002 0403 0001 00",
                "01 40 0002 0403 0002 0000",
                "01 40 0002 0403 0000 00",
                "01 40 0002 0403 0003 0002 30",
                "02 40 0002 0403 0000");
    }

    private static void signatures() {
        int verify = HandshakeType.CERTIFICATE_VERIFY;
        for (Reader reader : List.of(Reader.CLIENT_13, Reader.SERVER_13, Reader.SERVER_12)) {
            rows(null, reader, verify, "0403 0001 00", "0804 0002 0000");
            rows(
                    DECODE_ERROR,
                    reader,
                    verify,
                    "",
                    "04",
                    "0403",
                    "0403 00",
                    "0403 0001",
                    "0403 0001 00 00",
                    "0403 0000 00");
        }
        rows(ILLEGAL_PARAMETER, Reader.CLIENT_13, verify, "0503 0001 00", "0203 0001 00", "0401 0001 00", "0000 0000");
        rows(ILLEGAL_PARAMETER, Reader.SERVER_13, verify, "0503 0001 00", "0203 0001 00", "0401 0001 00", "0000 0000");
        rows(ILLEGAL_PARAMETER, Reader.SERVER_12, verify, "0503 0001 00", "0203 0001 00");
        rows(null, Reader.SERVER_12, verify, "0401 0001 00");
        int exchange = HandshakeType.SERVER_KEY_EXCHANGE;
        rows(null, Reader.CLIENT_12, exchange, "03 001D " + ONE_SHARE + " 0403 0001 00");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_12,
                exchange,
                "",
                "03",
                "03 00",
                "03 001D",
                "03 001D 00 0403 0001 00",
                "03 001D FF 09",
                "03 001D " + ONE_SHARE,
                "03 001D " + ONE_SHARE + " 04",
                "03 001D " + ONE_SHARE + " 0403",
                "03 001D " + ONE_SHARE + " 0403 0001",
                "03 001D " + ONE_SHARE + " 0403 0002 00",
                "03 001D " + ONE_SHARE + " 0403 0001 00 00");
        rows(
                ILLEGAL_PARAMETER,
                Reader.CLIENT_12,
                exchange,
                "01 001D " + ONE_SHARE + " 0403 0001 00",
                "02 001D " + ONE_SHARE + " 0403 0001 00",
                "03 0019 " + ONE_SHARE + " 0403 0001 00",
                "03 001D 01 09 0403 0001 00",
                "03 0017 " + ONE_SHARE + " 0403 0001 00",
                "03 001D " + ONE_SHARE + " 0203 0001 00");
    }

    private static void others() {
        String exchange = "20" + "09".repeat(32);
        rows(null, Reader.SERVER_12, HandshakeType.CLIENT_KEY_EXCHANGE, exchange);
        rows(
                DECODE_ERROR,
                Reader.SERVER_12,
                HandshakeType.CLIENT_KEY_EXCHANGE,
                "",
                "00",
                "01",
                exchange + "00",
                "21" + "09".repeat(32));
        rows(null, Reader.CLIENT_12, HandshakeType.SERVER_HELLO_DONE, "");
        rows(DECODE_ERROR, Reader.CLIENT_12, HandshakeType.SERVER_HELLO_DONE, "00", "00000000");
        rows(DECODE_ERROR, Reader.CLIENT_12, HandshakeType.HELLO_REQUEST, "00");
        rows(null, Reader.CLIENT_12, HandshakeType.CERTIFICATE_STATUS, "01 000001 30");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_12,
                HandshakeType.CERTIFICATE_STATUS,
                "",
                "01",
                "01 000000",
                "01 000002 30",
                "01 000001 30 00",
                "02 000001 30",
                "00 000001 30");
        rows(null, Reader.CLIENT_12, HandshakeType.NEW_SESSION_TICKET, "00000000 0000", "00000E10 0001 01");
        rows(
                DECODE_ERROR,
                Reader.CLIENT_12,
                HandshakeType.NEW_SESSION_TICKET,
                "",
                "00000000",
                "00000000 0001",
                "00000000 0000 00");
        rows(null, Reader.CLIENT_12, HandshakeType.FINISHED, "00".repeat(12));
        rows(null, Reader.SERVER_12, HandshakeType.FINISHED, "00".repeat(12));
        rows(null, Reader.CLIENT_13, HandshakeType.FINISHED, "00".repeat(32));
        rows(null, Reader.SERVER_13, HandshakeType.FINISHED, "00".repeat(32));
        for (Reader reader : Reader.values()) {
            rows(
                    DECODE_ERROR,
                    reader,
                    HandshakeType.FINISHED,
                    "",
                    "00",
                    "00".repeat(11),
                    "00".repeat(13),
                    "00".repeat(31),
                    "00".repeat(33),
                    "00".repeat(48));
        }
    }

    static List<Message> table() {
        return TABLE;
    }

    @ParameterizedTest
    @MethodSource("table")
    void message(Message message) {
        byte[] bytes = WireBytes.message(message.type, bytes(message.body));
        assertEquals(message.alert, Verdict.of(reader(message.reader), bytes));
    }

    @Test
    void ticketThatTheServerHelloDidNotAnnounce() {
        HandshakeReader client = clientReader(client12(), server12());
        byte[] ticket = WireBytes.message(HandshakeType.NEW_SESSION_TICKET, bytes("00000E10 0001 01"));
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), Verdict.of(client, ticket), "RFC 5077 3.3");
    }

    @Test
    void statusThatTheServerHelloDidNotAnnounce() {
        HandshakeReader client =
                clientReader(client12().add(ExtensionType.STATUS_REQUEST, bytes("01 0000 0000")), server12());
        byte[] status = WireBytes.message(HandshakeType.CERTIFICATE_STATUS, bytes("01 000001 30"));
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), Verdict.of(client, status), "RFC 6066 8");
    }

    private static HandshakeReader reader(Reader which) {
        return switch (which) {
            case CLIENT_13 -> clientReader(client(), server13());
            case CLIENT_12 ->
                clientReader(
                        client12().add(ExtensionType.STATUS_REQUEST, bytes("01 0000 0000")),
                        server12()
                                .add(ExtensionType.SESSION_TICKET, new byte[0])
                                .add(ExtensionType.STATUS_REQUEST, new byte[0]));
            case SERVER_13 -> serverReader(client(), server13(), "00 000C 000D 0008 0006 0403 0804 0807");
            case SERVER_12 -> serverReader(client12(), server12(), "01 40 0006 0403 0804 0401 0000");
        };
    }

    private static HandshakeReader clientReader(HelloBytes offered, HelloBytes answer) {
        ClientSideReader reader = HandshakeReader.client();
        byte[] body = offered.body();
        reader.sent(HandshakeType.CLIENT_HELLO, body, 0, body.length);
        assertEquals(Optional.empty(), Verdict.of(reader, answer.message()));
        return reader;
    }

    private static HandshakeReader serverReader(HelloBytes offered, HelloBytes answer, String request) {
        ServerSideReader reader = HandshakeReader.server(List.of(TlsVersion.values()));
        assertEquals(Optional.empty(), Verdict.of(reader, offered.message()));
        byte[] body = answer.body();
        reader.sent(HandshakeType.SERVER_HELLO, body, 0, body.length);
        byte[] asked = bytes(request);
        reader.sent(HandshakeType.CERTIFICATE_REQUEST, asked, 0, asked.length);
        return reader;
    }

    /** C8: every accepted message is malformed if it is cut anywhere, or has one byte more. */
    @Test
    void everyPrefixAndOneByteMore() {
        for (Message message : TABLE) {
            byte[] body = bytes(message.body);
            if (message.alert.isEmpty() && message.type != HandshakeType.FINISHED) {
                byte[] longer = Arrays.copyOf(body, body.length + 1);
                assertMalformed(message, longer);
                for (int length = 0; length < body.length; length++) {
                    assertMalformed(message, Arrays.copyOf(body, length));
                }
            }
        }
    }

    private static void assertMalformed(Message message, byte[] body) {
        Optional<TlsAlert> verdict = Verdict.of(reader(message.reader), WireBytes.message(message.type, body));
        assertEquals(Optional.of(DECODE_ERROR), verdict, message + " as " + body.length + " bytes");
    }

    @Test
    void keyExchangeIsRemembered() {
        HandshakeReader reader = reader(Reader.CLIENT_12);
        byte[] body = bytes("03 001D " + ONE_SHARE + " 0804 0001 00");
        assertEquals(Optional.empty(), Verdict.of(reader, WireBytes.message(HandshakeType.SERVER_KEY_EXCHANGE, body)));
        assertEquals(NamedGroup.X25519, reader.group());
        assertEquals(SignatureScheme.RSA_PSS_RSAE_SHA256, reader.serverScheme());
    }

    /** Before the hellos the reader refuses nothing; the check of the message order does. */
    @Test
    void beforeTheHellos() {
        byte[] message = WireBytes.message(HandshakeType.CERTIFICATE, bytes("00"));
        assertEquals(Optional.empty(), Verdict.of(HandshakeReader.client(), message));
        assertEquals(Optional.empty(), Verdict.of(HandshakeReader.server(List.of(TlsVersion.values())), message));
    }
}
