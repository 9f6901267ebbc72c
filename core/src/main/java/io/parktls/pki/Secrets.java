package io.parktls.pki;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognizes text that may contain a secret, so that messages do not quote it: for instance a key that was passed in
 * place of the path of a file, or a URL with a password that was passed as a host.
 */
public final class Secrets {
    private static final Pattern PEM = Pattern.compile(
            // A boundary: as it is, percent-encoded, or at the beginning of a text that is base64-encoded as a whole.
            "(?i:[-\u2010-\u2015]{2}\\s*BEGIN|PRIVATE\\s*KEY--)|BEGIN(?: |\\+|%20)[A-Z +%20]*KEY|LS0tLS1CRUdJTi"
                    // DER: a long SEQUENCE, or a short one that begins with a version number, as private keys do.
                    + "|M(?:I[GHIJ]|[A-H][A-Za-z0-9+/]CAQ)[A-Za-z0-9+/]{32}");

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9+]{16,}");

    private Secrets() {}

    /** Whether a text contains a boundary of a PEM block, or the beginning of a key in base64. */
    public static boolean holdsPem(String text) {
        return PEM.matcher(text).find();
    }

    /** Whether a text contains PEM, or a sequence of mixed upper-case, lower-case letters and digits as in base64. */
    public static boolean holds(String text) {
        if (holdsPem(text)) {
            return true;
        }
        Matcher runs = RUN.matcher(text);
        while (runs.find()) {
            if (isMixed(runs.group())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns a host in quotes, or a placeholder if the text may contain a key or password. The authority of a URL may
     * contain a password before an at sign (RFC 3986 3.2.1).
     */
    public static String quotedHost(String host) {
        return host.indexOf('@') >= 0 || holds(host)
                ? "the given text (not shown, because it may contain a password)"
                : "'" + Printable.of(host) + "'";
    }

    /** In base64, about two of three characters differ in kind from the previous one; in names, few do. */
    private static boolean isMixed(String run) {
        int changes = 0;
        for (int i = 1; i < run.length(); i++) {
            changes += kind(run.charAt(i)) == kind(run.charAt(i - 1)) ? 0 : 1;
        }
        return 5 * changes >= 2 * run.length()
                && run.chars().map(Secrets::kind).distinct().count() >= 3;
    }

    private static int kind(int c) {
        return Character.isUpperCase(c) ? 0 : Character.isLowerCase(c) ? 1 : 2;
    }
}
