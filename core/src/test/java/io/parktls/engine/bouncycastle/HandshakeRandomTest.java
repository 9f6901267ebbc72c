package io.parktls.engine.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tests the random generators of handshakes. */
class HandshakeRandomTest {
    @Test
    void connectionsInTurnGetDifferentGenerators() {
        Map<SecureRandom, Boolean> seen = new IdentityHashMap<>();
        int generators = 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < generators; i++) {
            seen.put(HandshakeRandom.next(), true);
        }

        assertEquals(generators, seen.size());
    }

    /** Uses the generators more often than the number of connections after which they are seeded again. */
    @Test
    void nothingComesTwice() {
        Set<ByteBuffer> seen = new HashSet<>();
        int turns = 3 * 256 * 2 * Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < turns; i++) {
            byte[] bytes = new byte[16];
            HandshakeRandom.next().nextBytes(bytes);
            assertTrue(seen.add(ByteBuffer.wrap(bytes)));
        }
    }
}
