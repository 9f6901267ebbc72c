package io.parktls.pki;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognizes text that may be a secret, where a message would otherwise repeat it: a key that was passed instead of the
 * path of a file, or a URL with a password that was passed as a host.
 */
public final class Secrets {
    private static final Pattern PEM = Pattern.compile(
            // A boundary, also percent-encoded, and also in base64 as a whole.
            "(?i:[-\u2010-\u2015]{2}\\s*BEGIN|PRIVATE\\s*KEY--)|BEGIN(?: |\\+|%20)[A-Z +%20]*KEY|LS0tLS1CRUdJTi"
                    // DER: a long SEQUENCE, or a short one that begins with a version as those of private keys do.
                    + "|M(?:I[GHIJ]|[A-H][A-Za-z0-9+/]CAQ)[A-Za-z0-9+/]{32}");

    private static final Pattern RUN = Pattern.compile("[A-Za-z0-9+]{16,}");

    private Secrets() {}

    /** Whether the text holds a boundary of a PEM block, or the beginning of a key in base64. */
    public static boolean holdsPem(String text) {
        return PEM.matcher(text).find();
    }

    /** Whether the text holds PEM, or some other part of base64: letters and digits in no order, capital and small. */
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

    /** A host in quotes; a hint instead if it may carry a password, as the authority of a URL does (RFC 3986 3.2.1). */
    public static String quotedHost(String host) {
        return host.indexOf('@') >= 0 || holds(host)
                ? "the given text (not shown, as it may hold a password)"
                : "'" + Printable.of(host) + "'";
    }

    /** In base64 two of three characters are of another kind than the one before; in names few are. */
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
