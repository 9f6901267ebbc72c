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
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no TLS, and what breaks it. */
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
    @DisplayName("ALR-13 to ALR-16 what is not TLS is named, and gets no alert (server)")
    void serverMeetsAnotherProtocol(String banner) {
        EngineEnd server = server(serverContext());
        server.receive(ascii(banner));
        TlsHandshakeException failure = assertFails(TlsHandshakeException.class, null, false, server::handshake);
        assertTrue(failure.getMessage().contains("not TLS"), failure.getMessage());
        assertEquals(0, server.out().position());
        assertFalse(server.engine().hasReply());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"HTTP/1.1 400 Bad Request\r\n", "SSH-2.0-OpenSSH_9.6\r\n", "220 mail.example.test ESMTP\r\n"})
    @DisplayName("ALR-16 what is not TLS is named, and gets no alert (client)")
    void clientMeetsAnotherProtocol(String banner) throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(ascii(banner));
        TlsHandshakeException failure = assertFails(TlsHandshakeException.class, null, false, client::handshake);
        String expected = banner.substring(0, 3).equals("220") ? "SMTP" : banner.substring(0, 3);
        assertTrue(failure.getMessage().contains("not TLS: looks like"), failure.getMessage());
        assertTrue(failure.getMessage().contains(expected), failure.getMessage());
        assertEquals(0, client.out().position());
        assertFalse(client.engine().hasReply());
    }

    @Test
    @DisplayName("ALR-18 fewer than five bytes are not judged")
    void fewBytesAreNotJudged() throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(ascii("GET "));
        assertEquals(TlsStatus.WANT_READ, server.handshake());
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21, 23})
    @DisplayName("ALR-12, ALR-19 a server's first record is a handshake record, or unexpected_message goes out")
    void serverNeedsAClientHello(int type) throws SSLException {
        EngineEnd server = server(serverContext());
        server.receive(EngineEnd.record(type, 1, 0));
        assertFails(TlsHandshakeException.class, TlsAlert.UNEXPECTED_MESSAGE, false, server::handshake);
        assertPlainAlert(TlsAlert.UNEXPECTED_MESSAGE, server);
    }

    @Test
    @DisplayName("ALR-20 a record longer than records may be: record_overflow")
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
    @DisplayName("ALR-03 close_notify while waiting for ServerHello: CLOSED, and nothing is sent back")
    void closeNotifyInTheHandshake() throws SSLException {
        EngineEnd client = client(clientContext());
        client.handshake();
        client.drain();
        client.receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()));
        assertEquals(TlsStatus.CLOSED, client.handshake());
        assertEquals(TlsStatus.CLOSED, client.handshake());
        assertEquals(0, client.out().position());
        assertFalse(client.engine().hasReply());
    }

    @Test
    @DisplayName("ALR-06 warnings before ServerHello are passed over")
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
    @DisplayName("ALR-25 a plain close_notify after the handshake is no close")
    void plainCloseNotify(TlsVersion version) throws SSLException {
        Pair pair = connected(version);
        pair.client().receive(EngineEnd.record(ALERT, TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code()));
        assertThrows(TlsProtocolException.class, pair.client()::readNothing);
    }

    /** The records' content, in records of that size. */
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
    @DisplayName("H10 a ClientHello over the limit is refused by its header, also in small records")
    void hugeHelloInFragments(int size) throws SSLException {
        EngineEnd server = server(serverContext());
        int length = TlsLimits.DEFAULT.clientHelloSize() + 1;
        byte[] hello = EngineEnd.record(HANDSHAKE, 1, 0, length >>> 8, length & 0xFF, 3, 3, 0, 0, 0, 0);
        server.receive(fragmented(hello, size));
        assertFails(TlsHandshakeException.class, TlsAlert.ILLEGAL_PARAMETER, false, server::handshake);
        assertPlainAlert(TlsAlert.ILLEGAL_PARAMETER, server);
    }

    @Test
    @DisplayName("H10 a handshake in records without end is refused")
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
    @DisplayName("H10 change_cipher_spec records without end are refused")
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
