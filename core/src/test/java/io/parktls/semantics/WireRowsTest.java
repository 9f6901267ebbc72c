package io.parktls.semantics;

import static io.parktls.semantics.Records.ALERT;
import static io.parktls.semantics.Records.APPLICATION_DATA;
import static io.parktls.semantics.Records.HANDSHAKE;
import static io.parktls.semantics.Records.alert;
import static io.parktls.semantics.Records.record;
import static io.parktls.semantics.Records.text;

import io.parktls.TlsVersion;
import io.parktls.engine.EditableHello;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * WIRE: hellos and records that an endpoint must refuse, tolerate or answer according to the RFCs. The tests take a
 * real hello from the wire, change it, and put it back. They use only the default engine, because an {@code SSLEngine}
 * parses hellos by itself.
 */
@Timeout(60)
final class WireRowsTest {
    private static final int CLIENT_KEY_EXCHANGE = 16;
    private static final int SERVER_KEY_EXCHANGE = 12;
    private static final int ENCRYPTED_EXTENSIONS = 8;
    private static final int FINISHED = 20;
    private static final int RENEGOTIATION_SCSV = 0x00FF;

    static Stream<Setting> tls13() {
        return Setting.tls13().filter(Setting::isBouncyCastle);
    }

    static Stream<Setting> tls12() {
        return Setting.tls12().filter(Setting::isBouncyCastle);
    }

    /** Returns a scenario with a server that supports both versions. */
    private static Scenario server(Setting setting) {
        return Scenario.of(setting).server(builder -> builder.protocols(TlsVersion.TLS_1_2, TlsVersion.TLS_1_3));
    }

    private static Scenario.Script clientHello(Consumer<EditableHello> change) {
        return clientHello(change, UnaryOperator.identity());
    }

    private static Scenario.Script clientHello(Consumer<EditableHello> change, UnaryOperator<byte[]> records) {
        return stage -> {
            stage.client().end().doHandshake();
            EditableHello hello = EditableHello.of(stage.toServer().takeAll());
            change.accept(hello);
            stage.toServer().inject(records.apply(hello.record()));
            stage.server().hs();
            stage.note("answer", answer(stage.toClient().takeAll()));
        };
    }

    private static String answer(byte[] flight) {
        if (flight.length == 0) {
            return "nothing";
        }
        if (flight[0] != HANDSHAKE) {
            return "alert";
        }
        EditableHello hello = EditableHello.of(flight);
        return (hello.extensions.containsKey(EditableHello.SUPPORTED_VERSIONS) ? "1.3" : "1.2")
                + (hello.extensions.containsKey(EditableHello.STATUS_REQUEST) ? " with status_request" : "");
    }

    private static final String ACCEPTED_13 = "S hs:R, answer:1.3";
    private static final String ACCEPTED_12 = "S hs:R, answer:1.2";

    private static String refused(int alert) {
        return "S hs:SSL>" + alert + ", answer:alert";
    }

    /** Delivers the changed ServerHello to a client, and the rest of the server's flight unchanged. */
    private static Scenario.Script serverHello(Consumer<EditableHello> change, UnaryOperator<byte[]> records) {
        return stage -> {
            stage.client().end().doHandshake();
            stage.server().end().doHandshake();
            byte[] flight = stage.toClient().takeAll();
            EditableHello hello = EditableHello.of(flight);
            int message = 4 + (flight[6] << 16 | (flight[7] & 0xFF) << 8 | flight[8] & 0xFF);
            int record = (flight[3] & 0xFF) << 8 | flight[4] & 0xFF;
            change.accept(hello);
            byte[] changed = lengthened(hello.record(), Arrays.copyOfRange(flight, 5 + message, 5 + record));
            stage.toClient().inject(records.apply(changed));
            stage.toClient().inject(Arrays.copyOfRange(flight, 5 + record, flight.length));
            stage.client().hs();
        };
    }

    private static Scenario.Script serverHello(Consumer<EditableHello> change) {
        return serverHello(change, UnaryOperator.identity());
    }

    private static void unchanged(EditableHello hello) {}

    /** Returns the record with more bytes at its end. */
    private static byte[] lengthened(byte[] record, byte... more) {
        byte[] longer = joined(record, more);
        int length = longer.length - 5;
        longer[3] = (byte) (length >>> 8);
        longer[4] = (byte) length;
        return longer;
    }

    /** Returns the record with more bytes at the end of its only message. */
    private static byte[] messageLengthened(byte[] record, byte... more) {
        byte[] longer = lengthened(record, more);
        int length = longer.length - 9;
        longer[6] = (byte) (length >>> 16);
        longer[7] = (byte) (length >>> 8);
        longer[8] = (byte) length;
        return longer;
    }

    private static byte[] joined(byte[] first, byte... second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    // ---- records and messages

    @Row("WIRE-01")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void bytesAfterAHelloInItsRecord(Setting setting) {
        server(setting)
                .same(
                        refused(10),
                        clientHello(
                                WireRowsTest::unchanged,
                                record -> lengthened(record, (byte) FINISHED, (byte) 0, (byte) 0, (byte) 32)));
        server(setting)
                .same(refused(10), clientHello(WireRowsTest::unchanged, record -> lengthened(record, (byte) FINISHED)));
        Scenario.of(setting)
                .same(
                        "C hs:SSL>10",
                        serverHello(
                                WireRowsTest::unchanged,
                                record -> lengthened(
                                        record,
                                        (byte) ENCRYPTED_EXTENSIONS,
                                        (byte) 0,
                                        (byte) 0,
                                        (byte) 2,
                                        (byte) 0,
                                        (byte) 0)));
        Scenario.of(setting)
                .same(
                        "C hs:SSL>10",
                        serverHello(
                                WireRowsTest::unchanged, record -> lengthened(record, (byte) ENCRYPTED_EXTENSIONS)));
    }

    @Row("WIRE-02")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void earlyDataThatIsNotAccepted(Setting setting) {
        server(setting)
                .same(
                        ACCEPTED_13,
                        clientHello(
                                hello -> hello.with(EditableHello.EARLY_DATA),
                                record -> joined(record, record(APPLICATION_DATA, new byte[100]))));
    }

    @Row("WIRE-03")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void emptyRecords(Setting setting) {
        server(setting)
                .same(
                        "S hs:SSL>10, answer:1.3",
                        clientHello(WireRowsTest::unchanged, record -> joined(record, record(ALERT))));
        Scenario.of(setting).same("C hs:SSL>10", serverHello(WireRowsTest::unchanged, record -> record(ALERT)));
        Scenario.of(setting).same("C hs:SSL>10", serverHello(WireRowsTest::unchanged, record -> record(HANDSHAKE)));
    }

    @Row(
            value = "WIRE-04",
            differs = "RFC 8446 5.1 and RFC 5246 6.2.1 forbid empty fragments of handshake messages at any point;"
                    + " libssl tolerates one before the ClientHello.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void emptyRecordBeforeTheClientHello(Setting setting) {
        server(setting)
                .differs(
                        ACCEPTED_13,
                        refused(10),
                        clientHello(WireRowsTest::unchanged, record -> joined(record(HANDSHAKE), record)));
    }

    @Row("WIRE-05")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls12")
    void messagesOutOfOrder(Setting setting) {
        server(setting)
                .same(
                        refused(10),
                        clientHello(
                                WireRowsTest::unchanged,
                                record -> record(
                                        HANDSHAKE, (byte) CLIENT_KEY_EXCHANGE, (byte) 0, (byte) 0, (byte) 1, (byte)
                                                0)));
        server(setting)
                .same(
                        refused(10),
                        clientHello(
                                WireRowsTest::unchanged,
                                record -> record(HANDSHAKE, (byte) FINISHED, (byte) 0, (byte) 0, (byte) 1, (byte) 0)));
        Scenario.of(setting).same("C hs:SSL>10", stage -> {
            stage.client().end().doHandshake();
            stage.server().end().doHandshake();
            EditableHello hello = EditableHello.of(stage.toClient().takeAll());
            byte[] keyExchange = record(HANDSHAKE, (byte) SERVER_KEY_EXCHANGE, (byte) 0, (byte) 0, (byte) 1, (byte) 0);
            stage.toClient().inject(joined(hello.record(), keyExchange));
            stage.client().hs();
        });
    }

    @Row("WIRE-06")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void recordOfAnUnknownType(Setting setting) {
        server(setting).same(refused(10), clientHello(WireRowsTest::unchanged, record -> record(99, (byte) 1)));
        server(setting)
                .same(
                        "S hs:SSL>10, answer:1.3",
                        clientHello(WireRowsTest::unchanged, record -> joined(record, record(99, (byte) 1))));
    }

    @Row(
            value = "WIRE-07",
            differs = "ParkTLS sends an alert before it closes, so that a peer that does use TLS learns the reason.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void anotherProtocol(Setting setting) {
        Scenario.Script http = stage -> {
            stage.toServer().inject(text("GET / HTTP/1.1\r\n\r\n"));
            stage.server().hs();
            stage.note("answer", answer(stage.toClient().takeAll()));
        };
        Scenario.Script otherMajor = clientHello(WireRowsTest::unchanged, record -> {
            record[1] = 9;
            return record;
        });
        server(setting).anyAlert().differs("S hs:SSL, answer:nothing", "S hs:SSL, answer:alert", http);
        server(setting).anyAlert().differs("S hs:SSL, answer:nothing", "S hs:SSL, answer:alert", otherMajor);
    }

    @Row(
            value = "WIRE-08",
            differs = "ParkTLS answers close_notify with its own close_notify (RFC 5246 7.2.1), so that the peer need"
                    + " not wait for it.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void closeNotifyIsAnswered(Setting setting) {
        Scenario.of(setting).differs("C hs:closed, out:0", "C hs:closed, out:7", stage -> {
            stage.client().end().doHandshake();
            stage.toServer().takeAll();
            stage.toClient().inject(alert(1, 0));
            stage.client().hs();
            stage.note("out", stage.toServer().size());
        });
    }

    // ---- ClientHello

    @Row("WIRE-09")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void bytesAfterTheExtensions(Setting setting) {
        server(setting)
                .same(refused(50), clientHello(WireRowsTest::unchanged, record -> messageLengthened(record, (byte) 0)));
        server(setting).same(refused(50), clientHello(hello -> hello.sessionId = new byte[33]));
        Scenario.of(setting)
                .same(
                        "C hs:SSL>50",
                        serverHello(WireRowsTest::unchanged, record -> messageLengthened(record, (byte) 0)));
    }

    @Row("WIRE-10")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void extensionsWithoutABody(Setting setting) {
        for (int extension : new int[] {0, 5, 10, 13, 16, 45, 51}) {
            server(setting).same(refused(50), clientHello(hello -> hello.with(extension)));
        }
        server(setting).same(refused(50), clientHello(hello -> hello.with(EditableHello.ALPN, 0, 0)));
        server(setting).same(refused(50), clientHello(hello -> hello.with(EditableHello.ALPN, 0, 1, 0)));
    }

    @Row(
            value = "WIRE-11",
            differs = "ParkTLS answers a message that it cannot decode with decode_error (RFC 8446 6.2), whichever"
                    + " extension is malformed; libssl does not read the body of extended_master_secret in TLS 1.3.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void extensionsThatLibsslParsesLeniently(Setting setting) {
        server(setting)
                .differs(
                        ACCEPTED_13,
                        refused(50),
                        clientHello(hello -> hello.with(EditableHello.EXTENDED_MASTER_SECRET, 0)));
        server(setting)
                .differs(refused(70), refused(50), clientHello(hello -> hello.with(EditableHello.SUPPORTED_VERSIONS)));
        server(setting)
                .differs(
                        refused(70),
                        refused(50),
                        clientHello(hello -> hello.with(EditableHello.SUPPORTED_VERSIONS, 3, 3, 4, 3)));
    }

    @Row("WIRE-12")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void compressionInTls13(Setting setting) {
        server(setting).same(refused(47), clientHello(hello -> hello.compressions = new byte[] {1, 0}));
    }

    @Row("WIRE-13")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void mandatoryExtensionsAbsent(Setting setting) {
        server(setting).same(refused(109), clientHello(hello -> hello.without(EditableHello.KEY_SHARE)));
        server(setting).same(refused(109), clientHello(hello -> hello.without(EditableHello.SUPPORTED_GROUPS)));
        server(setting)
                .same(
                        refused(109),
                        clientHello(hello ->
                                hello.without(EditableHello.SUPPORTED_GROUPS).without(EditableHello.KEY_SHARE)));
        server(setting).same(refused(109), clientHello(hello -> hello.without(EditableHello.SIGNATURE_ALGORITHMS)));
    }

    @Row("WIRE-14")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void legacyVersions(Setting setting) {
        for (int version : new int[] {0x0400, 0x0401, 0xFEFE, 0x0302, 0x0301}) {
            server(setting).same(ACCEPTED_13, clientHello(hello -> hello.version = version));
        }
    }

    @Row("WIRE-14")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls12")
    void clientVersions(Setting setting) {
        for (int version : new int[] {0x0400, 0x0401, 0xFEFE}) {
            server(setting)
                    .same(
                            ACCEPTED_12,
                            clientHello(hello -> hello.without(EditableHello.SUPPORTED_VERSIONS).version = version));
        }
        for (int version : new int[] {0x0302, 0x0301, 0x0200}) {
            server(setting)
                    .same(
                            refused(70),
                            clientHello(hello -> hello.without(EditableHello.SUPPORTED_VERSIONS).version = version));
        }
    }

    @Row(
            value = "WIRE-15",
            differs = "RFC 8446 D.5 requires protocol_version if legacy_version is that of SSL 3.0; libssl sends"
                    + " handshake_failure.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void ssl3(Setting setting) {
        server(setting).differs(refused(40), refused(70), clientHello(hello -> hello.version = 0x0300));
    }

    @Row("WIRE-16")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void orderOfVersions(Setting setting) {
        server(setting)
                .same(ACCEPTED_13, clientHello(hello -> hello.with(EditableHello.SUPPORTED_VERSIONS, 4, 3, 3, 3, 4)));
        server(setting).same(refused(70), clientHello(hello -> hello.with(EditableHello.SUPPORTED_VERSIONS, 2, 3, 9)));
    }

    @Row("WIRE-17")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void pointFormatsInTls13(Setting setting) {
        server(setting).same(ACCEPTED_13, clientHello(hello -> hello.with(EditableHello.EC_POINT_FORMATS, 1, 1)));
    }

    @Row("WIRE-18")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void noCommonSignatureScheme(Setting setting) {
        server(setting)
                .same(refused(40), clientHello(hello -> hello.with(EditableHello.SIGNATURE_ALGORITHMS, 0, 2, 6, 3)));
    }

    @Row("WIRE-19")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls12")
    void nothingToStaple(Setting setting) {
        server(setting)
                .same(ACCEPTED_12, clientHello(hello -> hello.with(EditableHello.STATUS_REQUEST, 1, 0, 0, 0, 0)));
    }

    @Row("WIRE-20")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls12")
    void noSecureRenegotiation(Setting setting) {
        server(setting).same(ACCEPTED_12, clientHello(hello -> {
            hello.without(EditableHello.RENEGOTIATION_INFO);
            hello.suites = Arrays.stream(hello.suites)
                    .filter(suite -> suite != RENEGOTIATION_SCSV)
                    .toArray();
        }));
    }

    // ---- ServerHello

    @Row(
            value = "WIRE-21",
            differs = "RFC 8446 4.2 and RFC 5246 7.4.1.4 require unsupported_extension for an extension that was not"
                    + " requested; libssl ignores extensions that it does not recognize.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void unknownExtensionInAServerHello(Setting setting) {
        // libssl continues, and fails later because the transcripts of the two ends differ.
        Scenario.of(setting).differs("C hs:SSL>20", "C hs:SSL>110", serverHello(hello -> hello.with(0x5555, 1)));
    }

    @Row("WIRE-22")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls12")
    void unrequestedExtensions(Setting setting) {
        Scenario.of(setting).same("C hs:SSL>110", serverHello(hello -> hello.with(EditableHello.STATUS_REQUEST)));
        Scenario.of(setting)
                .same("C hs:SSL>110", serverHello(hello -> hello.with(EditableHello.ALPN, 0, 3, 2, 'h', '2')));
        Scenario.of(setting).same("C hs:SSL>50", serverHello(hello -> hello.with(EditableHello.SERVER_NAME, 1)));
    }

    @Row(
            value = "WIRE-23",
            differs = "RFC 8446 4.1.3 fixes legacy_version to 0x0303; libssl does not check it in TLS 1.3.")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void legacyVersionOfAServerHello(Setting setting) {
        // libssl continues, and fails later because the transcripts of the two ends differ.
        Scenario.of(setting).differs("C hs:SSL>20", "C hs:SSL>47", serverHello(hello -> hello.version = 0x0302));
        Scenario.of(setting).differs("C hs:SSL>20", "C hs:SSL>47", serverHello(hello -> hello.version = 0x0304));
    }

    @Row("WIRE-24")
    @ParameterizedTest(name = "{0}")
    @MethodSource("tls13")
    void helloRetryRequests(Setting setting) {
        Scenario.of(setting).same("C hs:SSL>47", serverHello(WireRowsTest::retry));
        Scenario.of(setting)
                .same("C hs:SSL>47", serverHello(hello -> retry(hello).with(EditableHello.KEY_SHARE, 0, 0x1D)));
        Scenario.of(setting)
                .same("C hs:SSL>47", serverHello(hello -> retry(hello).with(EditableHello.KEY_SHARE, 0, 0x1E)));
        Scenario.of(setting).same("C hs:R, hellos:2", stage -> {
            stage.client().end().doHandshake();
            stage.server().end().doHandshake();
            EditableHello hello = EditableHello.of(stage.toClient().takeAll());
            stage.toClient()
                    .inject(retry(hello).with(EditableHello.COOKIE, 0, 1, 7).record());
            int before = stage.toServer().written().length;
            stage.client().hs();
            stage.note("hellos", stage.toServer().written().length > before ? 2 : 1);
        });
    }

    private static EditableHello retry(EditableHello hello) {
        hello.random = EditableHello.RETRY;
        return hello.without(EditableHello.KEY_SHARE);
    }
}
