package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Locale;

/** Creates the exceptions that refuse a handshake message, with one method for each alert. */
final class HandshakeErrors {
    private HandshakeErrors() {}

    /** For a wrong length, or a field outside the range that the syntax allows (RFC 8446 6.2). */
    static TlsHandshakeException decodeError(String text) {
        return new TlsHandshakeException(text, TlsAlert.DECODE_ERROR, null);
    }

    /** For a message with correct syntax, but with a value that is wrong or contradicts another (RFC 8446 6.2). */
    static TlsHandshakeException illegalParameter(String text) {
        return new TlsHandshakeException(text, TlsAlert.ILLEGAL_PARAMETER, null);
    }

    static TlsHandshakeException missingExtension(String text) {
        return new TlsHandshakeException(text, TlsAlert.MISSING_EXTENSION, null);
    }

    static TlsHandshakeException unsupportedExtension(String text) {
        return new TlsHandshakeException(text, TlsAlert.UNSUPPORTED_EXTENSION, null);
    }

    static TlsHandshakeException protocolVersion(String text) {
        return new TlsHandshakeException(text, TlsAlert.PROTOCOL_VERSION, null);
    }

    static TlsHandshakeException handshakeFailure(String text) {
        return new TlsHandshakeException(text, TlsAlert.HANDSHAKE_FAILURE, null);
    }

    static TlsHandshakeException unexpectedMessage(String text) {
        return new TlsHandshakeException(text, TlsAlert.UNEXPECTED_MESSAGE, null);
    }

    /** Formats a 16-bit code point for messages. */
    static String hex(int code) {
        return String.format(Locale.ROOT, "0x%04X", code);
    }
}
