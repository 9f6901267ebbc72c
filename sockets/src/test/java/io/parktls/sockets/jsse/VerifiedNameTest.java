package io.parktls.sockets.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets of JSSE's kind verify the name that their context sets, in place of the host they connect to. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class VerifiedNameTest {
    private static List<TlsEngineProvider> engines() {
        return List.of(TlsEngineProvider.bouncyCastle(), TlsEngineProvider.jsse());
    }

    /** The certificate of the server is for elsewhere.test only. */
    private static TlsServer server() throws IOException {
        TlsContext context = TestContexts.server(TlsEngineProvider.bouncyCastle())
                .identity(TestPki.wrongHost(KeyKind.ECDSA_P256))
                .build();
        return TlsServer.open(
                context,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                socket -> socket.outputStream().write(7));
    }

    private static int connect(TlsServer server, TlsContext context) throws IOException {
        try (SSLSocket socket = (SSLSocket) new TlsSocketFactory(context).createSocket("localhost", server.port())) {
            return socket.getInputStream().read();
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void theNameOfTheContext(TlsEngineProvider engine) throws IOException {
        TlsContext.Builder context = TestContexts.client(engine);
        try (TlsServer server = server()) {
            assertEquals(7, connect(server, context.verifyName("elsewhere.test").build()));
            for (String name : List.of("localhost", "another.test", "127.0.0.1")) {
                TlsContext other = context.verifyName(name).build();
                assertThrows(SSLException.class, () -> connect(server, other), name);
            }
        }
    }
}
