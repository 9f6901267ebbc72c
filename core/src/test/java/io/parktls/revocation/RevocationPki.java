package io.parktls.revocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestCertificate;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.TlsRevocation;
import io.parktls.TlsTrust;
import io.parktls.engine.ForeignCodeBoundary;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An authority whose certificates name sources of their status, and the verification of such certificates. */
final class RevocationPki {
    static final KeyKind KIND = KeyKind.ECDSA_P256;
    static final TestCertificate ROOT = TestCertificate.authority(KIND, "Revocation Root");

    /** Has the name of {@link #ROOT}, but another key. */
    static final TestCertificate IMPOSTOR = TestCertificate.authority(KIND, "Revocation Root");

    static final TestCertificate OTHER = TestCertificate.authority(KIND, "Other Root");

    private RevocationPki() {}

    static TestCertificate.Builder server() {
        return TestPki.goodServer(KIND);
    }

    static TlsTrust trust(TlsRevocation policy) {
        return TestPki.trust(List.of(ROOT.certificate())).revocation(policy);
    }

    /** Returns the chain that a server with that certificate sends. */
    static List<X509Certificate> chain(TestCertificate server) {
        return server.identity().chain();
    }

    /**
     * Verifies a server.
     *
     * @param staples the responses to the certificates of the chain, in its order
     */
    static void verify(TlsTrust trust, TestCertificate server, byte[]... staples) throws TlsPeerUnverifiedException {
        trust.verifyServer(chain(server), "UNKNOWN", "localhost", List.of(staples), ForeignCodeBoundary.NONE);
    }

    /** Returns the message of the failure, which must have that alert. */
    static String refusal(TlsAlert alert, TlsTrust trust, TestCertificate server, byte[]... staples) {
        TlsPeerUnverifiedException e =
                assertThrows(TlsPeerUnverifiedException.class, () -> verify(trust, server, staples));
        assertEquals(alert, e.alert().orElseThrow(), e.getMessage());
        return String.valueOf(e.getMessage());
    }

    /**
     * Asserts the outcome of a verification.
     *
     * @param alert null if the certificate is accepted
     */
    static void assertOutcome(@Nullable TlsAlert alert, TlsTrust trust, TestCertificate server, byte[]... staples)
            throws TlsPeerUnverifiedException {
        if (alert == null) {
            verify(trust, server, staples);
        } else {
            refusal(alert, trust, server, staples);
        }
    }
}
