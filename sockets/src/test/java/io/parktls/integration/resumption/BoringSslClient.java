package io.parktls.integration.resumption;

import io.netty.handler.ssl.SslContext;
import io.parktls.sockets.interop.Ours;
import io.parktls.sockets.interop.Scenario;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** BoringSSL with Netty's cache of client sessions. */
final class BoringSslClient implements ForeignClient {
    private static final int CONNECTIONS = 3;

    @Override
    public int connect(Scenario scenario, int port, Path directory) throws Exception {
        SslContext context = BoringSsl.client(scenario);
        BoringSsl.enableTickets(context);
        for (int i = 0; i < CONNECTIONS; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) Ours.PATIENCE.toMillis());
            try (EngineSocket connection = new EngineSocket(BoringSsl.engine(context, scenario.host(), port), socket)) {
                connection.handshake();
                connection.write(Page.REQUEST.getBytes(StandardCharsets.US_ASCII));
                connection.readAll();
            }
        }
        return CONNECTIONS;
    }
}
