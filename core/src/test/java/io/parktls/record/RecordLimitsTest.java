package io.parktls.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import io.parktls.TlsTruncatedException;
import io.parktls.TlsVersion;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the limits on lengths, types and versions of records (RFC 8446 5, RFC 5246 6.2). */
class RecordLimitsTest {
    private static Stream<CipherSuite> suites13() {
        return RecordPair.suites().filter(suite -> suite.version() == TlsVersion.TLS_1_3);
    }

    private static int fragmentLimit(CipherSuite suite) {
        return RecordFormat.MAX_CONTENT + (suite.version() == TlsVersion.TLS_1_3 ? 256 : 2048);
    }

    private static byte[] header(int type, int version, int length) {
        return RecordPair.octets(type, version >>> 8, version & 0xFF, length >>> 8, length & 0xFF);
    }

    // ---- lengths

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void aFragmentOverTheLimitIsRefusedByItsHeaderAlone(CipherSuite suite) {
        for (int length : new int[] {fragmentLimit(suite) + 1, 0xFFFF}) {
            new RecordPair(suite)
                    .server
                    .arrive(header(ContentType.APPLICATION_DATA, 0x0303, length))
                    .assertRefused(TlsAlert.RECORD_OVERFLOW);
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void aFragmentAtTheLimitIsWaitedFor(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite).server;
        end.arrive(header(ContentType.APPLICATION_DATA, 0x0303, fragmentLimit(suite)));
        end.assertNothing();
        // Content of this length would exceed 2^14 bytes, but the record does not even verify.
        end.arrive(new byte[fragmentLimit(suite)]).assertRefused(TlsAlert.BAD_RECORD_MAC);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void contentOfTheMaximumSizeIsAccepted(CipherSuite suite) throws SSLException {
        byte[] content = RecordPair.pattern(RecordFormat.MAX_CONTENT, 3);
        assertArrayEquals(
                content,
                new RecordPair(suite)
                        .client
                        .forge(ContentType.APPLICATION_DATA, content)
                        .readAll());
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void oneByteMoreIsAnOverflow(CipherSuite suite) {
        new RecordPair(suite)
                .client
                .forge(ContentType.APPLICATION_DATA, new byte[RecordFormat.MAX_CONTENT + 1])
                .assertRefused(TlsAlert.RECORD_OVERFLOW);
    }

    @ParameterizedTest
    @MethodSource("suites13")
    void paddingCountsTowardsTheLimit(CipherSuite suite) throws SSLException {
        byte[] content = {1};
        int room = RecordFormat.MAX_CONTENT - content.length;
        RecordPair.End end = new RecordPair(suite).client;
        end.forgePadded(ContentType.APPLICATION_DATA, content, room);
        assertArrayEquals(content, end.readAll());
        end.forgePadded(ContentType.APPLICATION_DATA, content, room + 1).assertRefused(TlsAlert.RECORD_OVERFLOW);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void aFragmentTooShortForItsTagDoesNotVerify(CipherSuite suite) {
        int explicitNonce = suite.version() == TlsVersion.TLS_1_3
                ? 0
                : AeadAlgorithm.of(suite).explicitNonce12();
        int shortest = explicitNonce + AeadAlgorithm.TAG + (suite.version() == TlsVersion.TLS_1_3 ? 1 : 0);
        for (int length = 0; length < shortest; length++) {
            new RecordPair(suite)
                    .client
                    .arrive(header(ContentType.APPLICATION_DATA, 0x0303, length))
                    .arrive(new byte[length])
                    .assertRefused(TlsAlert.BAD_RECORD_MAC);
        }
    }

    // ---- padding

    @ParameterizedTest
    @MethodSource("suites13")
    void paddingIsStripped(CipherSuite suite) throws SSLException {
        for (int zeros : new int[] {1, 2, 15, 16, 17, 255, 1000}) {
            // Zeros before the content type belong to the content.
            byte[] content = {1, 2, 3, 0, 0};
            RecordPair.End end = new RecordPair(suite).server;
            assertArrayEquals(
                    content,
                    end.forgePadded(ContentType.APPLICATION_DATA, content, zeros)
                            .readAll());
            end.forgePadded(ContentType.ALERT, RecordPair.octets(1, 0), zeros).assertClosed();
        }
    }

    @ParameterizedTest
    @MethodSource("suites13")
    void aRecordOfPaddingIsRefused(CipherSuite suite) {
        for (int zeros : new int[] {0, 1, 100, RecordFormat.MAX_CONTENT}) {
            new RecordPair(suite).server.forge(0, new byte[zeros]).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
        }
    }

    // ---- types and versions

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void unknownContentTypesAreRefused(CipherSuite suite) {
        for (int type = 1; type < 256; type++) {
            if (type < ContentType.CHANGE_CIPHER_SPEC || type > ContentType.APPLICATION_DATA) {
                new RecordPair(suite).server.forge(type, (byte) 1).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void aProtectedChangeCipherSpecIsRefused(CipherSuite suite) {
        new RecordPair(suite)
                .server
                .forge(ContentType.CHANGE_CIPHER_SPEC, (byte) 1)
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("suites13")
    void plaintextRecordsAreRefusedByTheirHeader(CipherSuite suite) {
        // RFC 8446 5: this includes change_cipher_spec, which is only ignored during the handshake.
        for (int type = 0; type < 256; type++) {
            if (type != ContentType.APPLICATION_DATA) {
                new RecordPair(suite).client.arrive(header(type, 0x0303, 1)).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
            }
        }
    }

    @Test
    void plaintextRecordsDoNotVerifyInTls12() {
        new RecordPair(RecordPair.TLS12)
                .client
                .arrive(header(ContentType.CHANGE_CIPHER_SPEC, 0x0303, 1))
                .arrive(new byte[] {1})
                .assertRefused(TlsAlert.BAD_RECORD_MAC);
        new RecordPair(RecordPair.TLS12)
                .client
                .arrive(header(ContentType.ALERT, 0x0303, 2))
                .arrive(RecordPair.octets(1, 0))
                .assertRefused(TlsAlert.BAD_RECORD_MAC);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void otherProtocolsAreRefusedByTheirHeader(CipherSuite suite) {
        new RecordPair(suite)
                .client
                .arrive("HTTP/1.1 400 Bad Request\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
        new RecordPair(suite)
                .client
                .arrive(header(ContentType.APPLICATION_DATA, 0x0203, 10))
                .assertRefused(TlsAlert.PROTOCOL_VERSION);
    }

    // ---- records without application data

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void emptyRecordsAreLimited(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite, TlsLimits.DEFAULT.withRecordsWithoutData(5)).server;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5; i++) {
                end.forge(ContentType.APPLICATION_DATA);
            }
            // Application data refills the budget.
            end.forge(ContentType.APPLICATION_DATA, (byte) round);
            assertArrayEquals(RecordPair.octets(round), end.readAll());
        }
        for (int i = 0; i < 5; i++) {
            end.forge(ContentType.APPLICATION_DATA);
        }
        end.assertNothing();
        end.forge(ContentType.APPLICATION_DATA).assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void closeNotifyIsReadAfterTheMaximumNumberOfEmptyRecords(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite, TlsLimits.DEFAULT.withRecordsWithoutData(1)).server;
        end.forge(ContentType.APPLICATION_DATA).forge(ContentType.ALERT, (byte) 1, (byte) 0);
        end.assertClosed();
    }

    @Test
    void paddedEmptyRecordsAreLimited() {
        RecordPair.End end = new RecordPair(RecordPair.TLS13).client;
        for (int i = 0; i <= TlsLimits.DEFAULT.recordsWithoutData(); i++) {
            end.forgePadded(ContentType.APPLICATION_DATA, new byte[0], 100);
        }
        end.assertRefused(TlsAlert.UNEXPECTED_MESSAGE);
    }

    // ---- the end of the stream

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void anEndWithoutCloseNotifyIsATruncation(CipherSuite suite) throws SSLException {
        int whole = 2 + RecordPair.key(suite, 0).overhead();
        for (int length = 0; length <= whole; length++) {
            RecordPair.End end = new RecordPair(suite).server;
            end.arrive(Arrays.copyOf(end.forged(ContentType.APPLICATION_DATA, (byte) 1, (byte) 2), length));
            end.layer.endOfInput();
            ByteBuffer dst = ByteBuffer.allocate(100);
            if (length == whole) {
                assertEquals(TlsStatus.OK, end.read(dst), "complete records are delivered first");
                assertEquals(2, dst.position());
            }
            TlsTruncatedException failure = assertThrows(TlsTruncatedException.class, () -> end.read(dst));
            assertEquals(TlsAlert.DECODE_ERROR, failure.alert().orElseThrow());
            assertEquals(TlsStatus.OK, end.layer.reply(end.out));
            assertTrue(end.sent().isAlert(TlsAlert.LEVEL_FATAL, TlsAlert.DECODE_ERROR));
        }
    }

    @ParameterizedTest
    @MethodSource("io.parktls.record.RecordPair#suites")
    void anEndAfterCloseNotifyIsNotATruncation(CipherSuite suite) throws SSLException {
        RecordPair.End end = new RecordPair(suite).server.forge(ContentType.ALERT, (byte) 1, (byte) 0);
        end.layer.endOfInput();
        end.assertClosed();
        end.assertClosed();
    }
}
