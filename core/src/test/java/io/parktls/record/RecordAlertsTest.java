package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests received and sent alerts (RFC 8446 6, RFC 5246 7.2). */
class RecordAlertsTest {
    private static final byte WARNING = TlsAlert.LEVEL_WARNING;
    private static final byte FATAL = TlsAlert.LEVEL_FATAL;

    private static byte code(TlsAlert alert) {
        return (byte) alert.code();
    }

    /** Asserts that reading fails with the alert from the peer, and that no alert is sent in return. */
    private static TlsProtocolException assertReceived(RecordPair.End end) {
        TlsProtocolException failure = assertThrows(TlsProtocolException.class, end::readAll);
        assertTrue(failure.isAlertReceived());
        assertFalse(end.layer.hasReply());
        return failure;
    }

    // ---- received

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void afterCloseNotifyNothingIsRead(CipherSuite suite) throws SSLException {
        for (byte level : new byte[] {WARNING, FATAL}) {
            RecordPair.End end = new RecordPair(suite).server;
            end.forge(ContentType.APPLICATION_DATA, (byte) 1);
            end.forge(ContentType.ALERT, level, code(TlsAlert.CLOSE_NOTIFY));
            end.forge(ContentType.APPLICATION_DATA, (byte) 2).arrive(new byte[] {99, 99, 99, 99, 99, 99});
            assertArrayEquals(RecordPair.octets(1), end.readAll());
            end.assertClosed();
            end.assertClosed();
            assertFalse(end.layer.hasReply(), "RFC 8446 6.1: the other direction stays open");
            assertEquals(TlsStatus.OK, end.write((byte) 3));
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void fatalAlertsAreReported(CipherSuite suite) {
        for (TlsAlert alert : TlsAlert.values()) {
            if (alert != TlsAlert.CLOSE_NOTIFY && alert != TlsAlert.USER_CANCELED) {
                RecordPair.End end = new RecordPair(suite).client.forge(ContentType.ALERT, FATAL, code(alert));
                assertEquals(alert, assertReceived(end).alert().orElseThrow());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void unknownFatalAlertsAreReported(CipherSuite suite) {
        RecordPair.End end = new RecordPair(suite).client.forge(ContentType.ALERT, FATAL, (byte) 200);
        TlsProtocolException failure = assertReceived(end);
        assertTrue(failure.alert().isEmpty());
        assertTrue(failure.getMessage().contains("200"), failure.getMessage());
    }

    @Test
    void warningsAreFatalInTls13() {
        // RFC 8446 6: the level does not matter.
        for (TlsAlert alert : TlsAlert.values()) {
            if (alert != TlsAlert.CLOSE_NOTIFY && alert != TlsAlert.USER_CANCELED) {
                RecordPair.End end = new RecordPair(RecordPair.TLS13).server;
                end.forge(ContentType.ALERT, WARNING, code(alert));
                assertEquals(alert, assertReceived(end).alert().orElseThrow());
            }
        }
    }

    @Test
    void warningsAreIgnoredInTls12() throws SSLException {
        RecordPair.End end = new RecordPair(RecordPair.TLS12).server;
        for (TlsAlert alert : new TlsAlert[] {TlsAlert.NO_RENEGOTIATION, TlsAlert.UNRECOGNIZED_NAME}) {
            end.forge(ContentType.ALERT, WARNING, code(alert));
        }
        end.forge(ContentType.ALERT, WARNING, (byte) 200).forge(ContentType.APPLICATION_DATA, (byte) 1);
        assertArrayEquals(RecordPair.octets(1), end.readAll());
    }

    @Test
    void warningsAreLimitedInTls12() {
        RecordPair.End end = new RecordPair(RecordPair.TLS12).server;
        for (int i = 0; i <= TlsLimits.DEFAULT.recordsWithoutData(); i++) {
            end.forge(ContentType.ALERT, WARNING, code(TlsAlert.NO_RENEGOTIATION));
        }
        end.assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void userCanceledAnnouncesCloseNotify(CipherSuite suite) throws SSLException {
        // RFC 8446 6.1.
        RecordPair.End end = new RecordPair(suite).server;
        end.forge(ContentType.ALERT, WARNING, code(TlsAlert.USER_CANCELED));
        end.assertNothing();
        end.forge(ContentType.ALERT, WARNING, code(TlsAlert.CLOSE_NOTIFY));
        end.assertClosed();
    }

    @Test
    void aFatalUserCanceledIsFatalInTls12() {
        // RFC 5246 7.2: an alert of level fatal ends the connection. In TLS 1.3, the level does not matter.
        RecordPair.End end = new RecordPair(RecordPair.TLS12).server;
        end.forge(ContentType.ALERT, FATAL, code(TlsAlert.USER_CANCELED));
        assertEquals(TlsAlert.USER_CANCELED, assertReceived(end).alert().orElseThrow());
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void anAlertIsASingleCompleteRecord(CipherSuite suite) {
        // RFC 8446 5.1: an alert must not be fragmented, and a record must not contain two alerts.
        new RecordPair(suite).server.forge(ContentType.ALERT, WARNING).assertRefused(TlsAlert.DECODE_ERROR);
        new RecordPair(suite)
                .server
                .forge(ContentType.ALERT, WARNING, code(TlsAlert.CLOSE_NOTIFY), WARNING, code(TlsAlert.CLOSE_NOTIFY))
                .assertRefused(TlsAlert.DECODE_ERROR);
        new RecordPair(suite).server.forge(ContentType.ALERT, new byte[1000]).assertRefused(TlsAlert.DECODE_ERROR);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void anEmptyAlertIsRefused(CipherSuite suite) {
        // RFC 8446 5.4.
        new RecordPair(suite).server.forge(ContentType.ALERT).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void anAlertOfUnknownLevelIsRefused(CipherSuite suite) {
        for (int level : new int[] {0, 3, 255}) {
            new RecordPair(suite)
                    .server
                    .forge(ContentType.ALERT, (byte) level, code(TlsAlert.CLOSE_NOTIFY))
                    .assertRefused(TlsAlert.ILLEGAL_PARAMETER);
        }
    }

    // ---- sent

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void closeNotifyIsSentOnce(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite).client;
        assertEquals(TlsStatus.OK, end.write((byte) 1));
        assertEquals(TlsStatus.OK, end.layer.closeNotify(end.out));
        assertEquals(TlsStatus.OK, end.layer.closeNotify(end.out));
        assertEquals(ContentType.APPLICATION_DATA, end.sent().type());
        assertTrue(end.sent().isAlert(WARNING, TlsAlert.CLOSE_NOTIFY));
        assertEquals(0, end.out.position());
        assertThrows(
                IllegalStateException.class, () -> end.write((byte) 2), "RFC 8446 6.1: nothing follows close_notify");
        assertEquals(0, end.out.position());
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void closeNotifyWaitsForRoom(CipherSuite suite) {
        RecordPair.End end = new RecordPair(suite).client;
        int length = AeadAlgorithm.TAG;
        assertEquals(TlsStatus.WANT_WRITE, end.layer.closeNotify(ByteBuffer.allocate(length)));
        assertEquals(TlsStatus.OK, end.layer.closeNotify(end.out));
        assertTrue(end.sent().isAlert(WARNING, TlsAlert.CLOSE_NOTIFY));
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void nothingIsWrittenAfterAFatalAlert(CipherSuite suite) {
        RecordPair.End end = new RecordPair(suite).client;
        end.arrive(new byte[] {ContentType.APPLICATION_DATA, 3, 3, -1, -1});
        assertThrows(TlsProtocolException.class, end::readAll);
        // The next write sends the alert first.
        TlsProtocolException failure = assertThrows(TlsProtocolException.class, () -> end.write((byte) 1));
        assertEquals(TlsAlert.RECORD_OVERFLOW, failure.alert().orElseThrow());
        assertTrue(end.sent().isAlert(FATAL, TlsAlert.RECORD_OVERFLOW));
        assertThrows(TlsProtocolException.class, () -> end.write((byte) 1));
        assertEquals(TlsStatus.OK, end.layer.closeNotify(end.out));
        assertEquals(0, end.out.position(), "RFC 8446 6.2: close_notify does not follow a fatal alert");
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void theFirstFatalAlertIsKept(CipherSuite suite) {
        RecordPair.End end = new RecordPair(suite).client;
        end.forge(ContentType.ALERT);
        assertThrows(TlsProtocolException.class, end::readAll);
        end.arrive(new byte[] {ContentType.APPLICATION_DATA, 3, 3, -1, -1});
        assertThrows(TlsProtocolException.class, end::readAll);
        assertEquals(TlsStatus.OK, end.layer.reply(end.out));
        assertTrue(end.sent().isAlert(FATAL, TlsAlert.UNEXPECTED_MESSAGE));
        assertEquals(0, end.out.position());
    }
}
