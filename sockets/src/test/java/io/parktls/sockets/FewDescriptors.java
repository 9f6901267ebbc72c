package io.parktls.sockets;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A process that serves: prints its port, and a line when it cannot accept. */
final class FewDescriptors {
    private FewDescriptors() {}

    public static void main(String[] args) throws IOException {
        TlsServer server = Servers.echoing().open(Transport.loopback());
        // What handshakes load is loaded while there are descriptors for it.
        Servers.assertServes(server);
        System.out.println(((InetSocketAddress) server.localAddress()).getPort());
        Task.eventually(() -> server.statistics().acceptFailures() > 0);
        System.out.println("cannot accept");
        System.in.transferTo(System.out);
    }
}
