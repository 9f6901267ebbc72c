package io.parktls.bench.load;

import io.parktls.Interest;
import io.parktls.TlsStatus;
import io.parktls.bench.server.EventLoop;
import io.parktls.bench.server.ServiceRequest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the generator: it connects, does the handshake, sends its service request and does its work. Used by
 * its loop's thread only.
 */
final class Client implements EventLoop.Handler {
    private enum State {
        NEW,
        CONNECTING,
        HANDSHAKE,
        REQUEST,
        WORKING,
        CLOSED
    }

    /** Is notified of the progress of a client, by the loop's thread. */
    interface Observer {
        /** The handshake is done. */
        void established(Client client) throws IOException;

        /** The work is done, and the connection is closed. */
        void done(Client client);

        /** The connection has failed, and is closed. */
        void failed(Client client, IOException failure);
    }

    private final EventLoop loop;
    private final ServerEndpoint endpoint;
    private final ByteBuffer request;
    private final Work work;
    private final Observer observer;
    private State state = State.NEW;
    private @Nullable SocketChannel channel;
    private @Nullable Link link;
    private @Nullable SelectionKey key;

    Client(EventLoop loop, ServerEndpoint endpoint, ServiceRequest request, Work work, Observer observer) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.request = ByteBuffer.wrap(request.bytes());
        this.work = work;
        this.observer = observer;
    }

    Work work() {
        return work;
    }

    ServerEndpoint endpoint() {
        return endpoint;
    }

    EventLoop loop() {
        return loop;
    }

    @Override
    public void ready() throws IOException {
        if (state == State.CLOSED) {
            // The event was queued before the connection was closed.
            return;
        }
        switch (advance()) {
            case OK -> loop.schedule(this);
            case CLOSED -> {
                close();
                observer.done(this);
            }
            case WANT_READ, WANT_WRITE -> watch(requireLink().waitingFor());
        }
    }

    private TlsStatus advance() throws IOException {
        for (; ; ) {
            TlsStatus status = switch (state) {
                case NEW -> connect();
                case CONNECTING -> connected();
                case HANDSHAKE -> handshake();
                case REQUEST -> requireLink().write(request);
                case WORKING -> work.advance(requireLink());
                case CLOSED -> TlsStatus.CLOSED;
            };
            if (status != TlsStatus.OK || state == State.WORKING) {
                return status;
            }
            state = switch (state) {
                case NEW -> State.CONNECTING;
                case CONNECTING -> State.HANDSHAKE;
                case HANDSHAKE -> State.REQUEST;
                case REQUEST, WORKING, CLOSED -> State.WORKING;
            };
        }
    }

    private TlsStatus connect() throws IOException {
        SocketChannel made = SocketChannel.open();
        channel = made;
        made.configureBlocking(false);
        made.setOption(StandardSocketOptions.TCP_NODELAY, true);
        // Close with a reset: otherwise the ports in TIME-WAIT (RFC 9293 3.3.2) use up all ports.
        made.setOption(StandardSocketOptions.SO_LINGER, 0);
        link = endpoint.link(made);
        made.connect(endpoint.address());
        key = loop.register(made, 0, this);
        return TlsStatus.OK;
    }

    private TlsStatus connected() throws IOException {
        if (!requireChannel().finishConnect()) {
            requireKey().interestOps(SelectionKey.OP_CONNECT);
            return TlsStatus.WANT_WRITE;
        }
        return TlsStatus.OK;
    }

    private TlsStatus handshake() throws IOException {
        TlsStatus status = requireLink().handshake();
        if (status == TlsStatus.OK) {
            endpoint.requireNegotiated(requireLink());
            observer.established(this);
        }
        return status;
    }

    private void watch(Interest interest) {
        if (state == State.CLOSED || state == State.CONNECTING) {
            return;
        }
        int operations = EventLoop.operations(interest);
        SelectionKey watched = requireKey();
        if (watched.interestOps() != operations) {
            watched.interestOps(operations);
        }
    }

    /** Closes the connection with a reset. To be called by the loop's thread. */
    void close() {
        state = State.CLOSED;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // The connection is not used any more.
        }
    }

    @Override
    public void failed(IOException failure) {
        if (state != State.CLOSED) {
            close();
            observer.failed(this, failure);
        }
    }

    private SocketChannel requireChannel() {
        return Objects.requireNonNull(channel, "channel");
    }

    private Link requireLink() {
        return Objects.requireNonNull(link, "link");
    }

    private SelectionKey requireKey() {
        return Objects.requireNonNull(key, "key");
    }
}
