package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.io.OutputStream;
import java.security.PublicKey;
import java.util.function.IntConsumer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.DigitallySigned;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.Tls13Verifier;
import org.bouncycastle.tls.crypto.TlsStreamVerifier;
import org.bouncycastle.tls.crypto.TlsVerifier;

/**
 * Verifies what TLS 1.2 signs, always over the message: the JDK has no RSASSA-PSS over a finished hash. Bouncy Castle
 * therefore keeps the handshake's messages where a client has to authenticate itself.
 */
final class Tls12Verifier implements TlsVerifier {
    private final PublicKey key;
    private final IntConsumer schemeListener;

    /**
     * @param schemeListener told of the scheme when a signature is to be verified
     */
    Tls12Verifier(PublicKey key, IntConsumer schemeListener) {
        this.key = key;
        this.schemeListener = schemeListener;
    }

    @Override
    public TlsStreamVerifier getStreamVerifier(DigitallySigned signed) throws IOException {
        SignatureAndHashAlgorithm algorithm = signed.getAlgorithm();
        if (algorithm == null) {
            throw new TlsFatalAlert(AlertDescription.internal_error, "signature of TLS 1.1 or older");
        }
        int scheme = SignatureScheme.from(algorithm);
        schemeListener.accept(scheme);
        Tls13Verifier verifier = SignatureVerifier.tls12(key, scheme);
        return new TlsStreamVerifier() {
            @Override
            public OutputStream getOutputStream() throws IOException {
                return verifier.getOutputStream();
            }

            @Override
            public boolean isVerified() throws IOException {
                return verifier.verifySignature(signed.getSignature());
            }
        };
    }

    @Override
    public boolean verifyRawSignature(DigitallySigned signed, byte[] hash) {
        throw new UnsupportedOperationException("signatures are verified over the message");
    }
}
