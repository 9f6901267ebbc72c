package io.parktls.engine.bouncycastle;

import java.io.OutputStream;
import java.security.PublicKey;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.io.SignerOutputStream;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.params.Ed448PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.Ed448Signer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;

/** Verifies one Ed25519 or Ed448 signature (RFC 8032) with Bouncy Castle. */
final class EdDsaVerifier implements Tls13Verifier {
    private final Signer signer;

    private EdDsaVerifier(Signer signer) {
        this.signer = signer;
    }

    static EdDsaVerifier ed25519(PublicKey key) throws TlsFatalAlert {
        try {
            byte[] spki = key.getEncoded();
            Signer signer = new Ed25519Signer();
            signer.init(false, new Ed25519PublicKeyParameters(spki, spki.length - Ed25519PublicKeyParameters.KEY_SIZE));
            return new EdDsaVerifier(signer);
        } catch (IllegalArgumentException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    static EdDsaVerifier ed448(PublicKey key) throws TlsFatalAlert {
        try {
            byte[] spki = key.getEncoded();
            Signer signer = new Ed448Signer(new byte[0]);
            signer.init(false, new Ed448PublicKeyParameters(spki, spki.length - Ed448PublicKeyParameters.KEY_SIZE));
            return new EdDsaVerifier(signer);
        } catch (IllegalArgumentException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return new SignerOutputStream(signer);
    }

    @Override
    public boolean verifySignature(byte[] signature) {
        return signer.verifySignature(signature);
    }
}
