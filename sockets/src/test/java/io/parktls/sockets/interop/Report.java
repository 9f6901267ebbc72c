package io.parktls.sockets.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.parktls.CipherSuite;
import io.parktls.NamedGroup;
import io.parktls.TlsSession;
import io.parktls.TlsVersion;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The negotiated parameters as a foreign peer reports them. Null means that the peer does not report a parameter, an
 * empty string that it reports none.
 *
 * @param subject the subject of our certificate
 */
record Report(
        @Nullable TlsVersion protocol,
        @Nullable CipherSuite suite,
        @Nullable NamedGroup group,
        @Nullable String applicationProtocol,
        @Nullable String serverName,
        @Nullable String subject) {
    /** Asserts that the session and the report agree with each other and with the scenario. */
    static void compare(Scenario scenario, TlsSession session, Report report) {
        assertEquals(scenario.version(), session.protocol());
        assertEquals(scenario.suite(), session.cipherSuite());
        if (session.group() != null) {
            assertEquals(scenario.group(), session.group());
        }
        assertEquals(scenario.applicationProtocol(), session.applicationProtocol());
        assertEquals(scenario.named() ? Scenario.NAME : null, session.serverName());
        Optional<X509Certificate> peer = session.server()
                ? scenario.client().map(identity -> identity.chain().getFirst())
                : Optional.of(scenario.server().chain().getFirst());
        assertEquals(peer, session.peerCertificate());

        same("protocol", session.protocol(), report.protocol);
        same("cipher suite", session.cipherSuite(), report.suite);
        same("group", scenario.group(), report.group);
        same("ALPN", text(session.applicationProtocol()), report.applicationProtocol);
        same("SNI", text(session.serverName()), report.serverName);
        String ours = session.localCertificates().isEmpty()
                ? ""
                : session.localCertificates()
                        .getFirst()
                        .getSubjectX500Principal()
                        .getName();
        same("subject", ours, report.subject);
    }

    private static void same(String what, Object ours, @Nullable Object theirs) {
        if (theirs != null) {
            assertEquals(ours, theirs, what + ", as reported by the foreign peer");
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
