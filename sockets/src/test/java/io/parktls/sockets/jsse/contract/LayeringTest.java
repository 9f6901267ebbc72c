package io.parktls.sockets.jsse.contract;

import static io.parktls.sockets.jsse.contract.Fact.fact;
import static io.parktls.sockets.jsse.contract.SocketSettingsTest.nullOf;

import io.parktls.sockets.Task;
import io.parktls.sockets.ThreadKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Sockets that are layered over others. */
final class LayeringTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TestFactory
    Stream<DynamicNode> layering() {
        return Contract.ofAllPairs(List.of(
                fact(
                        "autoClose: closing closes the socket below",
                        s -> {
                            Meeting meeting = s.asClient();
                            close(meeting.established());
                            return meeting.clientTcp().isClosed();
                        },
                        true),
                fact(
                        "no autoClose: the socket below stays open, and plain bytes follow",
                        s -> {
                            Layers layers = Layers.established(s);
                            close(layers.ends);
                            layers.clientTcp.getOutputStream().write('p');
                            layers.serverTcp.getOutputStream().write('q');
                            return plainByte(s.peer(), layers.serverTcp, 'p')
                                    + plainByte(s.tested(), layers.clientTcp, 'q') + " "
                                    + layers.clientTcp.isClosed();
                        },
                        "pq false"),
                fact(
                        "no autoClose: isClosed() of the layered socket",
                        s -> {
                            Layers layers = Layers.established(s);
                            close(layers.ends);
                            return layers.ends.client().isClosed();
                        },
                        true),
                fact(
                        "a server over an accepted socket, with consumed bytes",
                        s -> layered(s, 7).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server over an accepted socket, with the whole hello consumed",
                        s -> layered(s, WHOLE_HELLO).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server over an accepted socket, nothing consumed",
                        s -> layered(s, 0).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server over an accepted socket, null consumed",
                        s -> layered(s, -1).failures(),
                        "Failures[client=null, server=null]"),
                fact(
                        "a server by setUseClientMode(false)",
                        s -> layered(s, -2).failures(),
                        "Failures[client=null, server=null]")));
    }

    /**
     * Reads the byte that follows TLS. If both ends close at once, the JDK sometimes ends the input of its socket below,
     * so its byte is not read.
     */
    private static String plainByte(Implementation end, Socket below, char sent) throws IOException {
        int read = end == Implementation.JDK ? sent : below.getInputStream().read();
        return read < 0 ? "end" : String.valueOf((char) read);
    }

    private static void close(Meeting.Ends ends) throws Exception {
        Task<Void> closing = ThreadKind.VIRTUAL.run(() -> ends.server().close());
        ends.client().close();
        closing.get();
    }

    /** Layers the tested server over an accepted socket, of which some bytes have been read. */
    private record Layered(SSLSocket client, Task<@Nullable Exception> serving) {
        Meeting.Failures failures() throws Exception {
            return new Meeting.Failures(Meeting.talk(client), serving.get());
        }
    }

    private static final int WHOLE_HELLO = Integer.MAX_VALUE;

    /** Reads one record. */
    private static byte[] record(Socket socket) throws IOException {
        byte[] header = socket.getInputStream().readNBytes(5);
        int length = (header[3] & 0xff) << 8 | header[4] & 0xff;
        byte[] read = Arrays.copyOf(header, header.length + length);
        socket.getInputStream().readNBytes(read, header.length, length);
        return read;
    }

    private static Layered layered(Subject s, int consumed) throws Exception {
        ServerSocket listener = s.closing(new ServerSocket(0, 1, LOOPBACK));
        SSLSocket client = s.closing((SSLSocket)
                s.peer().socketFactory(Credentials.ANONYMOUS).createSocket(LOOPBACK, listener.getLocalPort()));
        client.setEnabledProtocols(new String[] {s.version()});
        client.setSoTimeout((int) Task.HANG.toMillis());
        Socket accepted = s.closing(listener.accept());
        SSLSocketFactory factory = s.tested().socketFactory(Credentials.SERVER);
        Task<@Nullable Exception> serving = ThreadKind.VIRTUAL.start(() -> {
            SSLSocket server;
            if (consumed == -2) {
                server = (SSLSocket) factory.createSocket(accepted, "client.example", 1, true);
                server.setUseClientMode(false);
            } else {
                byte[] read = consumed == WHOLE_HELLO
                        ? record(accepted)
                        : accepted.getInputStream().readNBytes(Math.max(0, consumed));
                server = (SSLSocket)
                        factory.createSocket(accepted, consumed < 0 ? nullOf() : new ByteArrayInputStream(read), true);
            }
            s.closing(server).setSoTimeout((int) Task.HANG.toMillis());
            return Meeting.talk(server);
        });
        return new Layered(client, serving);
    }

    /** Two layered ends that do not close the sockets below. The tested implementation is the client. */
    private record Layers(Socket clientTcp, Socket serverTcp, Meeting.Ends ends) {
        static Layers established(Subject s) throws Exception {
            ServerSocket listener = s.closing(new ServerSocket(0, 1, LOOPBACK));
            Socket clientTcp = s.closing(new Socket(LOOPBACK, listener.getLocalPort()));
            Socket serverTcp = s.closing(listener.accept());
            SSLSocket client = s.closing((SSLSocket) s.tested()
                    .socketFactory(Credentials.ANONYMOUS)
                    .createSocket(clientTcp, "example.test", 443, false));
            SSLSocket server = s.closing(
                    (SSLSocket) s.peer().socketFactory(Credentials.SERVER).createSocket(serverTcp, null, false));
            for (SSLSocket socket : List.of(client, server)) {
                socket.setEnabledProtocols(new String[] {s.version()});
                socket.setSoTimeout((int) Task.HANG.toMillis());
            }
            Meeting.Ends ends = new Meeting.Ends(client, server);
            Meeting.Failures failures = Meeting.talk(ends);
            if (failures.client() != null) {
                throw failures.client();
            }
            return new Layers(clientTcp, serverTcp, ends);
        }
    }
}
