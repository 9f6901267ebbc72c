package io.parktls.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;

/** A channel over the streams of a socket. Its buffers must have an array, so that no bytes are copied. */
record SslSocketChannel(Socket socket, InputStream in, OutputStream out) implements ByteChannel {
    static SslSocketChannel of(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        return new SslSocketChannel(socket, socket.getInputStream(), socket.getOutputStream());
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int n = in.read(dst.array(), dst.arrayOffset() + dst.position(), dst.remaining());
        if (n > 0) {
            dst.position(dst.position() + n);
        }
        return n;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int n = src.remaining();
        out.write(src.array(), src.arrayOffset() + src.position(), n);
        src.position(src.limit());
        return n;
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
