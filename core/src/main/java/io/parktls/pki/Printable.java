package io.parktls.pki;

import java.security.cert.X509Certificate;

/** What a peer sent, made fit for a message: on one line, of bounded length. */
public final class Printable {
    private static final int LONGEST = 200;

    private Printable() {}

    /** That text, with a question mark for each character that could disturb a log. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(LONGEST).map(c -> isHarmless(c) ? c : '?').forEach(shown::appendCodePoint);
        return shown.length() < text.length() ? shown.append("...").toString() : shown.toString();
    }

    /** The message of an exception, which may quote what a peer sent. */
    static String message(Throwable e) {
        return of(String.valueOf(e.getMessage()));
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
