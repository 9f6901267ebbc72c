package io.parktls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.parktls.bio.Bio;
import io.parktls.engine.TlsEngineProvider;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Measures the heap of an idle connection. A connection that kept a record buffer of 18 KB would need ten times as
 * much.
 *
 * <p>The number of connections is the system property {@code parktls.idle.connections}. With 100,000 it takes a few
 * minutes: {@code mvn -pl core test -Dtest=IdleMemoryTest -Dtest.jvm.args="-Xmx2g -Dparktls.idle.connections=100000"}
 */
@Tag("H8")
@Timeout(value = 1_200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class IdleMemoryTest {
    private static final int CONNECTIONS = Integer.getInteger("parktls.idle.connections", 500);

    /** The heap for one end, including its end of the pipe. */
    private static final long LIMIT = 6_000;

    @Test
    @DisplayName("H8 idle connections hold no record buffers, and all of them still echo")
    void bytesPerIdleConnection(TestReporter reporter) throws IOException {
        TlsEngineProvider engine = TlsEngineProvider.bouncyCastle();
        TlsContext client = TestContexts.client(engine).build();
        TlsContext server = TestContexts.server(engine).build();
        echo(new ConnectionPair(client, server, Bio.pair(20_000)).handshake(), 16_000);
        long before = heap();
        List<ConnectionPair> idle = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            ConnectionPair pair = new ConnectionPair(client, server, Bio.pair(20_000)).handshake();
            echo(pair, 16_000);
            // An operation waits at each end.
            assertEquals(TlsStatus.WANT_READ, pair.client().read(ByteBuffer.allocate(1)));
            assertEquals(TlsStatus.WANT_READ, pair.server().read(ByteBuffer.allocate(1)));
            idle.add(pair);
        }
        long each = (heap() - before) / (2L * CONNECTIONS);
        reporter.publishEntry("heap bytes for each of " + 2 * CONNECTIONS + " idle ends", Long.toString(each));
        for (ConnectionPair pair : idle) {
            echo(pair, 100);
        }
        Reference.reachabilityFence(idle);
        assertTrue(each < LIMIT, () -> each + " bytes for each idle end");
    }

    private static void echo(ConnectionPair pair, int bytes) throws IOException {
        byte[] data = new byte[bytes];
        ByteBuffer at = ByteBuffer.allocate(bytes);
        assertEquals(TlsStatus.OK, pair.client().write(ByteBuffer.wrap(data)));
        while (at.hasRemaining()) {
            assertEquals(TlsStatus.OK, pair.server().read(at));
        }
        assertEquals(TlsStatus.OK, pair.server().write(at.flip()));
        at.clear();
        while (at.hasRemaining()) {
            assertEquals(TlsStatus.OK, pair.client().read(at));
        }
    }

    /** Returns the size of the reachable heap in bytes. */
    private static long heap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
