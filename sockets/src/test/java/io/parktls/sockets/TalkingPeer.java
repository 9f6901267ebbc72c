package io.parktls.sockets;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;

/** A peer that reads slowly and sends single bytes until it has read everything. */
final class TalkingPeer {
    /** More bytes than the buffers of a TCP connection hold. */
    static final int LENGTH = 8 << 20;

    private static final int READS_PER_WORD = 8;

    private TalkingPeer() {}

    /** Returns the data that the peer has to read. */
    static byte[] answer() {
        byte[] bytes = new byte[LENGTH];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    /** Asserts that the peer reads all of the data and then the end of the stream. */
    static void assertReads(TlsSocket peer, byte[] answer) throws IOException {
        assertReads(peer, answer, true);
    }

    /** Asserts the same for a peer on which another thread may be sending. */
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
