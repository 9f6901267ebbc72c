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

/** A provider that claims all algorithms of the installed providers, and fails. */
final class BrokenProvider extends Provider {
    private static final long serialVersionUID = 1L;

    /** The point at which the provider fails. */
    enum Point {
        /** The creation of an object fails. */
        CREATION,
        /** The object accepts keys and parameters, and fails when it signs, verifies, or generates keys. */
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
                // Provider.Service wraps any exception of a constructor in this one.
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
