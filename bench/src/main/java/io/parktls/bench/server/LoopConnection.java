package io.parktls.bench.server;

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
 * One connection of {@link LoopServer}. Each time its channel is ready, it continues until the connection has to wait
 * for incoming bytes or for room in the send buffer; then it sets the interest of its selection key accordingly.
 *
 * <p>There is no code for the handshake: the first read does it and returns the same statuses.
 */
final class LoopConnection implements EventLoop.Handler {
    /** The number of buffers that are handled before other connections get their turn. */
    private static final int BUFFERS_PER_TURN = 16;

    private enum State {
        /** The buffer is for the service request. */
        REQUEST,
        /** The buffer is to be filled. */
        READING,
        /** The buffer is to be emptied. */
        WRITING
    }

    private final EventLoop loop;
    private final SocketChannel channel;
    private final TlsConnection connection;
    private ByteBuffer buffer = ByteBuffer.allocate(ServiceRequest.BYTES);
    private ServiceRequest.Service service = ServiceRequest.Service.ECHO;
    private State state = State.REQUEST;
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
        loop.schedule(this);
    }

    /** Fills or empties the buffer as far as that is possible without waiting. */
    private TlsStatus step() throws IOException {
        TlsStatus status = state == State.WRITING ? connection.write(buffer) : connection.read(buffer);
        if (status == TlsStatus.OK) {
            switch (state) {
                case REQUEST -> {
                    if (!buffer.hasRemaining()) {
                        begin(ServiceRequest.of(buffer.flip()));
                    }
                }
                case READING -> {
                    if (service == ServiceRequest.Service.ECHO) {
                        buffer.flip();
                        state = State.WRITING;
                    } else {
                        buffer.clear();
                    }
                }
                case WRITING -> {
                    buffer.clear();
                    if (service == ServiceRequest.Service.ECHO) {
                        state = State.READING;
                        if (!connection.hasPending()) {
                            // The next message has not arrived yet, and a read would cost a system call.
                            return TlsStatus.WANT_READ;
                        }
                    }
                }
            }
        }
        return status;
    }

    private void begin(ServiceRequest request) {
        service = request.service();
        buffer = ByteBuffer.allocate(request.bufferSize());
        state = service == ServiceRequest.Service.SEND ? State.WRITING : State.READING;
    }

    private void watch(Interest interest) throws IOException {
        int operations = EventLoop.operations(interest);
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
            // The connection is not used any more.
        }
    }
}
