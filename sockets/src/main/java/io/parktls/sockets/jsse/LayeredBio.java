package io.parktls.sockets.jsse;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A pipe over a socket's streams. Closing the pipe closes the socket if the user has asked for that (autoClose). */
final class LayeredBio implements Bio {
    private final Bio streams;
    private final Socket socket;
    private final boolean autoClose;

    /** How many threads are in a read or a write. */
    private final AtomicInteger users = new AtomicInteger();

    /** Only ever set. */
    private volatile boolean closed;

    LayeredBio(Socket socket, boolean autoClose) throws IOException {
        this.streams = Bio.of(socket.getInputStream(), socket.getOutputStream());
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
     * Closes the socket as {@link LingeringSocket} has it. If a thread is reading or writing, the socket is closed at once,
     * since nothing else ends that thread's wait.
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

    /** The same for a pipe that nothing was sent through. */
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
