package io.parktls.platform;

import java.security.KeyPair;
import java.security.KeyPairGeneratorSpi;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.SignatureSpi;
import java.security.spec.AlgorithmParameterSpec;

/** Claims all algorithms that the installed providers have, and fails. */
final class BrokenProvider extends Provider {
    private static final long serialVersionUID = 1L;

    /** When it fails. */
    enum Point {
        /** When an object is asked for. */
        CREATION,
        /** When the object is to do its work; it takes keys and parameters before. */
        USE
    }

    BrokenProvider(Point point) {
        super("Broken", "1", "claims everything and fails");
        for (Provider provider : Security.getProviders()) {
            for (Service service : provider.getServices()) {
                if (point == Point.CREATION) {
                    if (isCryptographic(service.getType())) {
                        putService(new Claim(this, service.getType(), service.getAlgorithm(), point));
                    }
                } else {
                    switch (service.getType()) {
                        case "Signature", "KeyPairGenerator" ->
                            putService(new Claim(this, service.getType(), service.getAlgorithm(), point));
                        default -> {}
                    }
                }
            }
        }
    }

    private static boolean isCryptographic(String type) {
        return switch (type) {
            case "Signature",
                    "KeyFactory",
                    "KeyPairGenerator",
                    "KEM",
                    "KDF",
                    "KeyAgreement",
                    "Cipher",
                    "Mac",
                    "MessageDigest",
                    "CertificateFactory",
                    "CertPathValidator",
                    "CertPathBuilder",
                    "AlgorithmParameters",
                    "KeyStore",
                    "TrustManagerFactory" -> true;
            default -> false;
        };
    }

    private static final class Claim extends Service {
        private final Point point;

        Claim(Provider provider, String type, String algorithm, Point point) {
            super(provider, type, algorithm, "none", null, null);
            this.point = point;
        }

        @Override
        public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
            if (point == Point.CREATION) {
                // What Provider.Service makes of whatever a constructor throws.
                throw new NoSuchAlgorithmException("broken: " + getType() + " " + getAlgorithm());
            }
            return switch (getType()) {
                case "Signature" -> new BrokenSignature();
                default -> new BrokenKeyPairGenerator();
            };
        }

        @Override
        public boolean supportsParameter(Object parameter) {
            return true;
        }
    }

    private static final class BrokenSignature extends SignatureSpi {
        @Override
        protected void engineInitVerify(PublicKey key) {}

        @Override
        protected void engineInitSign(PrivateKey key) {}

        @Override
        protected void engineUpdate(byte b) {}

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) {}

        @Override
        protected byte[] engineSign() {
            throw new ProviderException("broken");
        }

        @Override
        protected boolean engineVerify(byte[] signature) {
            throw new ProviderException("broken");
        }

        @Override
        protected void engineSetParameter(AlgorithmParameterSpec parameters) {}

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {}

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new ProviderException("broken");
        }
    }

    private static final class BrokenKeyPairGenerator extends KeyPairGeneratorSpi {
        @Override
        public void initialize(int size, SecureRandom random) {}

        @Override
        public void initialize(AlgorithmParameterSpec parameters, SecureRandom random) {}

        @Override
        public KeyPair generateKeyPair() {
            throw new ProviderException("broken");
        }
    }
}
