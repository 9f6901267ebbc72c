package io.parktls.bench.jmh.primitive;

import io.parktls.NamedGroup;
import io.parktls.bench.jmh.stack.KeyKind;
import io.parktls.bench.jmh.stack.Pki;
import java.security.GeneralSecurityException;
import java.util.List;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** What a client and a server do together of one kind of cryptography. For one thread. */
public interface Primitive {
    /**
     * Does what one handshake needs.
     *
     * @return something of the result, so that no compiler leaves it out
     * @throws GeneralSecurityException if the two sides do not come to the same result
     */
    byte[] perform() throws GeneralSecurityException;

    /** All that a handshake with such a key and such a group needs. */
    static List<Primitive> of(KeyKind key, NamedGroup group) throws GeneralSecurityException {
        Pki pki = Pki.of(key);
        Primitive signature = switch (key) {
            case ECDSA_P256 -> new EcdsaPrimitive(pki);
            case RSA_2048 -> new RsaPssPrimitive(pki);
        };
        return switch (group) {
            case X25519 -> List.of(new X25519Primitive(), signature);
            case X25519MLKEM768 -> List.of(new X25519Primitive(), new MlKemPrimitive(), signature);
            default -> throw new IllegalArgumentException("not measured: " + group);
        };
    }

    /** What the server does of it. */
    static List<Primitive> ofServer(KeyKind key, NamedGroup group) throws GeneralSecurityException {
        if (key != KeyKind.ECDSA_P256 || group != NamedGroup.X25519) {
            throw new IllegalArgumentException("not measured: " + key + " and " + group);
        }
        return List.of(new X25519Primitive().server(), new EcdsaPrimitive(Pki.of(key)).server());
    }
}
