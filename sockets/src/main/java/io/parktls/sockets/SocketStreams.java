package io.parktls.sockets;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The input and output streams of a {@link TlsSocket}. They are stateless. */
final class SocketStreams {
    private SocketStreams() {}

    static final class Input extends InputStream {
        private final TlsSocket socket;

        Input(TlsSocket socket) {
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return socket.read(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public int available() {
            return socket.connection().pending();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    static final class Output extends OutputStream {
        private final TlsSocket socket;

        Output(TlsSocket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
