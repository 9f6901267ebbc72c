package io.parktls.bench.load;

import io.parktls.NamedGroup;
import io.parktls.bench.jmh.primitive.Primitive;
import io.parktls.bench.jmh.stack.KeyKind;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key exchange and the signature of a server's handshake and nothing else, in Java as ParkTLS has them by default: the least
 * that such a handshake can cost. One thread.
 */
final class BarePrimitives {
    private final List<Primitive> primitives;

    /** What was computed last, so that no compiler leaves it out. */
    private byte @Nullable [] result;

    private BarePrimitives(List<Primitive> primitives) {
        this.primitives = primitives;
    }

    /**
     * Measures how many microseconds they take for a handshake.
     *
     * @param time to measure for, after as much of warming up
     */
    static double perHandshake(Duration time) {
        try {
            BarePrimitives bare = new BarePrimitives(Primitive.ofServer(KeyKind.ECDSA_P256, NamedGroup.X25519));
            bare.run(time.toNanos());
            return bare.run(time.toNanos());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the primitives of a handshake", e);
        }
    }

    private double run(long nanos) throws GeneralSecurityException {
        long start = System.nanoTime();
        long handshakes = 0;
        long now;
        do {
            for (Primitive primitive : primitives) {
                result = primitive.perform();
            }
            handshakes++;
            now = System.nanoTime();
        } while (now - start < nanos);
        return (now - start) / 1e3 / handshakes;
    }

    @Override
    public String toString() {
        return "BarePrimitives" + primitives + (result == null ? ", not run" : "");
    }
}
