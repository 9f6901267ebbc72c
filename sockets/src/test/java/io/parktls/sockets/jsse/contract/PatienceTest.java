package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** {@code setSoTimeout} limits each wait, so a slow peer that keeps sending may take longer in all. */
final class PatienceTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    /** The timeout of the socket. A pause is a tenth of it, and all pauses together are longer. */
    private static final int TIMEOUT_MILLIS = 5_000;

    private static final int PAUSE_MILLIS = 500;
    private static final int PIECES = 12;

    @TestFactory
    Stream<DynamicNode> slowPeers() {
        return Contract.ofOneEndAtOnce(List.of(
                fact(
                        "a handshake that takes longer than the timeout",
                        s -> {
                            SSLSocket client = connect(s, true, false);
                            client.startHandshake();
                            return "returns";
                        },
                        "returns"),
                fact(
                        "a record that takes longer than the timeout, layered",
                        s -> {
                            SSLSocket client = connect(s, false, true);
                            client.startHandshake();
                            client.getOutputStream().write(1);
                            return client.getInputStream().readNBytes(RECORD).length;
                        },
                        RECORD)));
    }

    private static final int RECORD = 12_000;

    /** Connects a client through a relay that passes on the server's first bytes, or its reply, in pieces. */
    private static SSLSocket connect(Subject s, boolean slowHandshake, boolean layered) throws Exception {
        SSLServerSocket server = s.closing((SSLServerSocket)
                Implementation.JDK.serverSocketFactory(Credentials.SERVER).createServerSocket(0, 1, LOOPBACK));
        ServerSocket relay = s.closing(new ServerSocket(0, 1, LOOPBACK));
        ScheduledExecutorService scheduler = s.closing(Executors.newSingleThreadScheduledExecutor());
        ThreadKind.VIRTUAL.run(() -> {
            SSLSocket accepted = s.closing((SSLSocket) server.accept());
            accepted.startHandshake();
            accepted.getInputStream().read();
            accepted.getOutputStream().write(new byte[RECORD]);
        });
        ThreadKind.VIRTUAL.run(() -> {
            Socket toServer = s.closing(new Socket(LOOPBACK, server.getLocalPort()));
            Socket toClient = s.closing(relay.accept());
            ThreadKind.VIRTUAL.run(() -> toClient.getInputStream().transferTo(toServer.getOutputStream()));
            relay(toServer, toClient, scheduler, slowHandshake);
        });
        var factory = s.tested().socketFactory(Credentials.ANONYMOUS);
        SSLSocket client = s.closing((SSLSocket)
                (layered
                        ? factory.createSocket(new Socket(LOOPBACK, relay.getLocalPort()), "example.test", 443, true)
                        : factory.createSocket(LOOPBACK, relay.getLocalPort())));
        client.setSoTimeout(TIMEOUT_MILLIS);
        return client;
    }

    private static void relay(Socket from, Socket to, ScheduledExecutorService scheduler, boolean slowHandshake)
            throws Exception {
        byte[] buffer = new byte[1 << 16];
        OutputStream out = to.getOutputStream();
        boolean first = true;
        for (int n; (n = from.getInputStream().read(buffer)) >= 0; first = false) {
            if (slowHandshake ? first : n > RECORD / 2) {
                inPieces(buffer.clone(), n, out, scheduler);
            } else {
                out.write(buffer, 0, n);
            }
        }
    }

    /** Sends a piece for each period of the scheduler, and returns when all have been sent. */
    private static void inPieces(byte[] bytes, int length, OutputStream out, ScheduledExecutorService scheduler)
            throws Exception {
        for (int i = 0; i < PIECES; i++) {
            int start = length * i / PIECES;
            int end = length * (i + 1) / PIECES;
            scheduler
                    .schedule(
                            () -> {
                                try {
                                    out.write(bytes, start, end - start);
                                } catch (IOException e) {
                                    // The client has given up, which the fact observes.
                                }
                            },
                            PAUSE_MILLIS,
                            TimeUnit.MILLISECONDS)
                    .get(Task.HANG.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
