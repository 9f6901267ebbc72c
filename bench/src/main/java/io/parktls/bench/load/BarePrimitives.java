package io.parktls.bench.load;

import io.parktls.NamedGroup;
import io.parktls.bench.jmh.primitive.Primitive;
import io.parktls.bench.jmh.stack.KeyKind;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The key exchange and the signature of a server's handshake and nothing else, in the pure Java implementations that
 * are ParkTLS's default: the least that such a handshake can cost.
 */
final class BarePrimitives {
    /** The latest result. It is stored so that the compiler cannot eliminate the computation. */
    private byte @Nullable [] result;

    private BarePrimitives() {}

    /**
     * Returns the microseconds that the primitives of one handshake take.
     *
     * @param time to measure, after as long a warm-up
     */
    static double perHandshake(Duration time) {
        try {
            BarePrimitives bare = new BarePrimitives();
            List<Primitive> primitives = Primitive.ofServer(KeyKind.ECDSA_P256, NamedGroup.X25519);
            return TightLoop.micros(() -> bare.perform(primitives), 1, time);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot compute the primitives of a handshake", e);
        }
    }

    private void perform(List<Primitive> primitives) throws GeneralSecurityException {
        for (Primitive primitive : primitives) {
            result = primitive.perform();
        }
    }

    @Override
    public String toString() {
        return result == null ? "not run" : "run";
    }
}
