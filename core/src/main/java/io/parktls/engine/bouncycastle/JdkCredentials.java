package io.parktls.engine.bouncycastle;

import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;

/** A certificate chain and the signer for its key, for one signature scheme and one connection's handshake. */
final class JdkCredentials implements TlsCredentialedSigner {
    private final JdkSigner signer;
    private final Certificate certificate;
    private final SignatureAndHashAlgorithm algorithm;
    private final ForeignCalls foreignCalls;

    /**
     * Creates the credentials.
     *
     * @param foreignCalls those of the connection
     */
    JdkCredentials(JdkSigner signer, Certificate certificate, ForeignCalls foreignCalls) {
        this.signer = signer;
        this.foreignCalls = foreignCalls;
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
        return signer.mayWait() ? new ForeignSignature(signer, foreignCalls) : signer.newSignature();
    }

    @Override
    public byte[] generateRawSignature(byte[] hash) {
        throw new UnsupportedOperationException("ParkTLS signs the whole message, not its hash");
    }
}
