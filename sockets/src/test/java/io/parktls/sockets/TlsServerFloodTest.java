package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.TlsVersion;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests one server with all floods at full speed and a regular client. */
@Tag("H10")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class TlsServerFloodTest {
    /** How often each flood is sent. */
    private static final int ROUNDS = 3;

    private static final int MANY_ROUNDS = 10;

    /** How many bytes of one flood the server may read before it closes the connection. */
    private static final long MAX_READ = 200_000;

    /** The allowed growth of the heap in bytes, more than the JVM's own bookkeeping varies by. */
    private static final long HEAP_GROWTH = 32 << 20;

    private static void flood(TlsServer server, Flood flood, TlsVersion version, int rounds) throws Exception {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        for (int round = 0; round < rounds; round++) {
            try (Socket attacker = new Socket(address.getAddress(), address.getPort())) {
                if (version == null) {
                    flood.floodUntilClosed(attacker.getOutputStream());
                } else {
                    flood.floodUntilClosed(FloodingClient.connect(attacker, version));
                }
            }
        }
    }

    @Test
    @DisplayName("H10 a server ends floods, serves other clients, and its heap does not grow")
    void floodsAreEndedAndOthersServed() throws Exception {
        floodsAreEndedAndOthersServed(ROUNDS);
    }

    @Test
    @Tag("slow")
    @DisplayName("H10 a server ends many floods, serves other clients, and its heap does not grow")
    void manyFloodsAreEndedAndOthersServed() throws Exception {
        floodsAreEndedAndOthersServed(MANY_ROUNDS);
    }

    private static void floodsAreEndedAndOthersServed(int rounds) throws Exception {
        try (TlsServer server = Servers.echoing().open(Transport.loopback());
                TlsSocket good = Servers.connect(server)) {
            Servers.assertEchoes(good);
            long before = heap();
            AtomicInteger floods = new AtomicInteger();
            List<Task<Void>> attacks = new ArrayList<>();
            for (Flood flood : Flood.values()) {
                List<TlsVersion> versions = new ArrayList<>(flood.afterHandshake);
                if (versions.isEmpty()) {
                    versions.add(null);
                }
                for (TlsVersion version : versions) {
                    floods.addAndGet(rounds);
                    attacks.add(ThreadKind.PLATFORM.run(() -> flood(server, flood, version, rounds)));
                }
            }
            int served = 0;
            while (attacks.stream().anyMatch(attack -> !attack.isDone())) {
                Servers.assertEchoes(good);
                served++;
            }
            for (Task<Void> attack : attacks) {
                attack.get();
            }
            assertTrue(served > rounds, "served only " + served + " times");
            Servers.assertServes(server);
            Task.eventually(() -> server.statistics().active() == 1);
            TlsServerStatistics seen = server.statistics();
            assertEquals(floods.get(), seen.handshakesFailed() + seen.handlerFailures(), seen::toString);
            assertTrue(seen.bytesReceived() < MAX_READ * floods.get(), seen::toString);
            long grown = heap() - before;
            assertTrue(grown < HEAP_GROWTH, () -> "the heap has grown by " + grown + " bytes");
        }
    }

    /** Returns the size of the reachable objects in bytes. */
    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
