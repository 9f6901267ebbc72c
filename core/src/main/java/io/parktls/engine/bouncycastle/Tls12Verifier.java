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
 * Verifies signatures of TLS 1.2, always over the whole message, because the JDK does not support RSASSA-PSS over a
 * precomputed hash. Bouncy Castle therefore buffers the handshake's messages if the client must authenticate itself.
 */
final class Tls12Verifier implements TlsVerifier {
    private final PublicKey key;
    private final IntConsumer schemeListener;

    /**
     * Creates a verifier.
     *
     * @param schemeListener receives the scheme when a signature is about to be verified
     */
    Tls12Verifier(PublicKey key, IntConsumer schemeListener) {
        this.key = key;
        this.schemeListener = schemeListener;
    }

    @Override
    public TlsStreamVerifier getStreamVerifier(DigitallySigned signed) throws IOException {
        SignatureAndHashAlgorithm algorithm = signed.getAlgorithm();
        if (algorithm == null) {
            throw new TlsFatalAlert(
                    AlertDescription.internal_error, "the signature has no algorithm, as in TLS 1.1 and older");
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
        throw new UnsupportedOperationException("ParkTLS verifies signatures over the whole message, not its hash");
    }
}
