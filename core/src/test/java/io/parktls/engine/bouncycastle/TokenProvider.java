package io.parktls.engine.bouncycastle;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;

/**
 * A provider that behaves like a PKCS #11 token: it returns handles instead of keys, and signs with SHA256withECDSA.
 */
public final class TokenProvider extends Provider {
    private static final long serialVersionUID = 1L;

    public TokenProvider() {
        this("TestToken", () -> {});
    }

    /**
     * Creates a token whose signatures can be delayed.
     *
     * @param name the name of the provider
     * @param beforeSigning called before each signature
     */
    public TokenProvider(String name, Runnable beforeSigning) {
        super(name, "1", "keys that cannot be exported");
        putService(new Service(this, "Signature", "SHA256withECDSA", TokenSignature.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
                return new TokenSignature(beforeSigning);
            }

            @Override
            public boolean supportsParameter(Object parameter) {
                return parameter instanceof Handle;
            }
        });
    }

    /** Stores a key in the token and returns its handle. */
    public PrivateKey store(PrivateKey key) {
        return new Handle(key, null);
    }

    /** Stores a key in the token and returns a handle that has an encoding, like the keys of some remote signers. */
    public PrivateKey storeWithEncoding(PrivateKey key) {
        return new Handle(key, new byte[] {1, 2, 3});
    }

    private static final class Handle implements PrivateKey {
        private static final long serialVersionUID = 1L;

        private final transient PrivateKey inside;
        private final byte[] encoding;

        Handle(PrivateKey inside, byte[] encoding) {
            this.inside = inside;
            this.encoding = encoding;
        }

        @Override
        public String getAlgorithm() {
            return inside.getAlgorithm();
        }

        @Override
        public String getFormat() {
            return encoding == null ? null : "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return encoding;
        }
    }

    private static final class TokenSignature extends SignatureSpi {
        private final Runnable beforeSigning;
        private Signature inside;

        TokenSignature(Runnable beforeSigning) {
            this.beforeSigning = beforeSigning;
        }

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
