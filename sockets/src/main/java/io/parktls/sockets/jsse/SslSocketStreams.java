package io.parktls.sockets.jsse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The two directions of an {@link SslSocketAdapter}: the streams of its socket, after the handshake. They hold no state. */
final class SslSocketStreams {
    private SslSocketStreams() {}

    /** What the peer sends. */
    static final class Input extends InputStream {
        private final SslSocketAdapter socket;

        Input(SslSocketAdapter socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            return socket.established().inputStream().read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return socket.established().inputStream().read(bytes, offset, length);
        }

        @Override
        public int available() {
            return socket.available();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** What goes to the peer. */
    static final class Output extends OutputStream {
        private final SslSocketAdapter socket;

        Output(SslSocketAdapter socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            socket.established().outputStream().write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.established().outputStream().write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
