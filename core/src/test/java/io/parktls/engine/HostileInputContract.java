package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import io.parktls.TlsVersion;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HexFormat;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Input that is not TLS, and malformed or hostile TLS. */
abstract class HostileInputContract extends TlsEngineContract {
    private static final int CHANGE_CIPHER_SPEC = 20;

    HostileInputContract(EngineProfile profile) {
        super(profile);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "POST /x HTTP/1.1\r\n",
                "CONNECT a:1 HTTP/1.1\r\n",
                "DELETE / HTTP/1.1\r\n",
                "SSH-2.0-OpenSSH_9.6\r\n",
                "EHLO example.test\r\n",
                "\0\0\0\0\0\0\0\0",
                "hello world"
            })
    @DisplayName("ALR-13 to ALR-16 a server names input that is not TLS, and answers with unexpected_message")
    void serverReceivesAnotherProtocol(String banner) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(ascii(banner));
        TlsHandshakeException failure =
                assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, server::handshake);
        assertTrue(failure.getMessage().contains("not TLS"), failure.getMessage());
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, server);
    }

    /** The first is an SSLv2 ClientHello (RFC 5246 E.2). The others have a valid record type but no valid version. */
    @ParameterizedTest
    @ValueSource(strings = {"802E0100020015000000100100800200800300", "160400000100", "16FEFF000100", "1500000002"})
    @DisplayName("a first record of another version: protocol_version")
    void serverReceivesAnotherVersion(String hex) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(HexFormat.of().parseHex(hex));
        assertFails(TlsHandshakeException.class, TlsAlert.PROTOCOL_VERSION, false, server::handshake);
        assertPlainAlert(TlsAlert.PROTOCOL_VERSION, server);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19, 25, 64, 99, 255})
    @DisplayName("a first record of unknown type: unexpected_message")
    void firstRecordOfUnknownType(int type) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(EngineEnd.record(type, 1, 0));
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, server::handshake);
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, server);
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(type, 1, 0));
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, client::handshake);
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 400 Bad Request\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "220 mail.example.test ESMTP\r\n"})
    @DisplayName("ALR-16 a client names input that is not TLS, and answers with unexpected_message")
    void clientReceivesAnotherProtocol(String banner) throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(ascii(banner));
        TlsHandshakeException failure =
                assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, client::handshake);
        String expected = banner.substring(0, 3).equals("220") ? "SMTP" : banner.substring(0, 3);
        assertTrue(failure.getMessage().contains("not TLS: looks like"), failure.getMessage());
        assertTrue(failure.getMessage().contains(expected), failure.getMessage());
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, client);
    }

    @Test
    @DisplayName("ALR-18 fewer than five bytes cause no failure")
    void fewBytesCauseNoFailure() throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(ascii("GET "));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 23})
    @DisplayName("ALR-12, ALR-19 a server's first record must be a handshake record: unexpected_message")
    void serverNeedsAClientHello(int type) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(EngineEnd.record(type, 1, 0));
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, server::handshake);
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, server);
    }

    @Test
    @DisplayName("ALR-20 an oversized record: record_overflow")
    void recordTooLong() throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(new byte[] {HANDSHAKE, 3, 1, 0x7F, 0, 1, 2, 3});
        assertFails(TlsHandshakeException.class, TlsAlert.RECORD_OVERFLOW, false, server::handshake);
        assertPlainAlert(TlsAlert.RECORD_OVERFLOW, server);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ALR-01 a fatal alert while waiting for ServerHello")
    void fatalAlertInTheHandshake(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_FATAL, TlsAlert.HANDSHAKE_FAILURE.code()));
        assertFails(TlsHandshakeException.class, TlsAlert.HANDSHAKE_FAILURE, true, client::handshake);
        assertEquals(0, client.out().position(), "nothing is sent back");
    }

    @Test
    @DisplayName("ALR-03 close_notify while waiting for ServerHello: CLOSED, and close_notify is sent back once")
    void closeNotifyInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()));
        assertEquals(TlsStatus.CLOSED, client.handshake());
        assertEquals(TlsStatus.CLOSED, client.handshake());
        assertArrayEquals(
                EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()), client.drain());
        assertFalse(client.engine().hasReply());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("C3 an unencrypted warning after the server's flight: an error in TLS 1.3, ignored in TLS 1.2")
    void warningAfterTheFlight(TlsVersion version) throws SSLException {
        EngineEnd client = client(clientContext(version));
        EngineEnd server = server(serverContext(version));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        server.drain();
        server.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.HANDSHAKE_FAILURE.code()));
        if (version == TlsVersion.TLS_1_3) {
            assertFails(TlsHandshakeException.class, TlsAlert.HANDSHAKE_FAILURE, true, server::handshake);
            assertEquals(0, server.out().position(), "nothing is sent back");
        } else {
            assertEquals(TlsStatus.WANT_READ, server.handshake());
        }
    }

    @Test
    @DisplayName("ALR-06 warnings before ServerHello are ignored")
    void warningsInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        EngineEnd server = server(serverContext());
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.UNRECOGNIZED_NAME.code()));
        assertEquals(TlsStatus.WANT_READ, client.handshake());
        client.receiveFrom(server);
        EngineEnd.connect(client, server);
    }

    @Test
    @DisplayName("ALR-07 a flood of warnings ends in unexpected_message")
    void floodOfWarningsInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext().limits(TlsLimits.DEFAULT.withRecordsWithoutData(32)));
        client.handshake();
        client.drain();
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, () -> {
            for (int i = 0; i < 100; i++) {
                client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.UNRECOGNIZED_NAME.code()));
                client.handshake();
            }
        });
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, client);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ALR-24 a changed byte: bad_record_mac")
    void changedByte(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client().write(random(100));
        byte[] record = pair.client().drain();
        record[record.length - 30] ^= 1;
        pair.server().receive(record);
        assertFails(TlsProtocolException.class, TlsAlert.BAD_RECORD_MAC, false, pair.server()::readNothing);
        assertThrows(SSLException.class, pair.server()::readNothing, "the failure is kept");
        pair.client().receiveFrom(pair.server());
        assertFails(TlsProtocolException.class, TlsAlert.BAD_RECORD_MAC, true, pair.client()::readNothing);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("ALR-25 an unencrypted close_notify after the handshake does not close the connection")
    void plainCloseNotify(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client().receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()));
        assertThrows(TlsProtocolException.class, pair.client()::readNothing);
    }

    /** Splits the content of records into records of a given size. */
    private static byte[] fragmented(byte[] records, int size) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < records.length; ) {
            int end = at + 5 + ((records[at + 3] & 0xFF) << 8 | records[at + 4] & 0xFF);
            for (int from = at + 5; from < end; from += size) {
                int length = Math.min(size, end - from);
                all.write(records, at, 3);
                all.write(length >>> 8);
                all.write(length);
                all.write(records, from, length);
            }
            at = end;
        }
        return all.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({"1, false", "1, true", "2, true", "3, false", "4, true", "5, true", "7, false", "100, true"})
    @DisplayName("U16 a ClientHello in small records, one by one or all at once (RFC 8446 5.1)")
    void helloInFragments(int size, boolean atOnce) throws SSLException {
        for (TlsVersion version : TlsVersion.values()) {
            EngineEnd client = client(clientContext(version));
            EngineEnd server = server(serverContext(version));
            client.handshake();
            byte[] hello = fragmented(client.drain(), size);
            if (atOnce) {
                server.receive(hello);
            } else {
                for (int at = 0; at < hello.length; ) {
                    int end = at + 5 + ((hello[at + 3] & 0xFF) << 8 | hello[at + 4] & 0xFF);
                    server.receive(Arrays.copyOfRange(hello, at, end));
                    assertNotEquals(TlsStatus.OK, server.handshake());
                    at = end;
                }
            }
            EngineEnd.connect(client, server);
            assertArrayEquals(random(100), client.send(random(100), server));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 5, 100})
    @DisplayName("H10 a ClientHello above the limit is refused by its header, also in small records")
    void hugeHelloInFragments(int size) throws SSLException {
        EngineEnd server = server(serverContext());
        int length = TlsLimits.DEFAULT.clientHelloSize() + 1;
        byte[] hello = EngineEnd.record(HANDSHAKE, 1, 0, length >>> 8, length & 0xFF, 3, 3, 0, 0, 0, 0);
        server.receive(fragmented(hello, size));
        assertFails(TlsHandshakeException.class, TlsAlert.ILLEGAL_PARAMETER, false, server::handshake);
        assertPlainAlert(TlsAlert.ILLEGAL_PARAMETER, server);
    }

    @Test
    @DisplayName("H10 an endless sequence of handshake records is refused")
    void endlessFragments() throws SSLException {
        EngineEnd server = server(serverContext());
        int length = TlsLimits.DEFAULT.clientHelloSize();
        byte[] hello = Arrays.copyOf(EngineEnd.record(HANDSHAKE, 1, 0, length >>> 8, length & 0xFF), 5 + length);
        hello[3] = (byte) (length >>> 8);
        hello[4] = (byte) length;
        server.receive(fragmented(hello, 1));
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, server::handshake);
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, server);
    }

    @Test
    @DisplayName("H10 an endless sequence of change_cipher_spec records is refused")
    void floodOfChangeCipherSpec() throws SSLException {
        EngineEnd client = client(clientContext(TlsVersion.TLS_1_3));
        EngineEnd server = server(serverContext(TlsVersion.TLS_1_3));
        client.handshake();
        server.receiveFrom(client);
        server.handshake();
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, () -> {
            for (int i = 0; i < 100; i++) {
                server.receive(EngineEnd.record(CHANGE_CIPHER_SPEC, 1));
                server.handshake();
            }
        });
    }
}
