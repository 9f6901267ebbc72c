package io.parktls.engine.bouncycastle;

import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
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
 * base point.
 */
@SuppressWarnings("ImmutableEnumChecker") // Bouncy Castle adds tables, under its own locks
enum EcCurve {
    P256("secp256r1", NamedGroup.secp256r1),
    P384("secp384r1", NamedGroup.secp384r1),
    P521("secp521r1", NamedGroup.secp521r1);

    private static final byte UNCOMPRESSED = 4;

    private final String standardName;
    private final int namedGroup;
    private final ECDomainParameters parameters;
    private final int encodedLength;
    private final EcPublicKeyCache publicKeys;

    EcCurve(String name, int namedGroup) {
        this.standardName = name;
        this.namedGroup = namedGroup;
        X9ECParameters x9 = CustomNamedCurves.getByName(name);
        this.parameters = new ECDomainParameters(x9.getCurve(), x9.getG(), x9.getN(), x9.getH());
        this.encodedLength = parameters.getCurve().getAffinePointEncodingLength(false);
        this.publicKeys = new EcPublicKeyCache(parameters);
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
            if (curve.parameters.getN().equals(key.getParams().getOrder())) {
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
        return parameters;
    }

    /**
     * Converts a JDK key {@linkplain #of on this curve} to Bouncy Castle's form, for verifying signatures.
     *
     * @throws TlsFatalAlert bad_certificate, if the key is not a point of the curve
     */
    ECPublicKeyParameters publicKey(ECPublicKey key) throws TlsFatalAlert {
        try {
            return publicKeys.get(key);
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
        return parameters.getCurve().createPoint(w.getAffineX(), w.getAffineY()).getEncoded(false);
    }

    /** Returns a public key's point in the JDK's form. */
    static ECPoint point(ECPublicKeyParameters key) {
        var q = key.getQ().normalize();
        return new ECPoint(
                q.getAffineXCoord().toBigInteger(), q.getAffineYCoord().toBigInteger());
    }
}
