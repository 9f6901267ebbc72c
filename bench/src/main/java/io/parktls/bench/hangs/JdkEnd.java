package io.parktls.bench.hangs;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** An end of the JDK, an {@code SSLSocket}. */
record JdkEnd(SSLSocket socket) implements End {
    static TlsStack.Listener listen(Contexts contexts) throws IOException {
        SSLServerSocket listening = (SSLServerSocket) contexts.jdkServer()
                .getServerSocketFactory()
                .createServerSocket(0, 1_000, InetAddress.getLoopbackAddress());
        return new TlsStack.Listener() {
            @Override
            public InetSocketAddress address() {
                return (InetSocketAddress) listening.getLocalSocketAddress();
            }

            @Override
            public End accept() throws IOException {
                return new JdkEnd((SSLSocket) listening.accept());
            }

            @Override
            public void close() throws IOException {
                listening.close();
            }
        };
    }

    static End connect(Contexts contexts, InetSocketAddress server) throws IOException {
        return new JdkEnd(
                (SSLSocket) contexts.jdkClient().getSocketFactory().createSocket(Contexts.HOST, server.getPort()));
    }

    static TlsStack.Listener listenLayered(Contexts contexts) throws IOException {
        SSLSocketFactory factory = contexts.jdkServer().getSocketFactory();
        return TlsStack.listenLayered(accepted ->
                new JdkEnd((SSLSocket) factory.createSocket(accepted, InputStream.nullInputStream(), true)));
    }

    static End connectLayered(Contexts contexts, InetSocketAddress server) throws IOException {
        Socket plain = new Socket(server.getAddress(), server.getPort());
        return new JdkEnd((SSLSocket)
                contexts.jdkClient().getSocketFactory().createSocket(plain, Contexts.HOST, server.getPort(), true));
    }

    @Override
    public void handshake() throws IOException {
        socket.startHandshake();
    }

    @Override
    public int read(byte[] bytes) throws IOException {
        return socket.getInputStream().read(bytes);
    }

    @Override
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Sets a timeout for each read of the underlying socket; the JDK has no other. */
    @Override
    public void limitHandshake(Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
    }

    /** See {@link #limitHandshake}. */
    @Override
    public void limitWrite(Duration limit) throws IOException {
        socket.setSoTimeout((int) limit.toMillis());
    }

    @Override
    public void useSmallBuffers() throws IOException {
        socket.setSendBufferSize(8_192);
        socket.setReceiveBufferSize(8_192);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
