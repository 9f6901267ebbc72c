package io.parktls;

import java.util.List;
import java.util.Optional;

/**
 * The key exchange groups (RFC 8446 4.2.7) that ParkTLS supports, in order of preference.
 *
 * <p>An engine offers only those groups of a context that it implements. The JDK's own {@code SSLEngine} implements
 * hybrid groups from JDK 27 on.
 */
public enum NamedGroup {
    /**
     * X25519 combined with ML-KEM-768 (draft-ietf-tls-ecdhe-mlkem). Protects recorded traffic from later decryption by
     * quantum computers.
     */
    X25519MLKEM768("X25519MLKEM768", 0x11EC),
    /** X25519, RFC 7748. */
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

    /** {@return the name in the IANA registry} */
    public String standardName() {
        return standardName;
    }

    /** {@return the {@code NamedGroup} on the wire} */
    public int code() {
        return code;
    }

    /** {@return whether the group is a hybrid of a classical and a post-quantum group, which only TLS 1.3 can use} */
    public boolean isHybrid() {
        return code >>> 8 == 0x11;
    }

    /** {@return all groups, in order of preference} */
    public static List<NamedGroup> all() {
        return ALL;
    }

    /**
     * {@return the group with that name} {@code P-256}, {@code P-384} and {@code P-521} are accepted as well.
     *
     * @param name the name
     * @throws IllegalArgumentException if there is no such group
     */
    public static NamedGroup of(String name) {
        String standard = name.regionMatches(true, 0, "P-", 0, 2) ? "secp" + name.substring(2) + "r1" : name;
        return ALL.stream()
                .filter(group -> group.standardName.equalsIgnoreCase(standard))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such group: " + name));
    }

    /**
     * {@return the group with that code; empty if ParkTLS does not support it}
     *
     * @param code the {@code NamedGroup} on the wire
     */
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
