package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsPsk;
import io.parktls.TlsPskLookup;
import io.parktls.TlsSession;
import io.parktls.TlsTicketKeys;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The recipes for resumption and pre-shared keys, word for word as the documents show them, and that they work. */
@Timeout(120)
final class SessionRecipesTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
    private static final byte[] NEW_SECRET = "fedcba9876543210fedcba9876543210".getBytes(UTF_8);

    // ---- what the documents show

    static TlsContext fleetServer(TlsIdentity identity, byte[] secret, byte[]... formerSecrets) {
        return TlsContext.builder()
                .identity(identity)
                .ticketKeys(TlsTicketKeys.shared(secret, formerSecrets))
                .build();
    }

    static void rollOver(TlsServer server, byte[] newSecret, byte[] oldSecret) {
        TlsTicketKeys keys = TlsTicketKeys.shared(newSecret, oldSecret);
        server.context(server.context().toBuilder().ticketKeys(keys).build());
    }

    static TlsContext pskServer(Map<String, byte[]> secrets) {
        TlsPskLookup lookup = identity -> {
            byte[] secret = secrets.get(new String(identity, UTF_8));
            return secret == null ? Optional.empty() : Optional.of(TlsPsk.of(identity, secret));
        };
        return TlsContext.builder().pskLookup(lookup).requirePsk(true).build();
    }

    static TlsContext pskClient(String name, byte[] secret) {
        return TlsContext.builder()
                .psk(TlsPsk.of(name.getBytes(UTF_8), secret))
                .requirePsk(true)
                .build();
    }

    // ---- that it works

    @Test
    void serversWithOneSecretResumeEachOthersSessions() throws IOException {
        TlsContext client = Recipes.clientFor(Recipes.IDENTITY);
        try (TlsServer server = ServerRecipesTest.echoServer(fleetServer(Recipes.IDENTITY, SECRET), Recipes.ANY_PORT)) {
            assertFalse(session(client, server.port()).resumed());
            server.context(fleetServer(Recipes.IDENTITY, SECRET)); // another server behind the same address
            assertTrue(session(client, server.port()).resumed());
            server.context(fleetServer(Recipes.IDENTITY, NEW_SECRET, SECRET));
            assertTrue(session(client, server.port()).resumed());
            server.context(fleetServer(Recipes.IDENTITY, SECRET));
            assertFalse(session(client, server.port()).resumed());
        }
    }

    @Test
    void theSecretIsRolledOverWhileTheServerRuns() throws IOException {
        TlsContext client = Recipes.clientFor(Recipes.IDENTITY);
        try (TlsServer server = ServerRecipesTest.echoServer(fleetServer(Recipes.IDENTITY, SECRET), Recipes.ANY_PORT)) {
            assertFalse(session(client, server.port()).resumed());
            rollOver(server, NEW_SECRET, SECRET);
            assertTrue(session(client, server.port()).resumed());
        }
    }

    @Test
    void keysReplaceCertificates() throws IOException {
        TlsContext server = pskServer(Map.of("sensor 17", SECRET));
        assertEquals(
                "sensor 17", session(pskClient("sensor 17", SECRET), server).pskIdentity());
        assertThrows(SSLException.class, () -> session(pskClient("sensor 17", NEW_SECRET), server));
        assertThrows(SSLException.class, () -> session(pskClient("sensor 18", SECRET), server));
    }

    /** Returns the session of a connection to a server that runs for this connection only. */
    private static TlsSession session(TlsContext client, TlsContext context) throws IOException {
        try (TlsServer server = ServerRecipesTest.echoServer(context, Recipes.ANY_PORT)) {
            return session(client, server.port());
        }
    }

    /** Returns the session of a connection, which ends once the server's tickets have arrived. */
    private static TlsSession session(TlsContext client, int port) throws IOException {
        try (TlsSocket socket = TlsSocket.connect(client, Recipes.HOST, port)) {
            socket.outputStream().write("hello".getBytes(UTF_8));
            socket.shutdownOutput();
            assertEquals("hello", new String(socket.inputStream().readAllBytes(), UTF_8));
            return socket.session();
        }
    }
}
