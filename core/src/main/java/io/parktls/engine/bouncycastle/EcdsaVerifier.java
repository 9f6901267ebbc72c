package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsHashOutputStream;

/** Verifies one ECDSA signature. The JDK computes the hash, Bouncy Castle the curve arithmetic. */
final class EcdsaVerifier implements Tls13Verifier {
    private final ECPublicKeyParameters key;
    private final JdkHash hash;

    EcdsaVerifier(ECPublicKeyParameters key, JdkHashAlgorithm algorithm) {
        this.key = key;
        this.hash = new JdkHash(algorithm);
    }

    @Override
    public OutputStream getOutputStream() {
        return new TlsHashOutputStream(hash);
    }

    @Override
    public boolean verifySignature(byte[] signature) {
        BigInteger[] rAndS;
        try {
            rAndS = StandardDSAEncoding.INSTANCE.decode(key.getParameters().getN(), signature);
        } catch (IOException | RuntimeException e) {
            // The decoder reports malformed input by many kinds of exceptions: an empty signature causes a
            // NullPointerException.
            return false;
        }
        ECDSASigner ecdsa = new ECDSASigner();
        ecdsa.init(false, key);
        boolean verified = ecdsa.verifySignature(hash.calculateHash(), rAndS[0], rAndS[1]);
        PrecomputedPoints.replaceTableOf(key.getParameters().getG());
        PrecomputedPoints.replaceTableOf(key.getQ());
        return verified;
    }
}
