package io.parktls.bench.tool;

import io.parktls.TlsFailure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import javax.net.ssl.SSLException;

/** Failures in one line, for people. */
public final class Complaint {
    private Complaint() {}

    /** What went wrong; of a TLS failure also the alert. */
    public static String about(Throwable failure) {
        return switch (failure) {
            case TlsFailure tls -> "TLS failed: " + message(failure) + alert(tls);
            case SSLException ssl -> "TLS failed: " + message(ssl);
            case SocketTimeoutException timeout -> "timed out: " + message(timeout);
            case UnknownHostException unknown -> "unknown host: " + message(unknown);
            case UnresolvedAddressException unresolved -> "unknown host";
            case NoSuchFileException missing -> "no such file: " + missing.getFile();
            case FileNotFoundException missing -> "no such file: " + message(missing);
            case AccessDeniedException denied -> "access denied: " + denied.getFile();
            case IOException io -> message(io);
            case IllegalArgumentException wrong -> message(wrong);
            default -> failure.toString();
        };
    }

    /** The alert that this end sent; one that was received is what the message is about. */
    private static String alert(TlsFailure failure) {
        return failure.isAlertReceived()
                ? ""
                : failure.alert().map(alert -> " [alert sent: " + alert + "]").orElse("");
    }

    private static String message(Throwable failure) {
        return Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
    }
}
