package io.parktls.engine;

import io.parktls.CipherSuite;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks the arguments of {@link TlsEngine#exportKeyingMaterial} for all engines (RFC 5705 4, RFC 8446 7.5). Every
 * caller of an engine's exporter calls {@link #check} first.
 */
public final class ExporterArguments {
    /** The PRF labels of TLS itself. An exporter that used one would reveal TLS's own keys (RFC 5705 4, RFC 7627 4). */
    private static final Set<String> RESERVED =
            Set.of("client finished", "server finished", "master secret", "key expansion", "extended master secret");

    /** RFC 8446 7.1: a label has at most 255 bytes, of which the prefix {@code "tls13 "} takes 6. */
    private static final int MAX_LABEL_13 = 255 - 6;

    /** RFC 5705 4: the length of the context takes 16 bits. */
    private static final int MAX_CONTEXT_12 = 65_535;

    /** TLS 1.2 has no limit; a longer output is considered a mistake. */
    private static final int MAX_OUTPUT_12 = 65_535;

    private ExporterArguments() {}

    /**
     * Throws if an argument is not allowed in a session; {@link io.parktls.TlsConnection#exportKeyingMaterial} lists
     * the limits.
     *
     * @param session the session of the connection
     * @param label the label
     * @param context the context value; null means absent
     * @param length the number of bytes to export
     * @throws IllegalArgumentException if an argument is not allowed; the message names the argument and its limit
     */
    public static void check(TlsSession session, String label, byte @Nullable [] context, int length) {
        boolean is13 = session.protocol() == TlsVersion.TLS_1_3;
        checkLabel(label, is13);
        int max = is13 ? 255 * hashLength(session.cipherSuite()) : MAX_OUTPUT_12;
        if (length < 1 || length > max) {
            throw new IllegalArgumentException(
                    "exporter length " + length + ": it must be 1 to " + max + " bytes in " + session.protocol());
        }
        if (!is13 && context != null && context.length > MAX_CONTEXT_12) {
            throw new IllegalArgumentException("exporter context of " + context.length
                    + " bytes: TLS 1.2 allows at most " + MAX_CONTEXT_12 + " (RFC 5705 4)");
        }
    }

    private static void checkLabel(String label, boolean is13) {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("the exporter label is empty");
        }
        if (!label.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("the exporter label has characters that are not printable ASCII");
        }
        if (is13 && label.length() > MAX_LABEL_13) {
            throw new IllegalArgumentException("exporter label of " + label.length() + " bytes: TLS 1.3 allows at most "
                    + MAX_LABEL_13 + " (RFC 8446 7.1)");
        }
        if (RESERVED.contains(label)) {
            throw new IllegalArgumentException(
                    "exporter label '" + label + "' is reserved for TLS's own keys; use another (RFC 5705 4)");
        }
    }

    /**
     * Returns the length of the suite's hash in bytes. HKDF-Expand outputs at most 255 times as much (RFC 5869 2.3).
     */
    private static int hashLength(CipherSuite suite) {
        return suite.name().endsWith("SHA384") ? 48 : 32;
    }
}
