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
 * What a foreign peer says was negotiated. Null is what it does not tell; an empty text is what it says there is not.
 *
 * @param subject of our certificate
 */
record Report(
        @Nullable TlsVersion protocol,
        @Nullable CipherSuite suite,
        @Nullable NamedGroup group,
        @Nullable String applicationProtocol,
        @Nullable String serverName,
        @Nullable String subject) {
    /** Both ends, and what they were to agree on, have to say the same. */
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
            assertEquals(ours, theirs, what + ", as the foreign peer has it");
        }
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
