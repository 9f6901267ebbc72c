package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.Test;

/** Tests that a context whose own certificate no peer will accept says so when it is built. */
final class OwnCertificatesTest {
    private static final Instant NOW = Instant.now();
    private static final TestPki.KeyKind KIND = TestPki.KeyKind.ECDSA_P256;

    private static TestCertificate valid(Instant from, Instant until) {
        return TestCertificate.of(KIND, "the server").validity(from, until).selfSigned();
    }

    private static List<String> logged(TlsIdentity identity) {
        try (Logged log = Logged.of(TlsContext.class, Level.WARN)) {
            TlsContext context = TlsContext.server(identity);
            context.toBuilder().clientAuth(ClientAuth.NONE).build();
            return List.copyOf(log.lines());
        }
    }

    @Test
    void expired() {
        TestCertificate expired = valid(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1)));
        List<String> lines = logged(expired.identity());
        assertEquals(2, lines.size(), lines::toString);
        assertTrue(lines.getFirst().contains("the certificate of CN=the server expired at "), lines::toString);
    }

    @Test
    void notValidYet() {
        TestCertificate early = valid(NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(2)));
        assertTrue(logged(early.identity()).getFirst().contains("CN=the server is not valid before "));
    }

    @Test
    void anIntermediateHasExpired() {
        TestCertificate root = TestCertificate.authority(KIND, "root");
        TestCertificate intermediate = TestCertificate.of(KIND, "the intermediate")
                .authority()
                .validity(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1)))
                .issuedBy(root);
        TlsIdentity identity =
                TestCertificate.of(KIND, "the server").issuedBy(intermediate).identity();
        assertTrue(logged(identity).getFirst().contains("CN=the intermediate expired at "));
    }

    @Test
    void valid() {
        TestCertificate now = valid(NOW.minus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(1)));
        assertEquals(List.of(), logged(now.identity()));
    }
}
