package io.parktls.bench.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.parktls.Interest;
import io.parktls.TlsConnection;
import io.parktls.TlsContext;
import io.parktls.TlsIdentity;
import io.parktls.TlsStatus;
import io.parktls.bio.Bio;
import io.parktls.engine.ForeignCode;
import io.parktls.engine.TlsEngine;
import io.parktls.engine.TlsEngineProvider;
import io.parktls.sockets.TlsServer;
import io.parktls.sockets.TlsSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The recipes without sockets that wait, word for word as the documents show them, and that they work. */
@Timeout(120)
final class NonBlockingRecipesTest {
    @TempDir
    Path directory;

    // ---- what the documents show

    static String echo(TlsContext context, SocketChannel channel, String host, String text) throws IOException {
        channel.configureBlocking(false);
        ByteBuffer request = UTF_8.encode(text);
        ByteBuffer reply = ByteBuffer.allocate(16_384);
        try (Selector selector = Selector.open();
                TlsConnection connection = context.connect(Bio.of(channel), host, 0)) {
            SelectionKey key = channel.register(selector, 0);
            while (!isDone(connection, connection.doHandshake(), key)) {}
            while (!isDone(connection, connection.write(request), key)) {}
            TlsStatus status = TlsStatus.OK;
            while (reply.position() < request.limit() && status != TlsStatus.CLOSED) {
                status = connection.read(reply);
                isDone(connection, status, key);
            }
            while (!isDone(connection, connection.shutdown(), key)) {}
        }
        return UTF_8.decode(reply.flip()).toString();
    }

    /** Whether the operation is done; if not, waits until the channel is ready for it. */
    static boolean isDone(TlsConnection connection, TlsStatus status, SelectionKey key) throws IOException {
        if (status == TlsStatus.OK || status == TlsStatus.CLOSED) {
            return true;
        }
        Interest interest = connection.waitingFor().orElseThrow(); // tells more than the status: it may be both
        key.interestOps((interest.includesRead() ? SelectionKey.OP_READ : 0)
                | (interest.includesWrite() ? SelectionKey.OP_WRITE : 0));
        key.selector().select();
        key.selector().selectedKeys().clear();
        return false;
    }

    static String inMemory(TlsContext clientContext, TlsContext serverContext, String host) throws IOException {
        Bio[] ends = Bio.pair(65_536);
        TlsConnection client = clientContext.connect(ends[0], host, 0);
        TlsConnection server = serverContext.accept(ends[1]);
        while (client.doHandshake() != TlsStatus.OK | server.doHandshake() != TlsStatus.OK) {}
        client.write(UTF_8.encode("hello"));
        ByteBuffer received = ByteBuffer.allocate(16_384);
        server.read(received);
        client.close();
        server.close();
        return UTF_8.decode(received.flip()).toString();
    }

    static String inMemoryWithSockets(TlsContext clientContext, TlsContext serverContext, String host)
            throws IOException {
        Bio[] ends = Bio.pair(65_536);
        TlsSocket server = TlsSocket.over(serverContext.accept(ends[1]));
        Thread.startVirtualThread(() -> {
            try (server) {
                server.inputStream().transferTo(server.outputStream());
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        });
        try (TlsSocket client = TlsSocket.over(clientContext.connect(ends[0], host, 0))) {
            client.outputStream().write("hello".getBytes(UTF_8));
            client.shutdownOutput();
            return new String(client.inputStream().readAllBytes(), UTF_8);
        }
    }

    /** A pipe that counts what goes through another one. */
    record CountingBio(Bio bio, LongAdder received, LongAdder sent) implements Bio {
        @Override
        public int read(ByteBuffer dst) throws IOException {
            int n = bio.read(dst); // 0 if the pipe has nothing yet, -1 at the end of the stream
            if (n > 0) {
                received.add(n);
            }
            return n;
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            int n = bio.write(src); // 0 if the pipe has no room
            sent.add(n);
            return n;
        }

        @Override
        public void shutdownOutput() throws IOException {
            bio.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            bio.close();
        }
    }

    /** The default engine, with a count of the connections. */
    record CountingProvider(TlsEngineProvider provider, LongAdder engines) implements TlsEngineProvider {
        @Override
        public String name() {
            return "Counting " + provider.name();
        }

        @Override
        public Engines prepare(TlsContext context) {
            Engines prepared = provider.prepare(context); // once for each context
            return new Engines() {
                @Override
                public TlsEngine client(String host, int port) {
                    engines.increment();
                    return prepared.client(host, port);
                }

                @Override
                public TlsEngine server() {
                    engines.increment();
                    return prepared.server();
                }

                @Override
                public ForeignCode foreignCode(boolean server) {
                    return prepared.foreignCode(server);
                }
            };
        }
    }

    static TlsContext nativePrimitives(TlsIdentity identity) {
        return TlsContext.builder()
                .engine(TlsEngineProvider.bouncyCastle(AmazonCorrettoCryptoProvider.INSTANCE, Conscrypt.newProvider()))
                .identity(identity)
                .build();
    }

    static TlsContext onJsse(TlsIdentity identity) {
        return TlsContext.builder()
                .engine(TlsEngineProvider.jsse())
                .identity(identity)
                .build();
    }

    static Recording record() {
        Recording recording = new Recording();
        recording.enable("io.parktls.Handshake");
        recording.enable("io.parktls.Close");
        recording.start();
        return recording;
    }

    // ---- that it works

    @Test
    void theSelectorLoopEchoes() throws IOException {
        try (TlsServer server = ServerRecipesTest.echoServer(Recipes.SERVER, Recipes.ANY_PORT);
                SocketChannel channel = SocketChannel.open(server.localAddress())) {
            assertEquals("no thread waits", echo(Recipes.CLIENT, channel, Recipes.HOST, "no thread waits"));
        }
    }

    @Test
    void twoConnectionsTalkInMemory() throws IOException {
        assertEquals("hello", inMemory(Recipes.CLIENT, Recipes.SERVER, Recipes.HOST));
        assertEquals("hello", inMemoryWithSockets(Recipes.CLIENT, Recipes.SERVER, Recipes.HOST));
    }

    @Test
    void thePipeCounts() throws IOException {
        LongAdder received = new LongAdder();
        LongAdder sent = new LongAdder();
        try (TlsServer server = ServerRecipesTest.echoServer(Recipes.SERVER, Recipes.ANY_PORT)) {
            SocketChannel channel = SocketChannel.open(server.localAddress());
            Bio pipe = new CountingBio(Bio.of(channel), received, sent);
            try (TlsSocket socket = TlsSocket.over(Recipes.CLIENT.connect(pipe, Recipes.HOST, 0), channel)) {
                socket.doHandshake();
                assertEquals(socket.connection().bytesReceived(), received.sum());
                assertEquals(socket.connection().bytesSent(), sent.sum());
            }
        }
    }

    @Test
    void theProviderCounts() throws IOException {
        LongAdder engines = new LongAdder();
        TlsContext counted = Recipes.CLIENT.toBuilder()
                .engine(new CountingProvider(TlsEngineProvider.bouncyCastle(), engines))
                .build();
        assertEquals("hello", inMemory(counted, Recipes.SERVER, Recipes.HOST));
        assertEquals(1, engines.sum());
    }

    @Test
    void theOtherEnginesTalkToTheDefaultOne() throws IOException {
        assertEquals("hello", inMemory(Recipes.CLIENT, onJsse(Recipes.IDENTITY), Recipes.HOST));
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        assumeTrue(
                system.equals("Linux amd64"),
                "the native libraries in the tests are for Linux amd64, this is " + system);
        assertEquals("hello", inMemory(Recipes.CLIENT, nativePrimitives(Recipes.IDENTITY), Recipes.HOST));
    }

    @Test
    void theRecordingHasHandshakes() throws IOException {
        Path file = directory.resolve("tls.jfr");
        try (Recording recording = record()) {
            inMemoryWithSockets(Recipes.CLIENT, Recipes.SERVER, Recipes.HOST);
            recording.stop();
            recording.dump(file);
        }
        assertTrue(RecordingFile.readAllEvents(file).stream()
                .anyMatch(event -> event.getEventType().getName().equals("io.parktls.Handshake")));
    }
}
