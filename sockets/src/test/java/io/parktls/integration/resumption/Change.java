package io.parktls.integration.resumption;

import static io.parktls.CipherSuite.TLS_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_AES_256_GCM_SHA384;
import static io.parktls.CipherSuite.TLS_CHACHA20_POLY1305_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;
import static io.parktls.CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384;
import static io.parktls.NamedGroup.SECP256R1;
import static io.parktls.NamedGroup.SECP384R1;
import static io.parktls.TestPki.KeyKind.ECDSA_P256;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsVersion;
import io.parktls.sockets.interop.Scenario;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server that is replaced by one with other settings, at the same host and port. Clients support those of both.
 *
 * @param before the settings of the first server
 * @param after the settings of the second server, which does not have the ticket keys of the first
 */
record Change(Scenario before, Scenario after) {
    /** The groups of clients; their key share is for the first, so a server with the second asks for a retry. */
    static final List<NamedGroup> GROUPS = List.of(SECP256R1, SECP384R1);

    private static final Scenario SHA256 = of(TLS_AES_128_GCM_SHA256, SECP256R1);
    private static final Scenario SHA384 = of(TLS_AES_256_GCM_SHA384, SECP256R1);
    private static final Scenario SHA256_RETRY = of(TLS_CHACHA20_POLY1305_SHA256, SECP384R1);
    private static final Scenario SHA384_RETRY = of(TLS_AES_256_GCM_SHA384, SECP384R1);
    private static final Scenario TLS12 = of(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, SECP256R1);
    private static final Scenario TLS12_OTHER = of(TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, SECP256R1);

    /** All changes. After a retry, a client offers only keys for the hash of the suite (RFC 8446 4.1.4). */
    static final List<Change> ALL = List.of(
            new Change(SHA256, SHA256),
            new Change(SHA256, SHA384),
            new Change(SHA384, SHA256),
            new Change(SHA256, SHA256_RETRY),
            new Change(SHA256, SHA384_RETRY),
            new Change(SHA384_RETRY, SHA256_RETRY),
            new Change(TLS12, TLS12),
            new Change(TLS12, TLS12_OTHER),
            new Change(SHA384, TLS12),
            new Change(TLS12, SHA384),
            new Change(TLS12, SHA256_RETRY));

    private static Scenario of(CipherSuite suite, NamedGroup group) {
        return Scenario.with(suite, group, ECDSA_P256).withName();
    }

    /** Returns the versions of a client. */
    TlsVersion[] versions() {
        return Stream.of(before, after).map(Scenario::version).distinct().toArray(TlsVersion[]::new);
    }

    /** Returns the suites of a client. */
    CipherSuite[] suites() {
        return Stream.of(before, after).map(Scenario::suite).distinct().toArray(CipherSuite[]::new);
    }

    /** Returns whether both servers negotiate TLS 1.3, with different suites. */
    boolean isOfSuite13() {
        return suites().length == 2 && before.version() == TlsVersion.TLS_1_3 && after.version() == TlsVersion.TLS_1_3;
    }

    @Override
    public String toString() {
        return description(before) + " to " + description(after);
    }

    private static String description(Scenario scenario) {
        return scenario.suite() + " " + scenario.group();
    }
}
