package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.Fuzz;
import io.parktls.TlsAlert;
import io.parktls.TlsFailure;
import io.parktls.engine.bouncycastle.AlteringPeer.Role;
import io.parktls.wire.HandshakeType;
import io.parktls.wire.WireBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** C8: malformed messages of each type under the right keys, in both roles and versions. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class AlteredMessagesTest {
    private static final int HEADER = 4;
    private static final long MEMORY = 64 << 20;

    /** Returns the messages that the peer of a role sends, by their types. */
    private static Map<Integer, byte[]> messages(Role role) throws IOException {
        Map<Integer, byte[]> messages = new LinkedHashMap<>();
        Optional<SSLException> failure = AlteringPeer.handshake(role, (type, message) -> {
            messages.put(type, message);
            return message;
        });
        assertEquals(Optional.empty(), failure);
        assertEquals(role.isResumed(), !messages.containsKey(HandshakeType.CERTIFICATE), role::toString);
        return messages;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("C8 a message that is too short or too long: decode_error")
    void lengths(Role role) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<Integer, byte[]> entry : messages(role).entrySet()) {
            int type = entry.getKey();
            int body = entry.getValue().length - HEADER;
            for (int change : changes(body)) {
                Optional<TlsAlert> alert = alert(role, (sent, message) -> {
                    // The length of signatures varies between handshakes.
                    int length = change < -8 ? body + change : message.length - HEADER + change;
                    return sent != type
                            ? message
                            : WireBytes.message(type, Arrays.copyOfRange(message, HEADER, HEADER + length));
                });
                if (!isExpected(type, alert)) {
                    wrong.add(HandshakeType.name(type) + " of " + body + " bytes, changed by " + change + ": " + alert);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** A hello that is truncated before its extensions is a valid hello of an older form. */
    private static boolean isExpected(int type, Optional<TlsAlert> alert) {
        boolean hello = type == HandshakeType.CLIENT_HELLO || type == HandshakeType.SERVER_HELLO;
        return hello
                ? alert.isPresent() && alert.get() != TlsAlert.INTERNAL_ERROR
                : alert.equals(Optional.of(TlsAlert.DECODE_ERROR));
    }

    /** Returns the changes of the body's length: all lengths near its ends, and some in between. */
    private static Set<Integer> changes(int body) {
        Set<Integer> changes = new HashSet<>();
        for (int length = 0; length <= body + 3; length++) {
            if (length != body && (length < 24 || length >= body - 8 || length % 23 == 0)) {
                changes.add(length - body);
            }
        }
        return changes;
    }

    private static Optional<TlsAlert> alert(Role role, AlteringPeer.Alteration alteration) throws IOException {
        Optional<SSLException> failure = AlteringPeer.handshake(role, alteration);
        return failure.flatMap(e -> assertInstanceOf(TlsFailure.class, e).alert());
    }

    @ParameterizedTest
    @CsvSource({
        // unsolicited and unknown
        "7777 0000, UNSUPPORTED_EXTENSION",
        // unsolicited: status_request, signed_certificate_timestamp, early_data
        "0005 0000, UNSUPPORTED_EXTENSION",
        "0005 0005 01 000001 30, UNSUPPORTED_EXTENSION",
        "0012 0000, UNSUPPORTED_EXTENSION",
        "002A 0000, UNSUPPORTED_EXTENSION",
        // key_share, which belongs into another message
        "0033 0002 001D, ILLEGAL_PARAMETER",
        // ALPN: a name that was not offered; two names; no name
        "0010 0005 0003 02 6833, ILLEGAL_PARAMETER",
        "0010 0008 0006 02 6832 02 6832, DECODE_ERROR",
        "0010 0002 0000, DECODE_ERROR",
        // server_name with a body
        "0000 0001 00, DECODE_ERROR"
    })
    @DisplayName("C5, C6 invalid extensions in EncryptedExtensions are refused")
    void encryptedExtensions(String answer, TlsAlert expected) throws IOException {
        byte[] body = WireBytes.vector(2, WireBytes.bytes(answer));
        Optional<TlsAlert> alert = alert(
                Role.CLIENT_13,
                (type, message) ->
                        type == HandshakeType.ENCRYPTED_EXTENSIONS ? WireBytes.message(type, body) : message);
        assertEquals(Optional.of(expected), alert);
    }

    @ParameterizedTest
    @EnumSource(names = {"CLIENT_13", "SERVER_13"})
    @DisplayName("C5 an unsolicited extension of a certificate: unsupported_extension")
    void certificateExtensions(Role role) throws IOException {
        for (String extension : List.of("7777 0000", "0005 0005 01 000001 30", "0012 0006 0004 0002 0102")) {
            Optional<TlsAlert> alert = alert(
                    role,
                    (type, message) -> type == HandshakeType.CERTIFICATE
                            ? withExtension(message, WireBytes.bytes(extension))
                            : message);
            assertEquals(Optional.of(TlsAlert.UNSUPPORTED_EXTENSION), alert, extension);
        }
    }

    /** Adds an extension to the last entry, replacing the empty list of extensions at the end of the message. */
    private static byte[] withExtension(byte[] message, byte[] extension) {
        int context = HEADER + 1;
        int list = context + 3;
        byte[] entries = Arrays.copyOfRange(message, list, message.length - 2);
        byte[] body = WireBytes.join(new byte[1], WireBytes.vector(3, entries, WireBytes.vector(2, extension)));
        return WireBytes.message(HandshakeType.CERTIFICATE, body);
    }

    /** RFC 6066 8, RFC 5246 7.4: once, after Certificate, and only if the ServerHello announced it. */
    @ParameterizedTest
    @CsvSource({
        "CLIENT_12, CERTIFICATE",
        "CLIENT_12_STAPLED, SERVER_HELLO",
        "CLIENT_12_STAPLED, CERTIFICATE_STATUS",
        "CLIENT_12_STAPLED, SERVER_KEY_EXCHANGE",
        "CLIENT_12_STAPLED, SERVER_HELLO_DONE",
        "CLIENT_13_STAPLED, ENCRYPTED_EXTENSIONS",
        "CLIENT_13_STAPLED, CERTIFICATE"
    })
    void statusAtTheWrongTime(Role role, String after) throws IOException {
        byte[] status = WireBytes.message(HandshakeType.CERTIFICATE_STATUS, WireBytes.bytes("01 000001 30"));
        String name = after.replace("_", "");
        Optional<TlsAlert> alert = alert(
                role,
                (type, message) ->
                        HandshakeType.name(type).equalsIgnoreCase(name) ? WireBytes.join(message, status) : message);
        assertEquals(Optional.of(TlsAlert.UNEXPECTED_MESSAGE), alert);
    }

    /** Random changes, reproducible by seed, see {@link Fuzz}. No input may cause internal_error. */
    @Test
    @DisplayName("C8 a randomly changed message is refused, never with internal_error")
    void anyChange() throws IOException {
        Fuzz.run(MEMORY, random -> {
            Role role = Role.values()[random.nextInt(Role.values().length)];
            int skipped = random.nextInt(6);
            AtomicBoolean changed = new AtomicBoolean();
            int[] seen = {0};
            StringBuilder what = new StringBuilder();
            Optional<SSLException> failure = AlteringPeer.handshake(role, (type, message) -> {
                if (seen[0]++ != skipped) {
                    return message;
                }
                byte[] body = Arrays.copyOfRange(message, HEADER, message.length);
                byte[] mutated = Fuzz.mutated(random, body);
                changed.set(!Arrays.equals(body, mutated));
                what.append(HandshakeType.name(type));
                return WireBytes.message(type, mutated);
            });
            if (!changed.get()) {
                return;
            }
            assertTrue(failure.isPresent(), () -> role + " accepts a changed " + what);
            TlsFailure typed = assertInstanceOf(TlsFailure.class, failure.get());
            assertNotEquals(
                    Optional.of(TlsAlert.INTERNAL_ERROR),
                    typed.alert(),
                    () -> role + ", " + what + ": " + failure.get());
        });
    }
}
