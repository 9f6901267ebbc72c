package io.parktls.engine.bouncycastle;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsStreamSigner;

/**
 * A signature with a key that may block. It collects the message and then signs it in a single call of foreign code,
 * because a token may need a session for a signature, and a round trip for each part of the message.
 */
final class ForeignSignature implements TlsStreamSigner {
    private final JdkSigner signer;
    private final ForeignCalls foreignCalls;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    ForeignSignature(JdkSigner signer, ForeignCalls foreignCalls) {
        this.signer = signer;
        this.foreignCalls = foreignCalls;
    }

    @Override
    public OutputStream getOutputStream() {
        return message;
    }

    @Override
    public byte[] getSignature() throws TlsFatalAlert {
        return foreignCalls.call(signer.description(), () -> {
            TlsStreamSigner signature = signer.newSignature();
            message.writeTo(signature.getOutputStream());
            return signature.getSignature();
        });
    }
}
