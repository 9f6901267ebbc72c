package io.parktls.bench.jmh.primitive;

import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import java.security.GeneralSecurityException;
import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** One kind of cryptographic operations of a handshake. For one thread. */
public interface Primitive {
    /**
     * Performs the operations of one handshake.
     *
     * @return a part of the result, so that the compiler cannot eliminate the computation
     * @throws GeneralSecurityException if the results of the two sides differ
     */
    byte[] perform() throws GeneralSecurityException;

    /** The operations of both sides in a handshake with that key and group. */
    static List<Primitive> of(KeyKind key, NamedGroup group) throws GeneralSecurityException {
        Pki pki = Pki.of(key);
        Primitive signature = switch (key) {
            case ECDSA_P256 -> new EcdsaPrimitive(pki);
            case RSA_2048 -> new RsaPssPrimitive(pki);
        };
        return switch (group) {
            case X25519 -> List.of(new X25519Primitive(), signature);
            case X25519MLKEM768 -> List.of(new X25519Primitive(), new MlKemPrimitive(), signature);
            default -> throw new IllegalArgumentException("no primitives for " + group);
        };
    }

    /** The server's operations in a handshake with that key and group. */
    static List<Primitive> ofServer(KeyKind key, NamedGroup group) throws GeneralSecurityException {
        if (key != KeyKind.ECDSA_P256 || group != NamedGroup.X25519) {
            throw new IllegalArgumentException("no primitives for " + key + " and " + group);
        }
        return List.of(new X25519Primitive().server(), new EcdsaPrimitive(Pki.of(key)).server());
    }
}
