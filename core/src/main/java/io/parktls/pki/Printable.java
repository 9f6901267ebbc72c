package io.parktls.pki;

import java.security.cert.X509Certificate;

/** What a peer sent, made fit for a message: on one line, of bounded length. */
public final class Printable {
    private static final int LONGEST = 200;

    private Printable() {}

    /** That text, with a question mark for each character that could disturb a log. */
    public static String of(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(shown::appendCodePoint);
        return shown.length() < text.length() && text.codePointCount(0, text.length()) > LONGEST
                ? shown + "..."
                : shown.toString();
    }

    /** The certificate's subject, in quotes. */
    public static String subject(X509Certificate certificate) {
        return "'" + of(certificate.getSubjectX500Principal().getName()) + "'";
    }

    /** The certificate's issuer, in quotes. */
    public static String issuer(X509Certificate certificate) {
        return "'" + of(certificate.getIssuerX500Principal().getName()) + "'";
    }
}
