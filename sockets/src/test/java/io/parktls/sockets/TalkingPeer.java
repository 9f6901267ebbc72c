package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** A peer that reads slowly and sends a byte now and then, up to the last byte that it reads. */
final class TalkingPeer {
    /** More than the buffers of a TCP connection hold. */
    static final int LENGTH = 8 << 20;

    private static final int READS_PER_WORD = 8;

    private TalkingPeer() {}

    /** What it is to read. */
    static byte[] answer() {
        byte[] bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    /** That everything arrives, and the end after it. */
    static void assertReads(TlsSocket peer, byte[] answer) throws IOException {
        assertReads(peer, answer, true);
    }

    /** The same of a peer for which another thread may be sending. */
    static void assertReads(TlsSocket peer, byte[] answer, boolean talking) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(16_384);
        ByteBuffer expected = ByteBuffer.wrap(answer);
        int reads = 0;
        for (int n; (n = peer.read(buffer.clear())) >= 0; ) {
            buffer.flip();
            int from = expected.position();
            assertTrue(n <= expected.remaining(), "more than was written");
            assertEquals(expected.slice(from, n), buffer, () -> "changed, after " + from + " bytes");
            expected.position(from + n);
            if (talking && ++reads % READS_PER_WORD == 0) {
                peer.write(ByteBuffer.allocate(1));
            }
        }
        assertEquals(answer.length, expected.position(), "bytes before the end");
    }
}
