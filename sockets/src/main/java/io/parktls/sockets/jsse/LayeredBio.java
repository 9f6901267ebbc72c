package io.parktls.sockets.jsse;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A pipe over the streams of a socket. Closing the pipe closes the socket if {@code autoClose} is set. */
final class LayeredBio implements Bio {
    private final Bio streams;
    private final Socket socket;
    private final boolean autoClose;

    /** How many threads are in a read or a write. */
    private final AtomicInteger users = new AtomicInteger();

    /** Never reset. */
    private volatile boolean closed;

    LayeredBio(Socket socket, boolean autoClose) throws IOException {
        this.streams = Bio.of(socket.getInputStream(), socket.getOutputStream());
        this.socket = socket;
        this.autoClose = autoClose;
    }

    LayeredBio(Socket socket, boolean autoClose, @Nullable InputStream consumed) throws IOException {
        this.streams = Bio.of(
                consumed == null ? socket.getInputStream() : new SequenceInputStream(consumed, socket.getInputStream()),
                socket.getOutputStream());
        this.socket = socket;
        this.autoClose = autoClose;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        enter();
        try {
            return streams.read(dst);
        } finally {
            users.decrementAndGet();
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        enter();
        try {
            return streams.write(src);
        } finally {
            users.decrementAndGet();
        }
    }

    private void enter() throws SocketException {
        users.incrementAndGet();
        if (closed) {
            users.decrementAndGet();
            throw new SocketException("Socket is closed");
        }
    }

    /**
     * Closes the socket with {@link LingeringSocket}. If a thread is reading or writing, closes the socket at once,
     * since nothing else wakes that thread.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        if (!autoClose) {
            return;
        }
        if (users.get() == 0) {
            LingeringSocket.close(socket);
        } else {
            socket.close();
        }
    }

    /** Closes a pipe that was never used, and therefore closes the socket without lingering. */
    void closeUnused() throws IOException {
        closed = true;
        if (autoClose) {
            socket.close();
        }
    }

    @Override
    public String toString() {
        return "LayeredBio[" + socket + "]";
    }
}
