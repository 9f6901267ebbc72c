package io.parktls.bench.idle;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.bench.tool.Echo;
import io.parktls.sockets.TlsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/**
 * The server's JVM. Prints its port and its certificate; for each line that it gets, how many connections it has and how many bytes
 * of heap.
 */
final class IdleServer {
    private IdleServer() {}

    /** Without arguments. */
    public static void main(String[] args) throws IOException, CertificateEncodingException {
        TlsIdentity identity = TlsIdentity.selfSigned(IdleClients.HOST);
        TlsServer server = TlsServer.open(
                TlsContext.server(identity),
                new InetSocketAddress(InetAddress.getByName(IdleClients.HOST), 0),
                socket -> Echo.run(socket, IdleClients.BUFFER));
        System.out.println(((InetSocketAddress) server.localAddress()).getPort());
        System.out.println(
                Base64.getEncoder().encodeToString(identity.chain().getFirst().getEncoded()));
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            System.out.println(server.statistics().active() + " " + Heap.used());
        }
        System.exit(0);
    }
}
