package io.parktls.signer;

import io.parktls.SignatureScheme;
import io.parktls.jca.JdkSignatureScheme;
import java.security.Provider;
import java.security.Security;

/**
 * A security provider with the signatures of {@link SignerKey}s, and of no other keys. The Bouncy Castle engine uses
 * the object itself. SunJSSE finds signatures only in installed providers, so the JSSE engine {@linkplain #install
 * installs} it.
 */
public final class SignerProvider extends Provider {
    private static final long serialVersionUID = 1L;
    private static final String NAME = "ParkTLS-Signer";

    private static final SignerProvider INSTANCE = new SignerProvider(NAME);

    private SignerProvider(String name) {
        super(name, "1", "Signatures of the signers of TLS identities");
        for (SignatureScheme scheme : SignatureScheme.values()) {
            putService(new SignatureService(this, JdkSignatureScheme.of(scheme).algorithm()));
        }
    }

    /** Returns the provider. */
    public static Provider instance() {
        return INSTANCE;
    }

    /**
     * Adds the provider to the end of the JVM's list, if it is not there. Applications in one JVM that have ParkTLS in
     * class loaders of their own each add their own provider, because the classes of their keys are different ones.
     */
    public static synchronized void install() {
        String name = NAME;
        for (int number = 2; ; number++) {
            Provider installed = Security.getProvider(name);
            if (installed instanceof SignerProvider) {
                return;
            }
            if (installed == null) {
                Security.addProvider(name.equals(NAME) ? INSTANCE : new SignerProvider(name));
                return;
            }
            name = NAME + "-" + number;
        }
    }

    /** A signature algorithm. */
    private static final class SignatureService extends Service {
        SignatureService(Provider provider, String algorithm) {
            super(provider, "Signature", algorithm, SignerSignature.class.getName(), null, null);
        }

        @Override
        public Object newInstance(Object parameter) {
            return new SignerSignature(getAlgorithm());
        }

        @Override
        public boolean supportsParameter(Object key) {
            return key instanceof SignerKey signerKey && signerKey.hasAlgorithm(getAlgorithm());
        }
    }
}
