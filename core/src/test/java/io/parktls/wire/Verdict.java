package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Optional;

/** The result of reading messages: the alert with which a reader refuses one of them, or none. */
final class Verdict {
    private Verdict() {}

    static Optional<TlsAlert> of(HandshakeReader reader, byte[]... messages) {
        try {
            for (byte[] message : messages) {
                // The message is inside a larger array, as in a record.
                byte[] surrounded = WireBytes.join(new byte[7], message, WireBytes.bytes("FFFFFFFF"));
                reader.message(message[0], surrounded, 7 + 4, message.length - 4);
            }
            return Optional.empty();
        } catch (TlsHandshakeException e) {
            return Optional.of(e.alert().orElseThrow());
        }
    }

    static String message(HandshakeReader reader, byte[] message) {
        try {
            reader.message(message[0], message, 4, message.length - 4);
            return "accepted";
        } catch (TlsHandshakeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
