package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Locale;

/** Makes the exceptions with which the readers refuse a message, one method for each alert. */
final class HandshakeErrors {
    private HandshakeErrors() {}

    /** RFC 8446 6.2: a length is wrong, or a field is out of the range that the syntax allows. */
    static TlsHandshakeException decodeError(String text) {
        return new TlsHandshakeException(text, TlsAlert.DECODE_ERROR, null);
    }

    /** RFC 8446 6.2: the syntax is right, but a value is wrong or contradicts another. */
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

    /** A 16-bit code point as messages show it. */
    static String hex(int code) {
        return String.format(Locale.ROOT, "0x%04X", code);
    }
}
