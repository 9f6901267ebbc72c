package io.parktls.engine.bouncycastle;

import java.io.IOException;
import java.io.OutputStream;
import java.security.Signature;
import java.security.SignatureException;

/** An output stream that passes the written bytes to a {@link Signature}. */
final class SignatureOutputStream extends OutputStream {
    private final Signature signature;

    SignatureOutputStream(Signature signature) {
        this.signature = signature;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            signature.update(bytes, offset, length);
        } catch (SignatureException e) {
            throw new IOException(e);
        }
    }
}
