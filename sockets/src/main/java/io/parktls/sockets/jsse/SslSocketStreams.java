package io.parktls.sockets.jsse;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** The two directions of an {@link SslSocketAdapter} as streams. They hold no state. */
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
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return socket.established().read(ByteBuffer.wrap(bytes, offset, length));
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
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            socket.established().write(ByteBuffer.wrap(bytes, offset, length));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
