package io.parktls.signer;

import io.parktls.SignatureScheme;
import java.io.ByteArrayOutputStream;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;
import org.jspecify.annotations.Nullable;

/**
 * A signature with a {@link SignerKey}. It collects the message, because signers sign whole messages. Callers may set
 * the parameters before or after the key. Not thread-safe.
 */
final class SignerSignature extends SignatureSpi {
    private final String algorithm;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private @Nullable SignerKey key;
    private @Nullable AlgorithmParameterSpec parameters;

    SignerSignature(String algorithm) {
        this.algorithm = algorithm;
    }

    @Override
    protected void engineInitSign(PrivateKey privateKey) throws InvalidKeyException {
        if (!(privateKey instanceof SignerKey signerKey)
                || !signerKey.hasAlgorithm(algorithm)
                || (parameters != null && signerKey.scheme(algorithm, parameters) == null)) {
            throw new InvalidKeyException("not a key of a signer that signs with " + algorithm);
        }
        key = signerKey;
        message.reset();
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec wanted) throws InvalidAlgorithmParameterException {
        if (key != null && key.scheme(algorithm, wanted) == null) {
            throw new InvalidAlgorithmParameterException("the signer does not sign with these parameters: " + wanted);
        }
        parameters = wanted;
    }

    @Override
    protected void engineUpdate(byte b) {
        message.write(b);
    }

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {
        message.write(bytes, offset, length);
    }

    @Override
    protected byte[] engineSign() throws SignatureException {
        SignatureScheme scheme = key == null ? null : key.scheme(algorithm, parameters);
        if (key == null || scheme == null) {
            throw new SignatureException(algorithm + " needs a key and the parameters of a scheme of its signer");
        }
        byte[] signed = message.toByteArray();
        message.reset();
        return key.sign(scheme, signed);
    }

    @Override
    protected void engineInitVerify(PublicKey publicKey) throws InvalidKeyException {
        throw new InvalidKeyException("signers do not verify: use another provider");
    }

    @Override
    protected boolean engineVerify(byte[] signature) throws SignatureException {
        throw new SignatureException("signers do not verify: use another provider");
    }

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
        throw new InvalidParameterException("use setParameter(AlgorithmParameterSpec)");
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
        throw new InvalidParameterException("use getParameters()");
    }
}
