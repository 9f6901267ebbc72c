package io.parktls.bench.jmh.primitive;

import io.parktls.bench.jmh.stack.Pki;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;

/**
 * An ECDSA signature on P-256, created by the JDK and verified by Bouncy Castle, with a public key that is already
 * decoded.
 */
final class EcdsaPrimitive implements Primitive {
    private final byte[] content = new byte[HandshakeSignature.CONTENT];
    private final HandshakeSignature signature;
    private final ECPublicKeyParameters publicKey;

    EcdsaPrimitive(Pki pki) throws GeneralSecurityException {
        this.signature = new HandshakeSignature("SHA256withECDSA", null, pki.key());
        this.publicKey = convert((ECPublicKey) pki.leaf().getPublicKey());
    }

    /** Converts the key for Bouncy Castle. This is done once, since Bouncy Castle caches tables in the key. */
    private static ECPublicKeyParameters convert(ECPublicKey key) {
        X9ECParameters x9 = CustomNamedCurves.getByName("secp256r1");
        ECDomainParameters domain = new ECDomainParameters(x9.getCurve(), x9.getG(), x9.getN(), x9.getH());
        ECPoint w = key.getW();
        return new ECPublicKeyParameters(x9.getCurve().createPoint(w.getAffineX(), w.getAffineY()), domain);
    }

    @Override
    public byte[] perform() throws GeneralSecurityException {
        byte[] signed = signature.sign(content);
        BigInteger[] rAndS = decode(signed);
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, publicKey);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
        if (!verifier.verifySignature(hash, rAndS[0], rAndS[1])) {
            throw new SignatureException("the ECDSA signature does not verify");
        }
        return signed;
    }

    /** The server's part: the signature. */
    Primitive server() {
        return () -> signature.sign(content);
    }

    private BigInteger[] decode(byte[] signed) throws SignatureException {
        try {
            return StandardDSAEncoding.INSTANCE.decode(publicKey.getParameters().getN(), signed);
        } catch (IOException e) {
            throw new SignatureException(e);
        }
    }
}
