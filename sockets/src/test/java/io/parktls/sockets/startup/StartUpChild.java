package io.parktls.sockets.startup;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsTrust;
import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** A server and a client in a new JVM, with the files of a directory: one handshake, one byte and its echo. */
final class StartUpChild {
    private StartUpChild() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        TlsContext server =
                TlsContext.server(TlsIdentity.pem(directory.resolve("chain.pem"), directory.resolve("key.pem")));
        TlsContext client = TlsContext.builder()
                .trust(TlsTrust.pem(directory.resolve("ca.pem")))
                .build();
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (TlsServerSocket listener = TlsServerSocket.open(server, anyPort)) {
            Thread serving = Thread.ofVirtual().start(() -> serve(listener));
            int port = ((InetSocketAddress) listener.localAddress()).getPort();
            try (TlsSocket socket = TlsSocket.connect(client, "localhost", port)) {
                socket.outputStream().write(1);
                System.out.println("received " + socket.inputStream().read());
            }
            serving.join();
        }
    }

    private static void serve(TlsServerSocket listener) {
        try (TlsSocket socket = listener.accept()) {
            socket.outputStream().write(socket.inputStream().read() + 1);
        } catch (Exception e) {
            e.printStackTrace();
        }
    }
}
