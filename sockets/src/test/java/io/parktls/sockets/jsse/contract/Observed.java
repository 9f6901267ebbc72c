package io.parktls.sockets.jsse.contract;

import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * Results as text: the value, or the simple name of the exception's type. An exception of a class that is not part of
 * the Java platform's API counts as its nearest superclass that is.
 */
public final class Observed {
    private Observed() {}

    public static String text(@Nullable Object value) {
        return switch (value) {
            case Class<?> type -> type.getSimpleName();
            case Throwable failure -> type(failure).getSimpleName();
            case Object[] array -> text(Arrays.asList(array));
            case Collection<?> collection ->
                collection.stream().map(Observed::text).collect(Collectors.joining(", ", "[", "]"));
            case null, default -> String.valueOf(value);
        };
    }

    /** Joins what is observed of the tested client and of the tested server. */
    static String inBothRoles(String client, String server) {
        return "client: " + client + ", server: " + server;
    }

    private static Class<?> type(Throwable failure) {
        Class<?> type = failure.getClass();
        while (!type.getName().startsWith("java.") && !type.getName().startsWith("javax.")) {
            type = type.getSuperclass();
        }
        return type;
    }

    /** Returns the type of a failure and whether it, or a cause of it, has the given type. */
    public static String withCause(@Nullable Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return text(failure) + " caused by " + type.getSimpleName();
            }
        }
        return text(failure);
    }

    /**
     * Compares a result.
     *
     * @param expected the expected text; several that are possible are separated by {@code |}
     * @param reason why this result differs from the JDK's; null if it does not
     */
    public static void verify(String expected, @Nullable String reason, Callable<@Nullable Object> observation) {
        String actual;
        Exception failure = null;
        try {
            actual = text(observation.call());
        } catch (Exception e) {
            failure = e;
            actual = text(e);
        }
        if (!Arrays.asList(expected.split("\\|")).contains(actual)) {
            String message = "expected: <" + expected + "> but was: <" + actual + ">"
                    + (reason == null ? "" : " (the expectation differs from the JDK: " + reason + ")");
            throw new AssertionFailedError(message, expected, actual, failure);
        }
    }
}
