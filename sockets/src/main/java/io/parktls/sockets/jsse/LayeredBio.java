package io.parktls.sockets.jsse;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/** A socket's streams; closing it closes the socket only if that was agreed on. */
final class LayeredBio implements Bio {
    private final Bio streams;
    private final Socket socket;
    private final boolean autoClose;

    LayeredBio(Socket socket, boolean autoClose) throws IOException {
        this.streams = Bio.of(socket.getInputStream(), socket.getOutputStream());
        this.socket = socket;
        this.autoClose = autoClose;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        return streams.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        return streams.write(src);
    }

    @Override
    public void close() throws IOException {
        if (autoClose) {
            socket.close();
        }
    }

    @Override
    public String toString() {
        return "LayeredBio[" + socket + "]";
    }
}
