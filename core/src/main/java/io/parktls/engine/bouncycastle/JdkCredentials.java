package io.parktls.engine.bouncycastle;

import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;

/**
 * A certificate chain and the key to prove it with, for one signature scheme. Immutable: one object serves all
 * connections of a context, so long as the {@link Certificate} does.
 */
final class JdkCredentials implements TlsCredentialedSigner {
    private final JdkSigner signer;
    private final Certificate certificate;
    private final SignatureAndHashAlgorithm algorithm;

    JdkCredentials(JdkSigner signer, Certificate certificate) {
        this.signer = signer;
        this.certificate = certificate;
        this.algorithm = SignatureScheme.getSignatureAndHashAlgorithm(
                signer.scheme().scheme().code());
    }

    @Override
    public Certificate getCertificate() {
        return certificate;
    }

    @Override
    public SignatureAndHashAlgorithm getSignatureAndHashAlgorithm() {
        return algorithm;
    }

    @Override
    public TlsStreamSigner getStreamSigner() throws TlsFatalAlert {
        return signer.newSignature();
    }

    @Override
    public byte[] generateRawSignature(byte[] hash) {
        throw new UnsupportedOperationException("signatures are made over the message");
    }
}
