package io.parktls.wire;

import static io.parktls.wire.ReframedPeer.ALERT;
import static io.parktls.wire.ReframedPeer.APPLICATION_DATA;
import static io.parktls.wire.ReframedPeer.CHANGE_CIPHER_SPEC;
import static io.parktls.wire.ReframedPeer.HANDSHAKE;
import static io.parktls.wire.ReframedPeer.clear;
import static io.parktls.wire.ReframedPeer.join;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsVersion;
import io.parktls.wire.ReframedPeer.Message;
import io.parktls.wire.ReframedPeer.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The framing of a handshake that the Bouncy Castle engine accepts, in either role and version. The test puts an honest
 * peer's messages into records of its own. An expected verdict that begins with {@code >} is an alert that the honest
 * peer received, under the current keys; one that begins with {@code <} is an alert that the engine received.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class HandshakeFramingTest {
    private static final Setting SERVER_13 = Setting.of(TlsVersion.TLS_1_3, true);
    private static final Setting CLIENT_13 = Setting.of(TlsVersion.TLS_1_3, false);
    private static final Setting SERVER_12 = Setting.of(TlsVersion.TLS_1_2, true);
    private static final Setting CLIENT_12 = Setting.of(TlsVersion.TLS_1_2, false);

    private static final byte[] EMPTY = {};

    static Stream<Setting> settings() {
        return Stream.of(
                SERVER_13,
                SERVER_13.withRetry(),
                SERVER_13.withClientCertificate(),
                CLIENT_13,
                CLIENT_13.withRetry(),
                CLIENT_13.withClientCertificate(),
                SERVER_12,
                SERVER_12.withClientCertificate(),
                CLIENT_12,
                CLIENT_12.withClientCertificate(),
                SERVER_13.withResumption(),
                SERVER_13.withResumption().withRetry(),
                CLIENT_13.withResumption(),
                SERVER_12.withResumption(),
                CLIENT_12.withResumption());
    }

    /** A position in a handshake, before one message of the honest peer. */
    private record Place(Setting setting, int flight, int index) {
        private static final Map<Setting, List<Place>> ALL = new HashMap<>();

        static List<Place> all(Setting setting) throws Exception {
            List<Place> known = ALL.get(setting);
            if (known != null) {
                return known;
            }
            List<Place> places = new ArrayList<>();
            for (int flight = 0; flight < setting.flights(); flight++) {
                int size = new Run(new Place(setting, flight, 0)).flight.size();
                for (int index = 0; index < size; index++) {
                    places.add(new Place(setting, flight, index));
                }
            }
            ALL.put(setting, places);
            return places;
        }

        boolean isFirstRecordOfServer() {
            return setting.server() && flight == 0 && index == 0;
        }

        boolean isLastFlight() {
            return flight == setting.flights() - 1;
        }
    }

    /** A handshake at a given position: all messages before it have arrived, each in its own record. */
    private static final class Run {
        final Place place;
        final ReframedPeer peer;
        final List<Message> flight;

        Run(Place place) throws Exception {
            this.place = place;
            this.peer = new ReframedPeer(place.setting());
            for (int i = 0; i < place.flight(); i++) {
                assertEquals("more", peer.verdict(records(peer.flight())));
            }
            this.flight = peer.flight();
            peer.verdict(records(flight.subList(0, place.index())));
        }

        byte[][] records(List<Message> messages) {
            return messages.stream().map(peer::record).toArray(byte[][]::new);
        }

        Message next() {
            return flight.get(place.index());
        }

        /** Returns whether TLS 1.3 has been negotiated. */
        boolean knows13() {
            return place.setting().is13() && (place.flight() > 0 || place.index() > 0);
        }

        /** Returns whether the peer protects its records at this position. */
        boolean hasKeys() {
            List<Message> before = flight.subList(0, place.index());
            if (!place.setting().is13()) {
                return place.isLastFlight() && before.stream().anyMatch(m -> m.contentType() == CHANGE_CIPHER_SPEC);
            }
            return place.isLastFlight()
                    && (place.setting().server()
                            || before.stream().anyMatch(m -> m.type() == HandshakeType.SERVER_HELLO));
        }

        /** Returns whether a protected record has arrived. */
        boolean hasContent() {
            return flight.subList(0, place.index()).stream().anyMatch(Message::underKeys);
        }

        /** Returns the type of the last handshake message before this position in the flight; -1 if there is none. */
        int lastType() {
            return flight.subList(0, place.index()).stream()
                    .mapToInt(Message::type)
                    .filter(type -> type >= 0)
                    .reduce((a, b) -> b)
                    .orElse(-1);
        }

        /** Returns a record as the peer sends it at this position. */
        byte[] record(int type, byte... content) {
            return peer.record(hasKeys(), type, content);
        }
    }

    /** A record that is inserted at a position. */
    private interface Intruder {
        /** Returns the expected and the actual verdict; null if the case does not apply at this position. */
        String[] at(Run run);
    }

    private static void everywhere(Setting setting, Intruder intruder) throws Exception {
        List<Executable> checks = new ArrayList<>();
        for (Place place : Place.all(setting)) {
            if (!place.isFirstRecordOfServer()) {
                String[] verdicts = intruder.at(new Run(place));
                checks.add(() -> {
                    if (verdicts != null) {
                        assertEquals(verdicts[0], verdicts[1], place.toString());
                    }
                });
            }
        }
        assertAll(checks);
    }

    private static String[] verdicts(String due, String came) {
        return new String[] {due, came};
    }

    private static void everywhere(Setting setting, String due, int type, int... content) throws Exception {
        everywhere(setting, run -> verdicts(due, run.peer.verdict(run.record(type, bytes(content)))));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("settings")
    void oneMessageInEachRecord(Setting setting) throws Exception {
        for (int flight = 0; flight < setting.flights(); flight++) {
            Run run = new Run(new Place(setting, flight, 0));
            assertEquals(run.place.isLastFlight() ? "done" : "more", run.peer.verdict(run.records(run.flight)));
        }
    }

    // ---- C1: the ends of flights and epochs

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C1 no bytes after ClientHello, HelloRetryRequest, ServerHello (1.3), ServerHelloDone, Finished")
    void bytesBehindTheLastMessage(Setting setting) throws Exception {
        for (String more : new String[] {"18", "1800000100", "14000020", "00000000"}) {
            everywhere(setting, run -> {
                Message message = run.next();
                if (!Framing.endsItsRecord(setting, message)) {
                    return null;
                }
                byte[] content = join(message.bytes(), HexFormat.of().parseHex(more));
                return verdicts(">unexpected_message", run.peer.verdict(run.record(HANDSHAKE, content)));
            });
        }
    }

    @Test
    @DisplayName("C1 bytes after the first ClientHello; the header of Finished unprotected, the rest protected")
    void bytesBehindTheFirstClientHello() throws Exception {
        for (Setting setting : List.of(SERVER_13, SERVER_13.withRetry(), SERVER_12)) {
            for (String more : new String[] {"14000020", "14", "0b000004", "01"}) {
                Run run = new Run(new Place(setting, 0, 0));
                byte[] content = join(run.next().bytes(), HexFormat.of().parseHex(more));
                assertEquals(">unexpected_message", run.peer.verdict(clear(HANDSHAKE, content)), setting + more);
            }
        }
    }

    @Test
    @DisplayName("C1 18, 1800, 18000001, 1800000100 after the client's Finished in the same record")
    void keyUpdateBehindFinished() throws Exception {
        for (String more : new String[] {"18", "1800", "18000001", "1800000100"}) {
            Run run = new Run(new Place(SERVER_13, 1, 1));
            byte[] content = join(run.next().bytes(), HexFormat.of().parseHex(more));
            assertEquals(">unexpected_message", run.peer.verdict(run.record(HANDSHAKE, content)), more);
        }
    }

    @Test
    @DisplayName("C1 ServerHello and EncryptedExtensions, or its beginning, in one unprotected record")
    void encryptedExtensionsInTheClear() throws Exception {
        for (int length : new int[] {1, 4, 6}) {
            Run run = new Run(new Place(CLIENT_13, 0, 0));
            byte[] extensions = run.flight.stream()
                    .filter(message -> message.type() == HandshakeType.ENCRYPTED_EXTENSIONS)
                    .findFirst()
                    .orElseThrow()
                    .bytes();
            byte[] both = join(run.next().bytes(), Arrays.copyOf(extensions, length));
            assertEquals(">unexpected_message", run.peer.verdict(clear(HANDSHAKE, both)));
        }
    }

    // ---- C2: unprotected records

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C2 an unprotected handshake message from a peer that has keys")
    void messageInTheClear(Setting setting) throws Exception {
        everywhere(setting, run -> {
            if (!run.hasKeys() || run.next().contentType() != HANDSHAKE) {
                return null;
            }
            // In TLS 1.2 all records after change_cipher_spec count as protected.
            return verdicts(
                    setting.is13() ? ">unexpected_message" : ">bad_record_mac",
                    run.peer.verdict(clear(HANDSHAKE, run.next().bytes())));
        });
    }

    @Test
    @DisplayName("C2 a client's Certificate and CertificateVerify unprotected, Finished protected")
    void clientCertificateInTheClear() throws Exception {
        Run run = new Run(new Place(SERVER_13.withClientCertificate(), 1, 0));
        byte[][] records = run.flight.stream()
                .map(message -> run.peer.record(
                        message.type() == HandshakeType.FINISHED, message.contentType(), message.bytes()))
                .toArray(byte[][]::new);
        assertEquals(">unexpected_message", run.peer.verdict(records));
    }

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C2 an unprotected alert from a peer that has keys; a client may have failed before it had them")
    void alertInTheClear(Setting setting) throws Exception {
        for (int level : new int[] {1, 2}) {
            everywhere(setting, run -> {
                if (!run.hasKeys() || !setting.is13()) {
                    return null;
                }
                boolean allowed = setting.server() && !run.hasContent();
                return verdicts(
                        allowed ? "<handshake_failure" : ">unexpected_message",
                        run.peer.verdict(clear(ALERT, bytes(level, 40))));
            });
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void applicationDataInTheHandshake(Setting setting) throws Exception {
        everywhere(setting, ">unexpected_message", APPLICATION_DATA);
        everywhere(setting, ">unexpected_message", APPLICATION_DATA, 1, 2, 3);
    }

    // ---- change_cipher_spec

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("change_cipher_spec: TLS 1.3 drops it, TLS 1.2 accepts it only in its place; it is never protected")
    void changeCipherSpec(Setting setting) throws Exception {
        everywhere(setting, run -> {
            if (!setting.is13() && (run.hasKeys() || run.next().contentType() == CHANGE_CIPHER_SPEC)) {
                return null;
            }
            return verdicts(
                    setting.is13() ? "more" : ">unexpected_message",
                    run.peer.verdict(clear(CHANGE_CIPHER_SPEC, (byte) 1)));
        });
        everywhere(setting, run -> {
            return run.hasKeys()
                    ? verdicts(">unexpected_message", run.peer.verdict(run.record(CHANGE_CIPHER_SPEC, (byte) 1)))
                    : null;
        });
        for (byte[] malformed : new byte[][] {EMPTY, {2}, {0}, {1, 1}, {1, 2, 3}}) {
            everywhere(setting, run -> {
                boolean inPlace = run.next().contentType() == CHANGE_CIPHER_SPEC && malformed.length > 0;
                return verdicts(
                        inPlace && !setting.is13() ? ">decode_error" : ">unexpected_message",
                        run.peer.verdict(
                                setting.is13()
                                        ? clear(CHANGE_CIPHER_SPEC, malformed)
                                        : run.record(CHANGE_CIPHER_SPEC, malformed)));
            });
        }
    }

    @Test
    void manyChangeCipherSpecs() throws Exception {
        for (Setting setting : List.of(SERVER_13, CLIENT_13, SERVER_13.withRetry())) {
            Run run = new Run(new Place(setting, setting.server() ? 1 : 0, 0));
            byte[] change = clear(CHANGE_CIPHER_SPEC, (byte) 1);
            assertEquals(
                    "more", run.peer.verdict(Collections.nCopies(32, change).toArray(byte[][]::new)));
            assertEquals(">unexpected_message", run.peer.verdict(change));
        }
    }

    @Test
    @DisplayName("change_cipher_spec before the ServerHello of TLS 1.2, from a peer that may support TLS 1.3")
    void changeCipherSpecBeforeServerHello12() throws Exception {
        ReframedPeer peer = new ReframedPeer(
                CLIENT_12,
                client -> client.protocols(TlsVersion.values())
                        .cipherSuites(CipherSuite.values())
                        .build());
        List<Message> flight = peer.flight();
        assertEquals("more", peer.verdict(clear(CHANGE_CIPHER_SPEC, (byte) 1)));
        assertEquals(">unexpected_message", peer.verdict(peer.record(flight.getFirst())));
    }

    // ---- alerts: C3, C19, C22

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C3 an error alert of level warning is an error in TLS 1.3, and ignored in TLS 1.2")
    void warning(Setting setting) throws Exception {
        for (int code : new int[] {40, 112}) {
            everywhere(setting, run -> {
                String came = run.peer.verdict(run.record(ALERT, bytes(1, code)));
                return verdicts(run.knows13() ? "<" + name(code) : "more", came);
            });
        }
    }

    private static String name(int code) {
        return TlsAlert.of(code).orElseThrow().standardName();
    }

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C3 user_canceled and the warnings of TLS 1.2 are ignored, up to a limit")
    void warningsThatAreIgnored(Setting setting) throws Exception {
        everywhere(setting, run -> {
            byte[][] records = new byte[4][];
            Arrays.setAll(records, i -> run.record(ALERT, bytes(1, 90)));
            String first = run.peer.verdict(records);
            return verdicts("more>unexpected_message", first + run.peer.verdict(run.record(ALERT, bytes(1, 90))));
        });
        everywhere(setting, run -> {
            return verdicts(
                    run.knows13() ? "<no_renegotiation" : ">handshake_failure",
                    run.peer.verdict(run.record(ALERT, bytes(1, 100))));
        });
    }

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C19 fatal alerts and malformed alerts")
    void alerts(Setting setting) throws Exception {
        everywhere(setting, "<handshake_failure", ALERT, 2, 40);
        everywhere(setting, ">unexpected_message", ALERT);
        everywhere(setting, ">unexpected_message", ALERT, 2);
        everywhere(setting, ">decode_error", ALERT, 2, 40, 2, 40);
        everywhere(setting, ">illegal_parameter", ALERT, 0, 40);
        everywhere(setting, ">illegal_parameter", ALERT, 3, 0);
    }

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C22 close_notify in the handshake is answered with close_notify, under the current keys")
    void closeNotify(Setting setting) throws Exception {
        for (int level : new int[] {1, 2}) {
            everywhere(setting, run -> {
                String came = run.peer.verdict(run.record(ALERT, bytes(level, 0)));
                return verdicts("closed, closed", came + ", " + run.peer.arrival());
            });
        }
    }

    // ---- records: C19, C22

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C19 an empty handshake record, before a message and within one")
    void emptyHandshakeRecord(Setting setting) throws Exception {
        everywhere(setting, ">unexpected_message", HANDSHAKE);
        everywhere(setting, run -> {
            if (run.next().contentType() != HANDSHAKE) {
                return null;
            }
            byte[] half = Arrays.copyOf(run.next().bytes(), 3);
            return verdicts(
                    "more>unexpected_message",
                    run.peer.verdict(run.record(HANDSHAKE, half)) + run.peer.verdict(run.record(HANDSHAKE)));
        });
    }

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C22 records of unknown types and versions, and too long ones, are refused by their headers")
    void headers(Setting setting) throws Exception {
        for (int type : new int[] {0, 24, 255}) {
            everywhere(setting, run -> {
                if (run.place.flight() == 0 && run.place.index() == 0) {
                    return null; // The first bytes of a connection may belong to another protocol.
                }
                return verdicts(">unexpected_message", run.peer.verdict(bytes(type, 3, 3, 0, 9)));
            });
        }
        for (int major : new int[] {2, 4}) {
            everywhere(setting, run -> {
                if (run.place.flight() == 0 && run.place.index() == 0) {
                    return null;
                }
                return verdicts(">protocol_version", run.peer.verdict(bytes(HANDSHAKE, major, 3, 0, 9)));
            });
        }
        everywhere(
                setting,
                run -> verdicts(
                        ">record_overflow", run.peer.verdict(bytes(HANDSHAKE, 3, 3, 0x48, run.hasKeys() ? 1 : 0))));
    }

    // ---- interleaving: RFC 8446 5.1

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("no record of another type between the fragments of a message")
    void interleaved(Setting setting) throws Exception {
        for (Place place : Place.all(setting)) {
            for (int type : new int[] {CHANGE_CIPHER_SPEC, ALERT, APPLICATION_DATA}) {
                for (int part : new int[] {1, 4, 5, -1}) {
                    Run run = new Run(place);
                    byte[] message = run.next().bytes();
                    if (run.next().contentType() != HANDSHAKE || message.length <= part) {
                        continue;
                    }
                    byte[] begun = Arrays.copyOf(message, part < 0 ? message.length - 1 : part);
                    byte[] content = type == ALERT ? bytes(1, 90) : bytes(1);
                    assertEquals("more", run.peer.verdict(run.record(HANDSHAKE, begun)), place.toString());
                    byte[] other = type == CHANGE_CIPHER_SPEC && setting.is13()
                            ? clear(type, content)
                            : run.record(type, content);
                    assertEquals(">unexpected_message", run.peer.verdict(other), place + ", " + type + " at " + part);
                }
            }
        }
    }

    // ---- the order of messages: C20

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C20 a message in the wrong place: unexpected_message, whatever its content")
    void order(Setting setting) throws Exception {
        for (Place place : Place.all(setting)) {
            Set<Integer> allowed = allowed(new Run(place));
            for (int type = 0; type <= 26; type++) {
                if (!allowed.contains(type)) {
                    Run run = new Run(place);
                    // Some message types are well-formed if empty, others with four bytes.
                    byte[] message = type % 2 == 0 ? bytes(type, 0, 0, 0) : bytes(type, 0, 0, 4, 0, 0, 0, 1);
                    assertEquals(
                            ">unexpected_message",
                            run.peer.verdict(run.record(HANDSHAKE, message)),
                            HandshakeType.name(type) + " at " + place);
                }
            }
        }
    }

    /** RFC 8446 2 and 2.2, RFC 5077 3.1: a resumed handshake has no certificates and, in TLS 1.2, no key exchange. */
    private static Set<Integer> allowedIfResumed(Run run) {
        Setting setting = run.place.setting();
        int last = run.lastType();
        if (setting.server()) {
            boolean hello = run.place.flight() < (setting.retry() ? 2 : 1);
            return hello ? Set.of(1) : run.hasKeys() ? Set.of(20) : Set.of();
        }
        if (setting.is13()) {
            return switch (last) {
                case -1 -> run.knows13() ? Set.of(2) : Set.of(0, 2);
                case 2 -> Set.of(run.hasKeys() ? 8 : 2);
                default -> Set.of(20);
            };
        }
        return switch (last) {
            case -1 -> Set.of(0, 2);
            case 2 -> run.hasKeys() ? Set.of(20) : Set.of(0, 4);
            default -> run.hasKeys() ? Set.of(20) : Set.of(0);
        };
    }

    /** RFC 8446 2, RFC 5246 7.3. */
    private static Set<Integer> allowed(Run run) {
        Setting setting = run.place.setting();
        int last = run.lastType();
        if (setting.resumed()) {
            return allowedIfResumed(run);
        }
        if (setting.server()) {
            if (run.place.flight() < (setting.retry() ? 2 : 1)) {
                return Set.of(1);
            }
            if (last < 0) {
                return setting.is13() ? Set.of(11, 20) : Set.of(11, 16);
            }
            return switch (last) {
                case 11 -> setting.is13() ? Set.of(15) : Set.of(16);
                case 16 -> run.hasKeys() ? Set.of(20) : setting.mutual() ? Set.of(15) : Set.of();
                default -> run.hasKeys() ? Set.of(20) : Set.of();
            };
        }
        if (setting.is13()) {
            return switch (last) {
                // HelloRequest is ignored while the version may still be TLS 1.2.
                case -1 -> run.knows13() ? Set.of(2) : Set.of(0, 2);
                case 2 -> Set.of(run.hasKeys() ? 8 : 2);
                // RFC 8879 4: our clients accept a CompressedCertificate in place of a Certificate.
                case 8 -> Set.of(11, 13, 25);
                case 13 -> Set.of(11, 25);
                case 11 -> Set.of(15);
                default -> Set.of(20);
            };
        }
        if (run.place.flight() == 1) {
            return run.hasKeys() ? Set.of(20) : Set.of(0, 4);
        }
        return switch (last) {
            case -1 -> Set.of(0, 2);
            case 2 -> Set.of(0, 11);
            case 11 -> Set.of(0, 12, 22);
            case 12 -> Set.of(0, 13, 14);
            default -> Set.of(0, 14);
        };
    }

    @Test
    @DisplayName("HelloRequest during the handshake is ignored up to a limit, and must have no body")
    void helloRequest() throws Exception {
        byte[] request = clear(HANDSHAKE, EMPTY_HELLO_REQUEST);
        for (Place place : Place.all(CLIENT_12)) {
            Run run = new Run(place);
            if (!run.hasKeys()) {
                assertEquals(
                        "more",
                        run.peer.verdict(Collections.nCopies(32, request).toArray(byte[][]::new)));
                assertEquals(">unexpected_message", run.peer.verdict(request));
                assertEquals(">decode_error", new Run(place).peer.verdict(clear(HANDSHAKE, bytes(0, 0, 0, 1, 0))));
            }
        }
    }

    private static final byte[] EMPTY_HELLO_REQUEST = {0, 0, 0, 0};

    // ---- limits

    @ParameterizedTest
    @MethodSource("settings")
    @DisplayName("C8 a message longer than the limit is refused by its header: illegal_parameter")
    void tooLong(Setting setting) throws Exception {
        for (Place place : Place.all(setting)) {
            Run run = new Run(place);
            Message next = run.next();
            if (next.contentType() == HANDSHAKE) {
                int limit = next.type() == HandshakeType.CLIENT_HELLO
                        ? TlsLimits.DEFAULT.clientHelloSize()
                        : TlsLimits.DEFAULT.handshakeMessageSize();
                byte[] header = bytes(next.type(), (limit + 1) >>> 16, (limit + 1) >>> 8, limit + 1);
                assertEquals(">illegal_parameter", run.peer.verdict(run.record(HANDSHAKE, header)), place.toString());
            }
        }
    }

    @Test
    void tooManyRecords() throws Exception {
        Run run = new Run(new Place(SERVER_13, 0, 0));
        assertEquals("more", run.peer.verdict(clear(HANDSHAKE, bytes(1, 0, 0x20, 0))));
        byte[] one = clear(HANDSHAKE, (byte) 3);
        assertEquals("more", run.peer.verdict(Collections.nCopies(4_095, one).toArray(byte[][]::new)));
        assertEquals(">unexpected_message", run.peer.verdict(one));
    }
}
