package io.parktls.engine.bouncycastle;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/**
 * The NIST curves. The parameters of each curve are created once, because they hold the precomputed multiples of the
 * base point; and not before the curve is used, because that takes milliseconds.
 */
@SuppressWarnings("ImmutableEnumChecker") // Bouncy Castle adds tables, under its own locks
enum EcCurve {
    P256("secp256r1", NamedGroup.secp256r1, 256),
    P384("secp384r1", NamedGroup.secp384r1, 384),
    P521("secp521r1", NamedGroup.secp521r1, 521);

    private static final byte UNCOMPRESSED = 4;

    private final String standardName;
    private final int namedGroup;

    /** The length of the order in bits. */
    private final int bits;

    /** Guards the creation of {@link #domain}, which takes milliseconds but waits for nothing. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Null before the first use. Written once, guarded by {@link #lock}. */
    private volatile @Nullable Domain domain;

    /** The parameters of a curve, and its public keys that were used recently. */
    private record Domain(ECDomainParameters parameters, EcPublicKeyCache publicKeys) {
        static Domain of(String name) {
            X9ECParameters x9 = CustomNamedCurves.getByName(name);
            ECDomainParameters parameters = new ECDomainParameters(x9.getCurve(), x9.getG(), x9.getN(), x9.getH());
            return new Domain(parameters, new EcPublicKeyCache(parameters));
        }
    }

    EcCurve(String name, int namedGroup, int bits) {
        this.standardName = name;
        this.namedGroup = namedGroup;
        this.bits = bits;
    }

    private Domain domain() {
        Domain known = domain;
        if (known != null) {
            return known;
        }
        lock.lock();
        try {
            known = domain;
            if (known == null) {
                known = Domain.of(standardName);
                domain = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the curve of a {@link NamedGroup}; null if it is none of these. */
    static @Nullable EcCurve ofGroup(int namedGroup) {
        for (EcCurve curve : values()) {
            if (curve.namedGroup == namedGroup) {
                return curve;
            }
        }
        return null;
    }

    /** Returns the curve of a JDK key; null if it is none of these. */
    static @Nullable EcCurve of(ECPublicKey key) {
        for (EcCurve curve : values()) {
            BigInteger order = key.getParams().getOrder();
            if (order.bitLength() == curve.bits
                    && order.equals(curve.parameters().getN())) {
                return curve;
            }
        }
        return null;
    }

    /** Returns the curve's standard name, which the JDK uses. */
    String standardName() {
        return standardName;
    }

    ECDomainParameters parameters() {
        return domain().parameters;
    }

    /**
     * Converts a JDK key {@linkplain #of on this curve} to Bouncy Castle's form, for verifying signatures.
     *
     * @throws TlsFatalAlert bad_certificate, if the key is not a point of the curve
     */
    ECPublicKeyParameters publicKey(ECPublicKey key) throws TlsFatalAlert {
        try {
            return domain().publicKeys.get(key);
        } catch (IllegalArgumentException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    /**
     * Decodes a key share. RFC 8446 4.2.8.2 allows only uncompressed points and requires that they lie on the curve.
     *
     * @throws TlsFatalAlert illegal_parameter, if the key share violates one of these rules
     */
    ECPublicKeyParameters decode(byte[] encoding) throws TlsFatalAlert {
        ECDomainParameters parameters = parameters();
        int encodedLength = parameters.getCurve().getAffinePointEncodingLength(false);
        if (encoding.length != encodedLength || encoding[0] != UNCOMPRESSED) {
            throw new TlsFatalAlert(
                    AlertDescription.illegal_parameter, "the key share is not an uncompressed point of " + this);
        }
        try {
            return new ECPublicKeyParameters(parameters.getCurve().decodePoint(encoding), parameters);
        } catch (IllegalArgumentException e) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, e);
        }
    }

    byte[] encode(ECPublicKeyParameters key) {
        return key.getQ().getEncoded(false);
    }

    /** Encodes a JDK key as a key share. */
    byte[] encode(ECPublicKey key) {
        ECPoint w = key.getW();
        return parameters()
                .getCurve()
                .createPoint(w.getAffineX(), w.getAffineY())
                .getEncoded(false);
    }

    /** Returns a public key's point in the JDK's form. */
    static ECPoint point(ECPublicKeyParameters key) {
        var q = key.getQ().normalize();
        return new ECPoint(
                q.getAffineXCoord().toBigInteger(), q.getAffineYCoord().toBigInteger());
    }
}
