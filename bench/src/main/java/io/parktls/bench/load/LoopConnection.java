package io.parktls.bench.load;

import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One connection of {@link LoopServer}. Each time its channel is ready it goes on from where it stopped, until the connection
 * wants to read what has not come, or to write where there is no room; then it has its selector watch for that.
 *
 * <p>The handshake needs no line here: the first read does it, and says what it wants in the same way.
 */
final class LoopConnection implements EventLoop.Ready {
    /** How many buffers may go through before it is the others' turn. */
    private static final int BUFFERS_PER_TURN = 16;

    private enum State {
        /** The buffer is for the opening. */
        OPENING,
        /** The buffer is to be filled. */
        READING,
        /** The buffer is to be emptied. */
        WRITING
    }

    private final EventLoop loop;
    private final SocketChannel channel;
    private final TlsConnection connection;
    private ByteBuffer buffer = ByteBuffer.allocate(Opening.BYTES);
    private Opening.Service service = Opening.Service.ECHO;
    private State state = State.OPENING;
    private @Nullable SelectionKey key;

    LoopConnection(EventLoop loop, SocketChannel channel, TlsContext context) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.loop = loop;
        this.channel = channel;
        this.connection = context.accept(Bio.of(channel));
    }

    @Override
    public void ready() throws IOException {
        for (int i = 0; i < BUFFERS_PER_TURN; i++) {
            switch (step()) {
                case OK -> {}
                case CLOSED -> {
                    connection.close();
                    return;
                }
                case WANT_READ, WANT_WRITE -> {
                    watch(connection.waitingFor().orElse(Interest.READ));
                    return;
                }
            }
        }
        loop.turn(this);
    }

    /** Fills or empties the buffer, if that goes without waiting. */
    private TlsStatus step() throws IOException {
        TlsStatus status = state == State.WRITING ? connection.write(buffer) : connection.read(buffer);
        if (status == TlsStatus.OK) {
            switch (state) {
                case OPENING -> {
                    if (!buffer.hasRemaining()) {
                        begin(Opening.of(buffer.flip()));
                    }
                }
                case READING -> {
                    if (service == Opening.Service.ECHO) {
                        buffer.flip();
                        state = State.WRITING;
                    } else {
                        buffer.clear();
                    }
                }
                case WRITING -> {
                    buffer.clear();
                    if (service == Opening.Service.ECHO) {
                        state = State.READING;
                        if (!connection.hasPending()) {
                            // The next request is still to come: to look costs a system call.
                            return TlsStatus.WANT_READ;
                        }
                    }
                }
            }
        }
        return status;
    }

    private void begin(Opening wanted) {
        service = wanted.service();
        buffer = ByteBuffer.allocate(wanted.bufferSize());
        state = service == Opening.Service.SEND ? State.WRITING : State.READING;
    }

    private void watch(Interest interest) throws IOException {
        int operations = (interest.includesRead() ? SelectionKey.OP_READ : 0)
                | (interest.includesWrite() ? SelectionKey.OP_WRITE : 0);
        if (key == null) {
            key = loop.register(channel, operations, this);
        } else if (key.interestOps() != operations) {
            key.interestOps(operations);
        }
    }

    @Override
    public void failed(IOException failure) {
        try {
            connection.close();
        } catch (IOException e) {
            // It is of no use any more, closed or not.
        }
    }
}
