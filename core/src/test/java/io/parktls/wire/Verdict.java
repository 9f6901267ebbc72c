package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Optional;

/** Passes messages to a reader, and returns how it refuses them. */
final class Verdict {
    private Verdict() {}

    /** Returns the alert with which the reader refuses one of the messages; empty if it accepts all of them. */
    static Optional<TlsAlert> of(HandshakeReader reader, byte[]... messages) {
        try {
            for (byte[] message : messages) {
                // Each message is in the middle of a larger array, as in a record.
                byte[] surrounded = WireBytes.join(new byte[7], message, WireBytes.bytes("FFFFFFFF"));
                reader.message(message[0], surrounded, 7 + 4, message.length - 4);
            }
            return Optional.empty();
        } catch (TlsHandshakeException e) {
            return Optional.of(e.alert().orElseThrow());
        }
    }

    /** Returns the exception message with which the reader refuses a message, or "accepted". */
    static String message(HandshakeReader reader, byte[] message) {
        try {
            reader.message(message[0], message, 4, message.length - 4);
            return "accepted";
        } catch (TlsHandshakeException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
