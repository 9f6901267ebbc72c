package io.parktls.bench.storm;

import io.parktls.bench.server.CpuIdle;
import io.parktls.bench.server.ManyHosts;
import io.parktls.bench.server.ServerKey;
import io.parktls.bench.tool.ParentJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The main class of the clients' JVM. It answers each {@link ClientTask} with an {@link Observation} once it is idle
 * again. All servers are measured by the same clients: the JDK's sockets.
 */
final class StormClientMain {
    private StormClientMain() {}

    /** Arguments: the {@link StormServer}, the port, and the numbers of echoing and of storming clients. */
    public static void main(String[] args) throws IOException {
        ParentJvm parent = new ParentJvm();
        StormClients clients = StormClients.establish(
                connector(StormServer.valueOf(args[0]), Integer.parseInt(args[1]), ServerKey.readFrom(parent)),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]));
        parent.answerAll(line -> {
            Observation observation = clients.run(ClientTask.parse(line));
            CpuIdle.await();
            return observation.toLine();
        });
    }

    private static Connector connector(StormServer server, int port, ServerKey key) throws IOException {
        SocketFactory factory = server.isTls() ? key.clientContext().getSocketFactory() : SocketFactory.getDefault();
        Connector connector = () -> factory.createSocket(InetAddress.getLoopbackAddress(), port);
        return server == StormServer.PARKTLS_HOSTS ? () -> named((SSLSocket) connector.connect()) : connector;
    }

    private static Socket named(SSLSocket socket) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(ManyHosts.nextHost())));
        socket.setSSLParameters(parameters);
        return socket;
    }
}
