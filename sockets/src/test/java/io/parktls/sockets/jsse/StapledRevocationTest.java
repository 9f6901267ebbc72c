package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestContexts;
import io.parktls.TestOcsp;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsRevocation;
import io.parktls.TlsVersion;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sockets of JSSE's kind pass the stapled response to the trust of their context. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class StapledRevocationTest {
    private static final TlsEngineProvider ENGINE = TlsEngineProvider.bouncyCastle();
    private static final TlsIdentity IDENTITY = TestPki.server(KeyKind.ECDSA_P256);

    private static int connect(TlsContext client, TlsIdentity identity) throws IOException {
        TlsContext context = TestContexts.server(ENGINE).identity(identity).build();
        try (TlsServer server = TlsServer.open(
                        context,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        socket -> socket.outputStream().write(7));
                SSLSocket socket = (SSLSocket) new TlsSocketFactory(client).createSocket("localhost", server.port())) {
            return socket.getInputStream().read();
        }
    }

    @ParameterizedTest
    @EnumSource(TlsVersion.class)
    void theServerMustStapleAGoodResponse(TlsVersion version) throws IOException {
        TlsContext client = TestContexts.client(ENGINE, version)
                .trust(TestPki.trust().revocation(TlsRevocation.stapled()))
                .build();
        byte[] good = TestOcsp.of(IDENTITY, KeyKind.ECDSA_P256).build();
        assertEquals(7, connect(client, IDENTITY.withStaple(good)));
        assertThrows(SSLException.class, () -> connect(client, IDENTITY));
    }
}
