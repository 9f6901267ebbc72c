package io.parktls.pki;

import java.security.cert.X509Certificate;
import java.util.Objects;

/** Converts text from a peer or another program for use in a message: to a single line of bounded length. */
public final class Printable {
    private static final int MAX_LENGTH = 200;
    private static final int MAX_REASONS_LENGTH = 1_000;
    private static final int MAX_CAUSES = 8;

    private Printable() {}

    /**
     * Returns the first 200 characters of a text, with control and formatting characters replaced by question marks.
     */
    public static String of(String text) {
        return of(text, MAX_LENGTH);
    }

    private static String of(String text, int maxLength) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(maxLength).map(c -> isPrintable(c) ? c : '?').forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown.append("...").toString() : shown.toString();
    }

    /**
     * Returns the messages of an exception and its causes as a single line of at most 1,000 characters. Providers often
     * put the reason into the message of a cause, or into the second line of a message. The messages may quote data
     * from the peer.
     */
    public static String reasons(Throwable e) {
        StringBuilder reasons = new StringBuilder();
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            String reason = inOneLine(cause);
            if (reasons.indexOf(reason) < 0) {
                reasons.append(reasons.isEmpty() ? "" : ": ").append(reason);
            }
            cause = cause.getCause();
        }
        return of(reasons.toString(), MAX_REASONS_LENGTH);
    }

    private static String inOneLine(Throwable e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
            return e.getClass().getSimpleName();
        }
        Throwable cause = e.getCause();
        // The constructor Throwable(cause) uses cause.toString() as the message, which repeats the cause's class name.
        String own = cause != null && message.equals(cause.toString())
                ? Objects.requireNonNullElse(cause.getMessage(), message)
                : message;
        return own.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** Returns the subject of a certificate in quotes. */
    public static String subject(X509Certificate certificate) {
        return "'" + of(certificate.getSubjectX500Principal().getName()) + "'";
    }

    /** Returns the issuer of a certificate in quotes. */
    public static String issuer(X509Certificate certificate) {
        return "'" + of(certificate.getIssuerX500Principal().getName()) + "'";
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            // FORMAT includes the marks that change the direction of text.
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
