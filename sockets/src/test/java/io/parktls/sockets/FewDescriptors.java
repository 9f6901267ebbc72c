package io.parktls.sockets;

import java.io.IOException;

/** The main class of a server process, which prints its port, and a line whenever it cannot accept. */
final class FewDescriptors {
    private FewDescriptors() {}

    public static void main(String[] args) throws IOException {
        TlsServer server = Servers.echoing().open(Transport.loopback());
        // Loads the classes of a handshake while there are descriptors for that.
        Servers.assertServes(server);
        System.out.println(server.port());
        Task.eventually(() -> server.statistics().acceptFailures() > 0);
        System.out.println("cannot accept");
        System.in.transferTo(System.out);
    }
}
