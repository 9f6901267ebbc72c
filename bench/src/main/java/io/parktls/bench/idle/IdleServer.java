package io.parktls.bench.idle;

import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.bench.tool.Echo;
import io.parktls.bench.tool.Heap;
import io.parktls.bench.tool.ParentJvm;
import io.parktls.sockets.TlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;

/**
 * The main class of the server's JVM. It prints its port and its certificate, and then answers each line with its
 * number of connections and the bytes of its heap.
 */
final class IdleServer {
    private IdleServer() {}

    /** Has no arguments. */
    public static void main(String[] args) throws IOException, CertificateEncodingException {
        TlsIdentity identity = TlsIdentity.selfSigned(IdleClients.HOST);
        TlsServer server = TlsServer.open(
                TlsContext.server(identity),
                new InetSocketAddress(InetAddress.getByName(IdleClients.HOST), 0),
                socket -> Echo.run(socket, IdleClients.BUFFER));
        ParentJvm parent = new ParentJvm();
        parent.writeLine(Integer.toString(server.port()));
        parent.writeLine(
                Base64.getEncoder().encodeToString(identity.chain().getFirst().getEncoded()));
        parent.answerAll(request -> server.statistics().active() + " " + Heap.used());
    }
}
