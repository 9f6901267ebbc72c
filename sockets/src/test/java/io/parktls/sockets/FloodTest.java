package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TestContexts;
import io.parktls.TlsContext;
import io.parktls.TlsFailure;
import io.parktls.TlsVersion;
import io.parktls.bio.Bio;
import io.parktls.bio.CountingBio;
import io.parktls.engine.TlsEngineProvider;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the server soon ends connections of clients that send messages which are cheap to send and costly to
 * handle.
 */
@Tag("H10")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FloodTest {
    /**
     * How many bytes of a flood a server may read before it closes the connection: few enough to cost little time and
     * heap.
     */
    private static final long MAX_READ = 200_000;

    /** How often each flood is sent in the test of all floods at once. */
    private static final int ROUNDS = 3;

    private static final int MANY_ROUNDS = 10;

    /** The allowed growth of the heap in bytes, more than the JVM's own bookkeeping varies by. */
    private static final long HEAP_GROWTH = 32 << 20;

    private static final TlsContext SERVER =
            TestContexts.server(TlsEngineProvider.bouncyCastle()).build();

    static Stream<Arguments> floods() {
        return Stream.of(Flood.values())
                .flatMap(flood -> flood.afterHandshake.isEmpty()
                        ? Stream.of(Arguments.of(flood, null))
                        : flood.afterHandshake.stream().map(version -> Arguments.of(flood, version)));
    }

    /** The failure of a server's connection, and the bytes that the server has read. */
    private record Seen(Throwable failure, long bytes) {}

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("floods")
    @DisplayName("H10 a server answers a flood with an alert, after reading little of it")
    void endsWithAnAlert(Flood flood, TlsVersion version) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Transport.loopback())) {
            assertEndsWithAnAlert(flood, meet(listener, flood, version));
        }
    }

    private static void assertEndsWithAnAlert(Flood flood, Seen seen) {
        TlsFailure failure = assertInstanceOf(TlsFailure.class, seen.failure, flood::toString);
        assertTrue(failure.alert().isPresent(), () -> flood + ": " + failure);
        assertFalse(failure.isAlertReceived(), () -> flood + ": " + failure);
        assertTrue(seen.bytes < MAX_READ, () -> flood + ": read " + seen.bytes + " bytes; " + failure);
    }

    private static Seen meet(ServerSocketChannel listener, Flood flood, TlsVersion version) throws Exception {
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        try (Socket attacker = new Socket(listener.socket().getInetAddress(), port);
                SocketChannel accepted = listener.accept()) {
            CountingBio counting = new CountingBio(Bio.of(accepted));
            TlsSocket socket = TlsSocket.over(SERVER.accept(counting), accepted);
            Task<Void> attack = ThreadKind.PLATFORM.run(() -> {
                if (version == null) {
                    flood.floodUntilClosed(attacker.getOutputStream());
                } else {
                    flood.floodUntilClosed(FloodingClient.connect(attacker, version));
                }
            });
            Throwable failure = ThreadKind.VIRTUAL
                    .run(() -> {
                        while (socket.read(ByteBuffer.allocate(1_000)) >= 0) {}
                    })
                    .failure();
            long bytes = counting.bytesRead();
            socket.close();
            attack.get();
            return new Seen(failure, bytes);
        }
    }

    @Test
    @DisplayName("H10 during all floods at full speed, another client is served and the heap does not grow")
    void othersAreServed() throws Exception {
        othersAreServed(ROUNDS);
    }

    @Test
    @Tag("slow")
    @DisplayName("H10 during many floods at full speed, another client is served and the heap does not grow")
    void othersAreServedDuringManyFloods() throws Exception {
        othersAreServed(MANY_ROUNDS);
    }

    private static void othersAreServed(int rounds) throws Exception {
        TlsContext client =
                TestContexts.client(TlsEngineProvider.bouncyCastle()).build();
        AtomicBoolean over = new AtomicBoolean();
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Transport.loopback());
                SocketPair good = Transport.TCP.open(client, SERVER).established()) {
            long before = heap();
            Task<Void> serving = ThreadKind.VIRTUAL.run(
                    () -> good.server().inputStream().transferTo(good.server().outputStream()));
            Task<Integer> asking = ThreadKind.VIRTUAL.start(() -> {
                DataOutputStream out = new DataOutputStream(good.client().outputStream());
                DataInputStream in = new DataInputStream(good.client().inputStream());
                int asked = 0;
                while (!over.get()) {
                    out.writeInt(asked);
                    assertEquals(asked, in.readInt());
                    asked++;
                }
                return asked;
            });
            List<Task<Void>> attacks = new ArrayList<>();
            for (Arguments flood : floods().toList()) {
                attacks.add(ThreadKind.PLATFORM.run(() -> attack(listener, flood, rounds)));
            }
            for (Task<Void> attack : attacks) {
                attack.get();
            }
            over.set(true);
            int asked = asking.get();
            assertTrue(asked > rounds, () -> "served only " + asked + " times");
            good.client().close();
            serving.get();
            long grown = heap() - before;
            assertTrue(grown < HEAP_GROWTH, () -> "the heap has grown by " + grown + " bytes");
        }
    }

    private static void attack(ServerSocketChannel listener, Arguments flood, int rounds) throws Exception {
        for (int round = 0; round < rounds; round++) {
            // The accepted client may be that of another thread, but the server receives a flood in any case.
            Seen seen = meet(listener, (Flood) flood.get()[0], (TlsVersion) flood.get()[1]);
            assertInstanceOf(IOException.class, seen.failure);
            assertTrue(seen.bytes < MAX_READ, () -> "read " + seen.bytes + " bytes; " + seen.failure);
        }
    }

    /** Returns the size of the reachable objects in bytes. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
