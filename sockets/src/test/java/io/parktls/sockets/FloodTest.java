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

/** Clients that send what costs them little and a server much. Each is cut off with an alert, early. */
@Tag("H10")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FloodTest {
    /** What a server looks at of a flood before it has had enough: nothing that costs CPU time or heap worth mentioning. */
    private static final long ENOUGH = 200_000;

    /** How often each flood comes in the test of all at once. */
    private static final int ROUNDS = 10;

    /** Beyond what the JVM's own bookkeeping varies by. */
    private static final long HEAP_GROWTH = 32 << 20;

    private static final TlsContext SERVER =
            TestContexts.server(TlsEngineProvider.bouncyCastle()).build();

    static Stream<Arguments> floods() {
        return Stream.of(Flood.values())
                .flatMap(flood -> flood.afterHandshake.isEmpty()
                        ? Stream.of(Arguments.of(flood, null))
                        : flood.afterHandshake.stream().map(version -> Arguments.of(flood, version)));
    }

    /** A server's view of one client. */
    private record Seen(Throwable failure, long bytes) {}

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("floods")
    @DisplayName("H10 a flood ends in an alert, and little of it was looked at")
    void isCutOff(Flood flood, TlsVersion version) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(Transport.loopback())) {
            assertCutOff(flood, meet(listener, flood, version));
        }
    }

    private static void assertCutOff(Flood flood, Seen seen) {
        TlsFailure failure = assertInstanceOf(TlsFailure.class, seen.failure, flood::toString);
        assertTrue(failure.alert().isPresent(), () -> flood + ": " + failure);
        assertFalse(failure.isAlertReceived(), () -> flood + ": " + failure);
        assertTrue(seen.bytes < ENOUGH, () -> flood + ": read " + seen.bytes + " bytes; " + failure);
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
    @DisplayName("H10 all floods at full speed, and a client beside them is served; the heap does not grow")
    void othersAreServed() throws Exception {
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
                attacks.add(ThreadKind.PLATFORM.run(() -> attack(listener, flood)));
            }
            for (Task<Void> attack : attacks) {
                attack.get();
            }
            over.set(true);
            int asked = asking.get();
            assertTrue(asked > ROUNDS, () -> "served only " + asked + " times");
            good.client().close();
            serving.get();
            long grown = heap() - before;
            assertTrue(grown < HEAP_GROWTH, () -> "the heap has grown by " + grown + " bytes");
        }
    }

    private static void attack(ServerSocketChannel listener, Arguments flood) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            // Accepting picks any of the clients that wait: whoever it is, the server sees a flood.
            Seen seen = meet(listener, (Flood) flood.get()[0], (TlsVersion) flood.get()[1]);
            assertInstanceOf(IOException.class, seen.failure);
            assertTrue(seen.bytes < ENOUGH, () -> "read " + seen.bytes + " bytes; " + seen.failure);
        }
    }

    /** What is reachable, in bytes. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
