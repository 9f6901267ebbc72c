package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.sockets.jsse.TlsServerSocketFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests listening: the default backlog, and the failure if the address cannot be used. */
@Timeout(300)
final class ListenersTest {
    /** More than the JDK's default backlog of 50. */
    private static final int CLIENTS = 200;

    private static final int TIMEOUT_MILLIS = 100_000;

    private static final TlsContext CONTEXT = TlsContext.server(TlsIdentity.selfSigned("localhost"));
    private static final SocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @Test
    void aBurstOfClientsWaitsInTheQueueOfATlsServerSocket() throws IOException {
        try (TlsServerSocket server = TlsServerSocket.open(CONTEXT, ANY_PORT)) {
            assertClientsWait((InetSocketAddress) server.localAddress());
        }
    }

    @Test
    void aBurstOfClientsWaitsInTheQueueOfAnSslServerSocket() throws IOException {
        TlsServerSocketFactory factory = new TlsServerSocketFactory(CONTEXT);
        try (ServerSocket server = factory.createServerSocket(0)) {
            assertClientsWait(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
        }
        try (ServerSocket server = factory.createServerSocket()) {
            server.bind(ANY_PORT);
            assertClientsWait((InetSocketAddress) server.getLocalSocketAddress());
        }
    }

    /** Connects clients that nobody accepts. Beyond the backlog, connecting takes longer and longer. */
    private static void assertClientsWait(InetSocketAddress server) throws IOException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket();
                clients.add(client);
                client.connect(server, TIMEOUT_MILLIS);
            }
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    @Test
    void theMessageNamesAnAddressThatIsInUse() throws IOException {
        try (TlsServerSocket first = TlsServerSocket.open(CONTEXT, ANY_PORT)) {
            SocketAddress address = first.localAddress();
            for (BindException e : List.of(
                    assertThrows(BindException.class, () -> TlsServerSocket.open(CONTEXT, address)),
                    assertThrows(BindException.class, () -> TlsServer.open(CONTEXT, address, socket -> {})))) {
                String message = String.valueOf(e.getMessage());
                assertTrue(message.startsWith("cannot listen on " + address + ": "), message);
                assertEquals(BindException.class, e.getCause().getClass());
            }
        }
    }
}
