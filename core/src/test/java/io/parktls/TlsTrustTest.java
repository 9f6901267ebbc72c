package io.parktls;

import static io.parktls.TlsAlert.BAD_CERTIFICATE;
import static io.parktls.TlsAlert.CERTIFICATE_EXPIRED;
import static io.parktls.TlsAlert.CERTIFICATE_UNKNOWN;
import static io.parktls.TlsAlert.UNKNOWN_CA;
import static io.parktls.TlsAlert.UNSUPPORTED_CERTIFICATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestPki.KeyKind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsTrustTest {
    private static final KeyKind KIND = KeyKind.ECDSA_P256;

    @ParameterizedTest
    @EnumSource
    void trustsServersAndClientsOfEachKeyKind(KeyKind kind) throws Exception {
        for (String host : TestPki.HOSTS) {
            TestPki.trust().verifyServer(TestPki.server(kind).chain(), "UNKNOWN", host);
        }
        TestPki.trust(kind).verifyServer(TestPki.server(kind).chain(), "UNKNOWN", null);
        TestPki.trust().verifyClient(TestPki.client(kind).chain(), "UNKNOWN");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void trustsThroughIntermediates(int intermediates) throws Exception {
        TlsIdentity server = TestPki.chain(KIND, intermediates);
        assertEquals(intermediates + 1, server.chain().size());
        TestPki.trust().verifyServer(server.chain(), "UNKNOWN", "localhost");
        assertRefused(
                UNKNOWN_CA, "no path", TestPki.trust(), List.of(server.chain().getFirst()));
    }

    @Test
    void refusesAnotherHost() {
        assertRefused(BAD_CERTIFICATE, "elsewhere.test, not for 'localhost'", TestPki.wrongHost(KIND));
    }

    @Test
    void refusesExpired() {
        assertRefused(CERTIFICATE_EXPIRED, "expired on", TestPki.expired(KIND));
    }

    @Test
    void refusesNotYetValid() {
        assertRefused(CERTIFICATE_EXPIRED, "not valid before", TestPki.notYetValid(KIND));
    }

    @Test
    void refusesUnknownAuthority() {
        assertRefused(UNKNOWN_CA, "issued by 'CN=Unknown CA ECDSA_P256'", TestPki.unknownCa(KIND));
    }

    @Test
    void refusesSelfSigned() {
        assertRefused(UNKNOWN_CA, "self-signed", TestPki.selfSigned(KIND));
    }

    @Test
    void refusesWrongUsage() {
        assertRefused(UNSUPPORTED_CERTIFICATE, "extended key usage", TestPki.wrongExtendedKeyUsage(KIND));
        assertRefused(UNSUPPORTED_CERTIFICATE, "digital signatures", TestPki.wrongKeyUsage(KIND));
    }

    @Test
    void pinsCertificates() throws Exception {
        TlsIdentity server = TlsIdentity.selfSigned("localhost", "127.0.0.1");
        TlsTrust trust = TlsTrust.only(server.chain().getFirst());
        trust.verifyServer(server.chain(), "UNKNOWN", "127.0.0.1");
        trust.verifyClient(server.chain(), "UNKNOWN");
        assertRefused(CERTIFICATE_UNKNOWN, "pinned", trust, TestPki.server(KIND).chain());
    }

    @Test
    void insecureTrustsEveryone() throws Exception {
        TlsTrust.insecure().verifyServer(TestPki.expired(KIND).chain(), "UNKNOWN", "nowhere.test");
    }

    @Test
    void systemDoesNotTrustTestAuthorities() {
        assertRefused(
                UNKNOWN_CA, "no path", TlsTrust.system(), TestPki.server(KIND).chain());
        assertTrue(TlsTrust.system().authorities().isEmpty());
        assertFalse(TestPki.trust().authorities().isEmpty());
    }

    private static void assertRefused(TlsAlert alert, String reason, TlsIdentity server) {
        assertRefused(alert, reason, TestPki.trust(), server.chain());
    }

    private static void assertRefused(
            TlsAlert alert, String reason, TlsTrust trust, List<java.security.cert.X509Certificate> chain) {
        TlsPeerUnverifiedException refusal =
                assertThrows(TlsPeerUnverifiedException.class, () -> trust.verifyServer(chain, "UNKNOWN", "localhost"));
        assertEquals(alert, refusal.alert().orElseThrow(), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(reason), refusal.getMessage());
    }
}
