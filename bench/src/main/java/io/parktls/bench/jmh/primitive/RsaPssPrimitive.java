package io.parktls.bench.jmh.primitive;

import io.parktls.bench.jmh.stack.Pki;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** An RSA-PSS signature with SHA-256, created and verified by the JDK. */
final class RsaPssPrimitive implements Primitive {
    private static final String NAME = "RSASSA-PSS";
    private static final PSSParameterSpec PARAMETERS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final byte[] content = new byte[HandshakeSignature.CONTENT];
    private final HandshakeSignature signature;
    private final PublicKey publicKey;

    RsaPssPrimitive(Pki pki) throws GeneralSecurityException {
        this.signature = new HandshakeSignature(NAME, PARAMETERS, pki.key());
        this.publicKey = pki.leaf().getPublicKey();
    }

    @Override
    public byte[] perform() throws GeneralSecurityException {
        byte[] signed = signature.sign(content);
        Signature verifier = Signature.getInstance(NAME, "SunRsaSign");
        verifier.initVerify(publicKey);
        verifier.setParameter(PARAMETERS);
        verifier.update(content);
        if (!verifier.verify(signed)) {
            throw new SignatureException("the RSA-PSS signature does not verify");
        }
        return signed;
    }
}
