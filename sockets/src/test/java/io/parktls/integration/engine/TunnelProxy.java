package io.parktls.integration.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A proxy that tunnels to ports of this machine, whatever host a client asks for (RFC 9110 9.3.6). */
final class TunnelProxy implements AutoCloseable {
    private static final Pattern CONNECT = Pattern.compile("CONNECT [^ ]*:(\\d+) ");

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    TunnelProxy() throws IOException {
        threads.execute(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                threads.execute(() -> serve(client));
            }
        } catch (IOException e) {
            // The proxy has been closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            Matcher connect = CONNECT.matcher(RawHttp.readHead(client.getInputStream()));
            if (!connect.lookingAt()) {
                return;
            }
            try (Socket server = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(connect.group(1)))) {
                client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                threads.execute(() -> relay(server, client));
                client.getInputStream().transferTo(server.getOutputStream());
            }
        } catch (IOException e) {
            // One of the ends has gone.
        }
    }

    private static void relay(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction closes both.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }
}
