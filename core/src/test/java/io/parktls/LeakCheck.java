package io.parktls;

import java.io.PrintWriter;
import java.io.StringWriter;

/** Checks that nothing an exception shows contains parts of a secret. */
public final class LeakCheck {
    /** The length of the parts. A shorter part may match a word of the message by chance. */
    private static final int RUN = 8;

    private LeakCheck() {}

    /** Fails if the exception, its causes or what they suppressed show any eight characters of the secret. */
    static void assertSilent(String secret, String where, Throwable e) {
        // The stack trace contains the toString of the exception, of all causes and of all suppressed exceptions.
        StringWriter shown = new StringWriter();
        e.printStackTrace(new PrintWriter(shown));
        assertSilent(secret, where, shown.toString());
    }

    /** Fails if a text shows any eight characters of the secret. */
    public static void assertSilent(String secret, String where, String text) {
        for (int i = 0; i + RUN <= secret.length(); i++) {
            String run = secret.substring(i, i + RUN);
            if (text.contains(run)) {
                throw new AssertionError(where + ": '" + run + "' is in\n" + text);
            }
        }
    }
}
