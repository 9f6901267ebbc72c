package io.parktls.bench.hangs;

import io.parktls.sockets.TlsServerSocket;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.time.Duration;

/** An end of ParkTLS, a {@link TlsSocket}. */
record ParkTlsEnd(TlsSocket socket) implements End {
    static TlsStack.Listener listen(Contexts contexts) throws IOException {
        TlsServerSocket listening = TlsServerSocket.open(
                contexts.parkTls(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
        return new TlsStack.Listener() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) listening.localAddress();
            }

            @Override
            public End accept() throws IOException {
                return new ParkTlsEnd(listening.accept());
            }

            @Override
            public void close() throws IOException {
                listening.close();
            }
        };
    }

    static End connect(Contexts contexts, InetSocketAddress server) throws IOException {
        return new ParkTlsEnd(TlsSocket.connect(contexts.parkTls(), Contexts.HOST, server.getPort()));
    }

    static TlsStack.Listener listenLayered(Contexts contexts) throws IOException {
        return TlsStack.listenLayered(accepted -> new ParkTlsEnd(TlsSocket.server(contexts.parkTls(), accepted)));
    }

    static End connectLayered(Contexts contexts, InetSocketAddress server) throws IOException {
        Socket plain = new Socket(server.getAddress(), server.getPort());
        return new ParkTlsEnd(TlsSocket.client(contexts.parkTls(), plain, Contexts.HOST, server.getPort()));
    }

    @Override
    public void handshake() throws IOException {
        socket.doHandshake();
    }

    @Override
    public int read(byte[] bytes) throws IOException {
        return socket.read(ByteBuffer.wrap(bytes));
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        socket.write(ByteBuffer.wrap(bytes));
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void limitHandshake(Duration limit) {
        socket.handshakeTimeout(limit);
    }

    @Override
    public void limitWrite(Duration limit) {
        socket.writeTimeout(limit);
    }

    @Override
    public void useSmallBuffers() throws IOException {
        socket.setOption(StandardSocketOptions.SO_SNDBUF, 8_192);
        socket.setOption(StandardSocketOptions.SO_RCVBUF, 8_192);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
