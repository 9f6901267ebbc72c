package io.parktls.sockets.jsse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The input and output streams of an {@link SslSocketAdapter}, which perform the handshake first. They are stateless.
 */
final class SslSocketStreams {
    private SslSocketStreams() {}

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
