package io.parktls.sockets.jsse;

import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.util.Objects;

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
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (length == 0) {
                return 0;
            }
            TlsSocket established = socket.established();
            try {
                return established.inputStream().read(bytes, offset, length);
            } catch (IOException e) {
                throw socket.converted(e);
            }
        }

        @Override
        public int available() throws IOException {
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
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            TlsSocket established = socket.established();
            if (socket.isOutputShutdown()) {
                throw new SocketException("Socket output is shutdown");
            }
            try {
                established.outputStream().write(bytes, offset, length);
            } catch (IOException e) {
                throw socket.converted(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
