package io.parktls.sockets;

import io.parktls.bio.NotifyingBio;
import io.parktls.sockets.internal.ChannelCleaner;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking pipe over any {@link Socket}, so that a {@link TlsSocket} over it waits as it does over a channel:
 * with absolute deadlines, and until another thread closes it or interrupts the wait.
 *
 * <p>A socket can only block: its reads have a timeout, its writes have none, an interrupt closes it under a virtual
 * thread and has no effect on a platform thread, and its file descriptor is out of reach. So each read that finds
 * nothing, and each write, runs in a virtual thread of its own that no other code interrupts, while the caller parks in
 * a {@link NotifiedParking}. A helper that is blocked when its caller stops waiting keeps its bytes for the next call.
 *
 * <p>The socket underneath is never asked for more than the connection needs, and if {@code autoClose} is not set, for
 * no byte beyond the current record. The bytes that follow the peer's close_notify are left to the application.
 *
 * <p>Thread-safe as a {@link io.parktls.bio.Bio} is.
 */
final class LayeredSocket implements NotifyingBio {
    /**
     * How long a read of the socket underneath lasts at most if the application keeps that socket, in milliseconds. Only
     * a timeout can end a read without closing the socket.
     */
    private static final int SLICE_MILLIS = 500;

    /** How long {@link #close} waits for the socket underneath, which may block in it. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    private static final Duration FLUSH_TIMEOUT = Duration.ofMillis(250);

    /**
     * How long a close waits for the peer's close_notify if the application keeps the socket, in nanoseconds, unless the
     * socket has a shorter timeout for its reads.
     */
    private static final long HAND_BACK_TIMEOUT = TimeUnit.SECONDS.toNanos(5);

    /** How {@link #close} closes the socket underneath. */
    private enum Ending {
        /** After the socket underneath has taken what was written, for a moment at most. */
        FLUSH,
        AT_ONCE,
        RESET,
        LINGER
    }

    private final Socket socket;
    private final boolean autoClose;
    private final LayeredInput input;
    private final LayeredOutput output;

    /** The SO_TIMEOUT that the socket had, in milliseconds. */
    private final int soTimeout;

    /** Whether the reads of the socket underneath are limited. Written by the creator and by the helper that reads. */
    private volatile boolean sliced;

    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile Runnable readable = LayeredSocket::ignore;
    private volatile Runnable writable = LayeredSocket::ignore;

    /** Written by the thread that closes. */
    private volatile Ending ending = Ending.FLUSH;

    /** Written once, before this object is shared. */
    private volatile @Nullable ChannelCleaner cleaner;

    private LayeredSocket(Socket socket, @Nullable InputStream consumed, boolean autoClose) throws IOException {
        this.socket = socket;
        this.autoClose = autoClose;
        InputStream own = socket.getInputStream();
        InputStream in = consumed == null ? own : new SequenceInputStream(consumed, own);
        // Reading a channel with the interrupt flag set closes it, and other classes may do anything.
        boolean direct = consumed == null && socket.getClass() == Socket.class && socket.getChannel() == null;
        this.input = new LayeredInput(this, in, !autoClose, direct);
        this.output = new LayeredOutput(this, socket.getOutputStream());
        this.soTimeout = socket.getSoTimeout();
    }

    /**
     * Creates a pipe over a connected socket.
     *
     * @param consumed bytes that the application has already read from the socket, up to the end of this stream; null
     *     for none
     * @param autoClose whether closing the pipe closes the socket
     * @throws IOException if the socket is not connected, or closed, or one of its directions is shut down
     */
    static LayeredSocket over(Socket socket, @Nullable InputStream consumed, boolean autoClose) throws IOException {
        return new LayeredSocket(socket, consumed, autoClose);
    }

    static Thread unstarted(String name, Runnable body) {
        return Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
    }

    /**
     * Begins to use the socket for its owner, and arranges that this pipe is closed if the owner becomes unreachable.
     *
     * @param owner the object through which the pipe is used; the helpers do not refer to it
     */
    void takeOver(Object owner, Parking parking) {
        setSoTimeout(0);
        if (!(socket instanceof SSLSocket)) {
            sliceReads();
        }
        cleaner = ChannelCleaner.register(owner, () -> closeUnreachable(parking));
    }

    private void closeUnreachable(Parking parking) {
        if (parking.beginClose()) {
            unstarted("parktls-layered-close", () -> {
                        try {
                            close();
                        } catch (IOException e) {
                            // The owner is gone: no caller can handle the failure.
                        } finally {
                            parking.close();
                        }
                    })
                    .start();
        }
    }

    /**
     * Limits the reads of the socket underneath if the application keeps that socket. The JDK's SSLSocket performs its
     * handshake in the first write too, which must not time out, so its reads are limited once it has delivered bytes.
     */
    void sliceReads() {
        if (!autoClose && !sliced) {
            sliced = true;
            setSoTimeout(SLICE_MILLIS);
        }
    }

    // ---- the pipe

    @Override
    public void onChange(@Nullable Runnable onReadable, @Nullable Runnable onWritable) {
        readable = onReadable == null ? LayeredSocket::ignore : onReadable;
        writable = onWritable == null ? LayeredSocket::ignore : onWritable;
    }

    /** The listener of a pipe that has none. */
    private static void ignore() {}

    void notifyReadable() {
        readable.run();
    }

    void notifyWritable() {
        writable.run();
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireOpen();
        return input.read(dst);
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        requireOpen();
        return output.write(src);
    }

    /** A connection uses its pipe only within an operation, so another thread has closed it during that operation. */
    private void requireOpen() throws AsynchronousCloseException {
        if (closed.get()) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireOpen();
        socket.shutdownOutput();
    }

    boolean isClosed() {
        return closed.get();
    }

    // ---- closing

    /** Makes {@link #close} send FIN and wait for the peer, because the peer may still have data to read. */
    void lingerOnClose() {
        ending = Ending.LINGER;
    }

    /** Makes {@link #close} close the socket although a write to it has not ended, because the write cannot end well. */
    void cutOnClose() {
        ending = Ending.AT_ONCE;
    }

    /** Makes {@link #close} reset the connection. */
    void resetOnClose() {
        ending = Ending.RESET;
    }

    boolean isAutoClose() {
        return autoClose;
    }

    /** Returns how long a close waits for the peer's close_notify if the application keeps the socket, in nanoseconds. */
    long handBackTimeout() {
        return soTimeout == 0
                ? HAND_BACK_TIMEOUT
                : Math.min(HAND_BACK_TIMEOUT, TimeUnit.MILLISECONDS.toNanos(soTimeout));
    }

    /**
     * Closes the pipe and, if {@code autoClose} is set, the socket underneath. Waits for a second at most, since that
     * socket's own {@code close} may block.
     */
    @Override
    public void close() throws IOException {
        boolean first = closed.compareAndSet(false, true);
        ChannelCleaner registered = cleaner;
        if (registered != null) {
            registered.cancel();
        }
        if (!autoClose) {
            if (first) {
                handBack();
            }
        } else if (ending != Ending.LINGER || (first && !LayeredLinger.begin(this))) {
            closeSocket();
        }
        notifyReadable();
        notifyWritable();
    }

    /** Waits until no helper uses the socket, which the application goes on to use, and restores its timeout. */
    private void handBack() {
        awaitOutput(CLOSE_TIMEOUT);
        await(input.helper(), CLOSE_TIMEOUT);
        setSoTimeout(soTimeout);
    }

    private void setSoTimeout(int millis) {
        try {
            socket.setSoTimeout(millis);
        } catch (SocketException | UnsupportedOperationException e) {
            // The socket is closed, or has no timeouts.
        }
    }

    /** Closes the socket underneath in another thread, and waits for that thread as long as a caller may wait. */
    private void closeSocket() throws IOException {
        Ending how = ending;
        IOException[] failure = new IOException[1];
        Thread closer = unstarted("parktls-layered-close", () -> {
            try {
                if (how == Ending.FLUSH) {
                    awaitOutput(FLUSH_TIMEOUT);
                }
                closeInThisThread(how == Ending.RESET);
            } catch (IOException e) {
                failure[0] = e;
            }
        });
        closer.start();
        if (await(closer, CLOSE_TIMEOUT) && failure[0] != null) {
            throw failure[0];
        }
    }

    void closeInThisThread(boolean reset) throws IOException {
        if (socket instanceof SSLSocket) {
            // The JDK's SSLSocket waits in close() for the peer's close_notify, as long as its reads may wait.
            setSoTimeout((int) CLOSE_TIMEOUT.toMillis());
        }
        // It also waits for its own writer, unless SO_LINGER tells it not to.
        if (reset || (socket instanceof SSLSocket && output.helper() != null)) {
            setLingerToZero();
        }
        socket.close();
    }

    private void setLingerToZero() {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException | UnsupportedOperationException e) {
            // The socket is closed, or cannot reset its connection.
        }
    }

    /** Waits until the socket underneath has taken what was written; returns false if the timeout expires first. */
    boolean awaitOutput(Duration timeout) {
        return await(output.helper(), timeout);
    }

    Socket socket() {
        return socket;
    }

    LayeredInput input() {
        return input;
    }

    /** Waits until a thread has ended; returns false if the timeout expires first or the calling thread is interrupted. */
    static boolean await(@Nullable Thread thread, Duration timeout) {
        if (thread == null || thread.getState() == Thread.State.NEW) {
            return true;
        }
        try {
            return thread.join(timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    // ---- state

    /** Returns the timeout that the socket had for each of its reads, in milliseconds; 0 for none. */
    int soTimeout() {
        return soTimeout;
    }

    @Nullable
    SocketAddress localAddress() {
        return socket.isClosed() ? null : socket.getLocalSocketAddress();
    }

    @Nullable
    SocketAddress remoteAddress() {
        return socket.isClosed() ? null : socket.getRemoteSocketAddress();
    }

    @Override
    public String toString() {
        return "LayeredSocket[" + socket + "]";
    }
}
