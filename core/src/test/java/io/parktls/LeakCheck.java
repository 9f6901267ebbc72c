package io.parktls;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Checks that nothing an exception shows contains parts of a secret. */
public final class LeakCheck {
    /** The length of the parts. A shorter part may match a word of the message by chance. */
    private static final int RUN = 8;

    /** All runs of each secret: thousands of texts are compared with the same few secrets. */
    private static final Map<String, Set<Long>> RUNS = new ConcurrentHashMap<>();

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
        Set<Long> runs = RUNS.computeIfAbsent(secret, LeakCheck::runs);
        long run = 0;
        for (int i = 0; i < text.length(); i++) {
            run = append(run, text.charAt(i));
            if (i >= RUN - 1 && runs.contains(run) && secret.contains(text.substring(i - RUN + 1, i + 1))) {
                throw new AssertionError(where + ": '" + text.substring(i - RUN + 1, i + 1) + "' is in\n" + text);
            }
        }
    }

    private static Set<Long> runs(String secret) {
        Set<Long> runs = new HashSet<>();
        long run = 0;
        for (int i = 0; i < secret.length(); i++) {
            run = append(run, secret.charAt(i));
            if (i >= RUN - 1) {
                runs.add(run);
            }
        }
        return runs;
    }

    /** The last eight characters as one number, from the lower byte of each. */
    private static long append(long run, char next) {
        return run << Byte.SIZE | (next & 0xFF);
    }
}
