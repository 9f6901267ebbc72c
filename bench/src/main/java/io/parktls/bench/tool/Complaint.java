package io.parktls.bench.tool;

import io.parktls.TlsFailure;
import io.parktls.pki.Secrets;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** Describes failures in one line, for people. */
public final class Complaint {
    private static final Pattern OPTION = Pattern.compile("--?[a-z][a-z-]*");

    private Complaint() {}

    /** The description of a failure. For a failure of TLS it includes the alert. */
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

    /** The first line of {@link #about}, for a table. */
    public static String firstLine(Throwable failure) {
        String reason = about(failure);
        return reason.lines().findFirst().orElse(reason);
    }

    /**
     * A message about wrong usage without secrets. If a passphrase or a key is among the arguments, all arguments
     * except the names of options are replaced with three dots, since a shell may have split a secret at its spaces.
     */
    public static String withoutSecrets(String message, String... arguments) {
        boolean secret = Arrays.stream(arguments)
                .anyMatch(a -> a.startsWith("--pass") || a.startsWith("--psk") || Secrets.holds(a));
        if (!secret && !Secrets.holds(message)) {
            return message;
        }
        String shown = message;
        List<String> longestFirst = Arrays.stream(arguments)
                .filter(argument -> !OPTION.matcher(argument).matches() && argument.length() > 1)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String argument : longestFirst) {
            shown = shown.replace("'" + argument + "'", "'...'");
        }
        // A part of an argument may still be there, for example of --option=VALUE.
        return Secrets.holds(shown)
                ? "a value on the command line is not valid (not shown: it looks like a key)"
                : shown;
    }

    /** The alert that this end has sent. The message names a received alert already. */
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
