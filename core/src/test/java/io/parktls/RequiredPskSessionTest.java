package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that a client that requires a pre-shared key resumes no session that began with certificates. */
final class RequiredPskSessionTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final TlsPsk PSK = TlsPsk.of(
            "sensor 17".getBytes(StandardCharsets.UTF_8), "0123456789abcdef".getBytes(StandardCharsets.UTF_8));

    @Test
    void aSessionThatBeganWithACertificateIsNoSubstituteForTheKey() throws IOException {
        TlsContext server = TestContexts.server(ENGINE, TlsVersion.TLS_1_3).build();
        TlsContext lenient = TestContexts.client(ENGINE, TlsVersion.TLS_1_3)
                .cipherSuites(CipherSuite.TLS_AES_128_GCM_SHA256)
                .sessionCache(TlsSessionCache.ofSize(10))
                .psk(PSK)
                .build();
        ConnectionPair first = new ConnectionPair(lenient, server, Bio.pair(1 << 16)).handshake();
        first.server().flush(Waiting.NEVER);
        assertEquals(TlsStatus.WANT_READ, first.client().read(ByteBuffer.allocate(1)));
        assertFalse(lenient.exportSession(TestContexts.HOST, 0).isEmpty(), "there is a session");

        TlsContext strict = lenient.toBuilder().requirePsk(true).build();
        ConnectionPair second = new ConnectionPair(strict, server, Bio.pair(1 << 16));

        assertThrows(TlsHandshakeException.class, second::handshake);
        assertEquals(
                Map.of(TlsTicketRefusal.PSK_NOT_ACCEPTED, 1L),
                strict.sessionStatistics().refused());
    }
}
