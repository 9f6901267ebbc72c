package io.parktls.integration.engine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.network.ByteBufferSend;
import org.apache.kafka.common.network.ConnectionMode;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.NetworkSend;

/**
 * A server over Kafka's channels, with one thread that accepts and one that does all else, as Kafka's broker has them. It
 * sends each message back.
 */
final class KafkaBroker implements AutoCloseable {
    private final KafkaEnd end;
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final Queue<SocketChannel> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> principals = new ConcurrentLinkedQueue<>();
    private final Thread acceptor;
    private final Thread processor;

    private volatile boolean closed;

    KafkaBroker(KafkaEnd.Settings settings) throws IOException {
        end = KafkaEnd.open(ConnectionMode.SERVER, settings);
        // Kafka's default for its setting socket.listen.backlog.size is 50.
        listener.bind(new InetSocketAddress(InetAddress.getByName("0.0.0.0"), 0), 1_000);
        acceptor = Thread.ofPlatform().daemon().name("acceptor").start(this::accept);
        processor = Thread.ofPlatform().daemon().name("processor").start(this::process);
    }

    int port() throws IOException {
        return ((InetSocketAddress) listener.getLocalAddress()).getPort();
    }

    /** Returns the principals of the clients whose messages have arrived, in their order. */
    Queue<String> principals() {
        return principals;
    }

    /** Uses other settings for connections that are accepted from now on. */
    void reconfigure(KafkaEnd.Settings settings) {
        end.channels().reconfigure(settings.values());
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel channel = listener.accept();
                channel.configureBlocking(false);
                accepted.add(channel);
                end.selector().wakeup();
            }
        } catch (IOException e) {
            // The broker has been closed.
        }
    }

    private void process() {
        try {
            for (int number = 0; !closed; ) {
                end.selector().poll(RawHttp.HANG_MILLIS);
                for (NetworkReceive message : end.selector().completedReceives()) {
                    principals.add(
                            end.selector().channel(message.source()).principal().getName());
                    end.selector()
                            .send(new NetworkSend(message.source(), ByteBufferSend.sizePrefixed(message.payload())));
                }
                for (SocketChannel channel = accepted.poll(); channel != null; channel = accepted.poll()) {
                    end.selector().register(Integer.toString(number++), channel);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("the broker's selector has failed", e);
        }
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listener.close();
        end.selector().wakeup();
        try {
            acceptor.join();
            processor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end.close();
    }
}
