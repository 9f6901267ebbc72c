package io.parktls;

import java.util.List;
import java.util.Optional;

/**
 * Key exchange groups (RFC 8446 4.2.7), in order of preference.
 *
 * <p>An engine offers those of a context's groups that it implements; the JDK's own {@code SSLEngine} has no hybrid
 * groups before JDK 27.
 */
public enum NamedGroup {
    /** X25519 with ML-KEM-768, against adversaries who record today and compute later (draft-ietf-tls-ecdhe-mlkem). */
    X25519MLKEM768("X25519MLKEM768", 0x11EC),
    /** RFC 7748. */
    X25519("x25519", 0x001D),
    /** NIST P-256, RFC 8422. */
    SECP256R1("secp256r1", 0x0017),
    /** NIST P-384, RFC 8422. */
    SECP384R1("secp384r1", 0x0018),
    /** NIST P-521, RFC 8422. */
    SECP521R1("secp521r1", 0x0019);

    private static final List<NamedGroup> ALL = List.of(values());

    private final String standardName;
    private final int code;

    NamedGroup(String standardName, int code) {
        this.standardName = standardName;
        this.code = code;
    }

    /** The name in the IANA registry. */
    public String standardName() {
        return standardName;
    }

    /** The {@code NamedGroup} on the wire. */
    public int code() {
        return code;
    }

    /** Whether the group works with TLS 1.3 only. */
    public boolean isHybrid() {
        return code >>> 8 == 0x11;
    }

    /** All groups, in order of preference. */
    public static List<NamedGroup> all() {
        return ALL;
    }

    /**
     * The group of that name; {@code P-256}, {@code P-384} and {@code P-521} are understood as well.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static NamedGroup of(String name) {
        String standard = name.regionMatches(true, 0, "P-", 0, 2) ? "secp" + name.substring(2) + "r1" : name;
        return ALL.stream()
                .filter(group -> group.standardName.equalsIgnoreCase(standard))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such group: " + name));
    }

    /** The group with that code, if it is one of these. */
    public static Optional<NamedGroup> of(int code) {
        for (NamedGroup group : ALL) {
            if (group.code == code) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return standardName;
    }
}
