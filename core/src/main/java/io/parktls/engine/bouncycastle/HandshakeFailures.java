package io.parktls.engine.bouncycastle;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import io.parktls.pki.Printable;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/** Converts the exception that ended Bouncy Castle's handshake into an exception of ParkTLS with a readable reason. */
final class HandshakeFailures {
    private HandshakeFailures() {}

    /**
     * Returns the exception for a failed handshake.
     *
     * @param raisedAlert the alert that Bouncy Castle raised, if any
     * @param e the exception thrown by Bouncy Castle or by its callbacks
     * @param lastStep the last message that was processed, as named by {@link HandshakeProgress#lastStep()}
     */
    static SSLException of(RaisedAlert raisedAlert, IOException e, String lastStep) {
        if (e instanceof SSLException already) {
            return already;
        }
        if (e instanceof PeerUnverifiedAlert unverified) {
            return unverified.reason();
        }
        if (e instanceof RejectedMessageAlert refused) {
            return refused.reason();
        }
        Throwable cause = raisedAlert.cause() == null ? e : raisedAlert.cause();
        return new TlsHandshakeException(reason(raisedAlert.alert(), cause, lastStep), raisedAlert.alert(), cause);
    }

    /**
     * Returns the reason. Bouncy Castle's messages have the form {@code handshake_failure(40); reason} if it has a
     * reason, and otherwise contain only the alert, or nothing.
     */
    private static String reason(@Nullable TlsAlert alert, Throwable cause, String lastStep) {
        String text = String.valueOf(cause.getMessage());
        int why = cause instanceof TlsFatalAlert ? text.indexOf("; ") : -1;
        if (why >= 0) {
            return text.substring(why + 2);
        }
        // For an alert without a reason the cause explains the failure, for instance that a provider cannot use a key.
        Throwable deeper = cause.getCause();
        if (deeper != null) {
            return "the handshake failed after " + lastStep + ": " + Printable.reasons(deeper);
        }
        if (alert == null) {
            return "the handshake failed after " + lastStep + ": " + Printable.reasons(cause);
        }
        return "the peer's message after " + lastStep + " " + fault(alert, cause) + ": " + alert;
    }

    /**
     * Describes the fault that an alert stands for (RFC 8446 6.2, RFC 5246 7.2.2), as the predicate of a sentence about
     * a message.
     */
    private static String fault(TlsAlert alert, Throwable cause) {
        return switch (alert) {
            case UNEXPECTED_MESSAGE -> "is not allowed at this point";
            case BAD_RECORD_MAC -> "is in a record that cannot be decrypted";
            case RECORD_OVERFLOW -> "is in a record that is too long";
            case DECODE_ERROR -> "cannot be decoded: a length is wrong or bytes are missing or left over";
            case ILLEGAL_PARAMETER -> "has a field whose value is not allowed or contradicts another";
            case MISSING_EXTENSION -> "lacks an extension that is mandatory";
            case UNSUPPORTED_EXTENSION -> "has an extension that this end did not request";
            case DECRYPT_ERROR -> "has a signature, a Finished value or a binder that is not correct";
            case PROTOCOL_VERSION -> "names a version that this end does not support";
            case HANDSHAKE_FAILURE -> "leaves no parameters that both ends accept";
            case BAD_CERTIFICATE -> "has a certificate that is malformed or not signed as TLS requires";
            case INTERNAL_ERROR -> "could not be processed, because this end failed (" + Printable.reasons(cause) + ")";
            default -> "was refused";
        };
    }
}
