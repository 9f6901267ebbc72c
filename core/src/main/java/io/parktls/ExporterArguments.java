package io.parktls;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the arguments of an exporter, alike for every engine (RFC 5705 4, RFC 8446 7.5). */
final class ExporterArguments {
    /** The PRF labels of TLS itself: an exporter with one of them would give away its keys (RFC 5705 4, RFC 7627 4). */
    private static final Set<String> RESERVED =
            Set.of("client finished", "server finished", "master secret", "key expansion", "extended master secret");

    /** RFC 8446 7.1: a label of 255 bytes, which begins with {@code "tls13 "}. */
    private static final int LONGEST_LABEL_13 = 255 - 6;

    /** RFC 5705 4: the length of the context is written in 16 bits. */
    private static final int LONGEST_CONTEXT_12 = 65_535;

    /** TLS 1.2 sets no limit; more is a mistake. */
    private static final int LONGEST_OUTPUT_12 = 65_535;

    private ExporterArguments() {}

    /** @throws IllegalArgumentException that names the argument and its limit */
    static void check(TlsSession session, String label, byte @Nullable [] context, int length) {
        boolean is13 = session.protocol() == TlsVersion.TLS_1_3;
        checkLabel(label, is13);
        int longest = is13 ? 255 * hashLength(session.cipherSuite()) : LONGEST_OUTPUT_12;
        if (length < 1 || length > longest) {
            throw new IllegalArgumentException(
                    "exporter length " + length + ": it must be 1 to " + longest + " bytes in " + session.protocol());
        }
        if (!is13 && context != null && context.length > LONGEST_CONTEXT_12) {
            throw new IllegalArgumentException("exporter context of " + context.length + " bytes: TLS 1.2 allows "
                    + LONGEST_CONTEXT_12 + " (RFC 5705 4)");
        }
    }

    private static void checkLabel(String label, boolean is13) {
        if (label.isEmpty()) {
            throw new IllegalArgumentException("the exporter label is empty");
        }
        if (!label.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new IllegalArgumentException("the exporter label has characters that are not printable ASCII");
        }
        if (is13 && label.length() > LONGEST_LABEL_13) {
            throw new IllegalArgumentException("exporter label of " + label.length() + " bytes: TLS 1.3 allows "
                    + LONGEST_LABEL_13 + " (RFC 8446 7.1)");
        }
        if (RESERVED.contains(label)) {
            throw new IllegalArgumentException(
                    "exporter label '" + label + "': TLS uses it for its own keys (RFC 5705 4)");
        }
    }

    /** RFC 5869 2.3: HKDF-Expand makes at most 255 times the hash. */
    private static int hashLength(CipherSuite suite) {
        return suite.name().endsWith("SHA384") ? 48 : 32;
    }
}
