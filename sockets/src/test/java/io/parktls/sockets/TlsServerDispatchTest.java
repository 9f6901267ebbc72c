package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.parktls.TestContexts;
import io.parktls.TestPki;
import io.parktls.TestPki.KeyKind;
import io.parktls.TlsContext;
import io.parktls.TlsTrust;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which handler serves a connection, and with which identity. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsServerDispatchTest {
    private static TlsHandler saying(String word) {
        return socket -> socket.outputStream().write(word.getBytes(StandardCharsets.US_ASCII));
    }

    private static TlsContext server() {
        return TestContexts.server(Servers.ENGINE)
                .applicationProtocols("h2", "http/1.1", "acme")
                .build();
    }

    private static TlsContext client(String... protocols) {
        return TestContexts.client(Servers.ENGINE)
                .verifyHost(false)
                .applicationProtocols(protocols)
                .build();
    }

    private static String ask(TlsServer server, TlsContext client, String host) throws IOException {
        try (TlsSocket socket = Servers.connect(server, client, host)) {
            return new String(socket.inputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a.test,     http/1.1, host",
        "A.Test,     http/1.1, host",
        "a.test,     h2,       host and protocol",
        "a.test,     acme,     host",
        "b.test,     http/1.1, default",
        "b.test,     acme,     protocol",
        "x.sub.test, http/1.1, wildcard",
        "x.sub.test, acme,     wildcard",
        "y.x.sub.test, http/1.1, default",
        "sub.test,   http/1.1, default",
        "127.0.0.1,  http/1.1, default",
        "127.0.0.1,  acme,     protocol",
        "b.test,     '',       default"
    })
    void theMostSpecificHandlerServes(String host, String protocol, String expected) throws Exception {
        try (TlsServer server = TlsServer.builder(server())
                .handler(saying("default"))
                .hostHandler("a.test", saying("host"))
                .hostHandler("*.Sub.test", saying("wildcard"))
                .protocolHandler("acme", saying("protocol"))
                .handler("a.test", "h2", saying("host and protocol"))
                .open(Transport.loopback())) {
            TlsContext client = protocol.isEmpty() ? client() : client(protocol);
            assertEquals(expected, ask(server, client, host));
        }
    }

    @Test
    void aConnectionWithoutAHandlerIsClosed() throws Exception {
        try (TlsServer server = TlsServer.builder(server())
                .hostHandler("a.test", saying("host"))
                .open(Transport.loopback())) {
            assertEquals("", ask(server, client(), "b.test"));
            assertEquals("host", ask(server, client(), "a.test"));
            assertEquals(1, server.statistics().unrouted());
        }
    }

    @Test
    void protocolHandlersNeedAProtocolOfTheContext() throws Exception {
        TlsServer.Builder builder = TlsServer.builder(server()).protocolHandler("spdy", saying("never"));
        assertThrows(IllegalArgumentException.class, () -> builder.open(Transport.loopback()));
        try (TlsServer server =
                TlsServer.builder(server()).protocolHandler("h2", saying("h2")).open(Transport.loopback())) {
            TlsContext without = TestContexts.server(Servers.ENGINE).build();
            assertThrows(IllegalArgumentException.class, () -> server.context(without));
        }
    }

    /** After a certificate is replaced, open connections keep the old one and new connections get the new one. */
    @Test
    void identitiesAndTrustAreReplacedWhileItRuns() throws Exception {
        TlsContext trustsOld = only(KeyKind.ECDSA_P256);
        TlsContext trustsNew = only(KeyKind.RSA_2048);
        try (TlsServer server = Servers.echoing().open(Transport.loopback());
                TlsSocket before = Servers.connect(server, trustsOld)) {
            Servers.assertEchoes(before);
            server.context(TestContexts.server(Servers.ENGINE)
                    .identity(TestPki.server(KeyKind.RSA_2048))
                    .build());
            try (TlsSocket after = Servers.connect(server, trustsNew);
                    TlsSocket refused = Servers.connect(server, trustsOld)) {
                Servers.assertEchoes(after);
                assertThrows(IOException.class, refused::doHandshake);
            }
            Servers.assertEchoes(before);
        }
    }

    private static TlsContext only(KeyKind kind) {
        return TestContexts.client(Servers.ENGINE)
                .trust(TlsTrust.only(TestPki.server(kind).chain().getFirst()))
                .build();
    }
}
