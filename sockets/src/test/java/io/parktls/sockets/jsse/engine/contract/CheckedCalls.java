package io.parktls.sockets.jsse.engine.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * Calls {@code wrap} and {@code unwrap} of an engine that no other thread uses, and verifies what holds for every call:
 * the counts of the result are the movements of the positions, no limit moves, an overflow and an underflow move
 * nothing, and the status of the handshake is that of the engine.
 */
final class CheckedCalls {
    private CheckedCalls() {}

    static SSLEngineResult wrap(SSLEngine engine, ByteBuffer source, ByteBuffer destination) throws SSLException {
        return wrap(engine, new ByteBuffer[] {source}, 0, 1, destination);
    }

    static SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] sources, int offset, int length, ByteBuffer destination)
            throws SSLException {
        ByteBuffer[] destinations = {destination};
        Places before = Places.of(sources);
        Places beforeOut = Places.of(destinations);
        SSLEngineResult result = engine.wrap(sources, offset, length, destination);
        verify(engine, result, before.moved(sources, offset, length), beforeOut.moved(destinations, 0, 1));
        return result;
    }

    static SSLEngineResult unwrap(SSLEngine engine, ByteBuffer source, ByteBuffer destination) throws SSLException {
        return unwrap(engine, source, new ByteBuffer[] {destination}, 0, 1);
    }

    static SSLEngineResult unwrap(
            SSLEngine engine, ByteBuffer source, ByteBuffer[] destinations, int offset, int length)
            throws SSLException {
        ByteBuffer[] sources = {source};
        Places before = Places.of(sources);
        Places beforeOut = Places.of(destinations);
        SSLEngineResult result = engine.unwrap(source, destinations, offset, length);
        verify(engine, result, before.moved(sources, 0, 1), beforeOut.moved(destinations, offset, length));
        return result;
    }

    /** Returns the status and the counts of a result. */
    static String text(SSLEngineResult result) {
        return result.getStatus() + " " + result.bytesConsumed() + " " + result.bytesProduced();
    }

    private static void verify(SSLEngine engine, SSLEngineResult result, int consumed, int produced) {
        String text = result.toString();
        assertEquals(consumed, result.bytesConsumed(), () -> "consumed bytes of " + text);
        assertEquals(produced, result.bytesProduced(), () -> "produced bytes of " + text);
        if (result.getStatus() == Status.BUFFER_OVERFLOW || result.getStatus() == Status.BUFFER_UNDERFLOW) {
            assertEquals(0, consumed, () -> "consumed bytes of " + text);
            assertEquals(0, produced, () -> "produced bytes of " + text);
        }
        HandshakeStatus status = result.getHandshakeStatus();
        HandshakeStatus current = engine.getHandshakeStatus();
        assertNotEquals(HandshakeStatus.NEED_UNWRAP_AGAIN, current, "this status is for DTLS");
        if (status == HandshakeStatus.FINISHED) {
            assertNotEquals(HandshakeStatus.FINISHED, current, "only a result has this status");
            assertNotEquals(HandshakeStatus.NEED_TASK, current, () -> "after " + text);
            assertNotEquals(HandshakeStatus.NEED_UNWRAP, current, () -> "after " + text);
        } else {
            assertEquals(status, current, () -> "the engine's status after " + text);
        }
    }

    /** The positions and the limits of buffers. */
    private record Places(int[] positions, int[] limits) {
        static Places of(ByteBuffer[] buffers) {
            int[] positions = new int[buffers.length];
            int[] limits = new int[buffers.length];
            for (int i = 0; i < buffers.length; i++) {
                positions[i] = buffers[i].position();
                limits[i] = buffers[i].limit();
            }
            return new Places(positions, limits);
        }

        /** Returns how far the positions of the given range moved. Those outside of it must not move, nor any limit. */
        int moved(ByteBuffer[] buffers, int offset, int length) {
            int moved = 0;
            for (int i = 0; i < buffers.length; i++) {
                assertEquals(limits[i], buffers[i].limit(), "a limit moved");
                int here = buffers[i].position() - positions[i];
                if (i >= offset && i < offset + length) {
                    moved += here;
                } else {
                    assertEquals(0, here, "a buffer outside of the range moved");
                }
            }
            return moved;
        }
    }
}
