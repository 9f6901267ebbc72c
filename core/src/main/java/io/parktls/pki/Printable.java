package io.parktls.pki;

import java.security.cert.X509Certificate;
import java.util.Objects;

/** Text from a peer or from another program, made fit for a message: on one line, of bounded length. */
public final class Printable {
    private static final int LONGEST = 200;
    private static final int LONGEST_REASON = 1_000;
    private static final int MOST_CAUSES = 8;

    private Printable() {}

    /** That text, with a question mark for each character that could disturb a log. */
    public static String of(String text) {
        return of(text, LONGEST);
    }

    private static String of(String text, int longest) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(longest).map(c -> isHarmless(c) ? c : '?').forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown.append("...").toString() : shown.toString();
    }

    /**
     * The reasons that an exception and its causes give, in one line: providers often say the reason in the message of a
     * cause, or in the second line of a message. They may quote what a peer sent.
     */
    public static String reasons(Throwable e) {
        StringBuilder reasons = new StringBuilder();
        Throwable cause = e;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            String reason = inOneLine(cause);
            if (reasons.indexOf(reason) < 0) {
                reasons.append(reasons.isEmpty() ? "" : ": ").append(reason);
            }
            cause = cause.getCause();
        }
        return of(reasons.toString(), LONGEST_REASON);
    }

    private static String inOneLine(Throwable e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
            return e.getClass().getSimpleName();
        }
        Throwable cause = e.getCause();
        // Throwable(cause) makes the cause's class and message the message.
        String own = cause != null && message.equals(cause.toString())
                ? Objects.requireNonNullElse(cause.getMessage(), message)
                : message;
        return own.strip().replaceAll("\\s*\\R\\s*", "; ");
    }

    /** The certificate's subject, in quotes. */
    public static String subject(X509Certificate certificate) {
        return "'" + of(certificate.getSubjectX500Principal().getName()) + "'";
    }

    /** The certificate's issuer, in quotes. */
    public static String issuer(X509Certificate certificate) {
        return "'" + of(certificate.getIssuerX500Principal().getName()) + "'";
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            // FORMAT: among them the marks that turn the direction of writing
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
