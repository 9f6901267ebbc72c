package io.parktls.sockets;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;

/**
 * A provider that runs an action before each signature of the JDK. An engine that prefers it counts it as computing.
 */
final class SigningProvider extends Provider {
    private static final long serialVersionUID = 1L;
    private static final String ALGORITHM = "SHA256withECDSA";

    /** @param beforeSigning called before each signature, also when a context is built */
    SigningProvider(Runnable beforeSigning) {
        super("TestSigner", "1", "signs after something else");
        putService(new Service(this, "Signature", ALGORITHM, Delegating.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
                return new Delegating(beforeSigning);
            }
        });
    }

    private static final class Delegating extends SignatureSpi {
        private final Runnable beforeSigning;
        private Signature inside;

        Delegating(Runnable beforeSigning) {
            this.beforeSigning = beforeSigning;
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            try {
                inside = Signature.getInstance(ALGORITHM, "SunEC");
                inside.initSign(key);
            } catch (GeneralSecurityException e) {
                throw new InvalidKeyException(e);
            }
        }

        @Override
        protected void engineUpdate(byte b) throws SignatureException {
            inside.update(b);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            inside.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            beforeSigning.run();
            return inside.sign();
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            throw new InvalidKeyException("signs only");
        }

        @Override
        protected boolean engineVerify(byte[] signature) {
            throw new UnsupportedOperationException();
        }

        @Override
        @SuppressWarnings("deprecation")
        protected void engineSetParameter(String name, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        @SuppressWarnings("deprecation")
        protected Object engineGetParameter(String name) {
            throw new UnsupportedOperationException();
        }
    }
}
