package io.parktls.engine.bouncycastle;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;

/** Behaves like a PKCS #11 token: hands out handles instead of keys, and signs SHA256withECDSA with them. */
public final class TokenProvider extends Provider {
    public TokenProvider() {
        super("TestToken", "1", "keys that do not leave it");
        putService(new Service(this, "Signature", "SHA256withECDSA", TokenSignature.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
                return new TokenSignature();
            }

            @Override
            public boolean supportsParameter(Object parameter) {
                return parameter instanceof Handle;
            }
        });
    }

    /** Puts a key into the token. */
    public PrivateKey store(PrivateKey key) {
        return new Handle(key);
    }

    private static final class Handle implements PrivateKey {
        private final transient PrivateKey inside;

        Handle(PrivateKey inside) {
            this.inside = inside;
        }

        @Override
        public String getAlgorithm() {
            return inside.getAlgorithm();
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }

    private static final class TokenSignature extends SignatureSpi {
        private Signature inside;

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            if (!(key instanceof Handle handle)) {
                throw new InvalidKeyException("not in this token");
            }
            try {
                inside = Signature.getInstance("SHA256withECDSA", "SunEC");
                inside.initSign(handle.inside);
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
