package io.parktls.engine.bouncycastle;

import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsFatalAlert;
import org.jspecify.annotations.Nullable;

/** The NIST curves. Their parameters are made once: they carry the tables for multiples of the base point. */
@SuppressWarnings("ImmutableEnumChecker") // Bouncy Castle fills in tables, under its own locks.
enum EcCurve {
    P256("secp256r1", NamedGroup.secp256r1, SignatureScheme.ecdsa_secp256r1_sha256),
    P384("secp384r1", NamedGroup.secp384r1, SignatureScheme.ecdsa_secp384r1_sha384),
    P521("secp521r1", NamedGroup.secp521r1, SignatureScheme.ecdsa_secp521r1_sha512);

    private static final byte UNCOMPRESSED = 4;

    private final String standardName;
    private final int namedGroup;
    private final int signatureScheme;
    private final ECDomainParameters parameters;
    private final int encodedLength;
    private final EcPublicKeyCache publicKeys;

    EcCurve(String name, int namedGroup, int signatureScheme) {
        this.standardName = name;
        this.namedGroup = namedGroup;
        this.signatureScheme = signatureScheme;
        X9ECParameters x9 = CustomNamedCurves.getByName(name);
        this.parameters = new ECDomainParameters(x9.getCurve(), x9.getG(), x9.getN(), x9.getH());
        this.encodedLength = parameters.getCurve().getAffinePointEncodingLength(false);
        this.publicKeys = new EcPublicKeyCache(parameters);
    }

    /** The curve of that {@link NamedGroup}, null if it is none of these. */
    static @Nullable EcCurve ofGroup(int namedGroup) {
        for (EcCurve curve : values()) {
            if (curve.namedGroup == namedGroup) {
                return curve;
            }
        }
        return null;
    }

    /** The curve that a key of the JDK lies on, null if it is none of these. */
    static @Nullable EcCurve of(ECPublicKey key) {
        for (EcCurve curve : values()) {
            if (curve.parameters.getN().equals(key.getParams().getOrder())) {
                return curve;
            }
        }
        return null;
    }

    /** The name by which the JDK knows it. */
    String standardName() {
        return standardName;
    }

    ECDomainParameters parameters() {
        return parameters;
    }

    /** The one scheme that TLS 1.3 allows with keys on this curve. */
    int signatureScheme() {
        return signatureScheme;
    }

    /** A key of the JDK that lies {@linkplain #of on this curve}, to verify signatures with. */
    ECPublicKeyParameters publicKey(ECPublicKey key) throws TlsFatalAlert {
        try {
            return publicKeys.get(key);
        } catch (IllegalArgumentException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    /** Decodes a key share: RFC 8446 4.2.8.2 knows uncompressed points only, and asks that they lie on the curve. */
    ECPublicKeyParameters decode(byte[] encoding) throws TlsFatalAlert {
        if (encoding.length != encodedLength || encoding[0] != UNCOMPRESSED) {
            throw new TlsFatalAlert(AlertDescription.illegal_parameter, "not an uncompressed point of " + this);
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

    /** As a key share. */
    byte[] encode(ECPublicKey key) {
        ECPoint w = key.getW();
        return parameters.getCurve().createPoint(w.getAffineX(), w.getAffineY()).getEncoded(false);
    }

    /** As the JDK has it. */
    static ECPoint point(ECPublicKeyParameters key) {
        var q = key.getQ().normalize();
        return new ECPoint(
                q.getAffineXCoord().toBigInteger(), q.getAffineYCoord().toBigInteger());
    }
}
