package io.parktls.engine.jsse;

import io.parktls.TlsIdentity;
import io.parktls.engine.SigningKey;
import io.parktls.pki.DelegatingCertificate;
import io.parktls.signer.SignerKey;
import io.parktls.signer.SignerProvider;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.jspecify.annotations.Nullable;

/**
 * An identity in the form that a JSSE provider expects, with the provider's own name for the key's algorithm. SunJSSE
 * and Bouncy Castle's provider compare the value of {@code Key.getAlgorithm()}, and treat a key with another name as a
 * key of another type. The former uses {@code EdDSA} where the latter uses {@code Ed25519}, and keys from a provider's
 * key store have that provider's names. Immutable.
 *
 * @param key the type of the key
 * @param chain the certificates, starting with the one of the key
 * @param privateKey the private key
 */
record JsseIdentity(SigningKey key, List<X509Certificate> chain, PrivateKey privateKey) {
    private static final String SUN_JSSE = "SunJSSE";

    /**
     * Returns the identities that the JSSE engine can use with a provider, and logs a warning for each of the others. Prepares the JVM
     * for the keys of signers.
     *
     * @throws IllegalArgumentException if there are identities, but the provider can use none; or if it cannot use
     *     signers and one of the identities has one
     */
    static List<TlsIdentity> usable(List<TlsIdentity> wanted, Provider provider) {
        if (wanted.stream().anyMatch(identity -> identity.privateKey() instanceof SignerKey)) {
            if (!provider.getName().equals(SUN_JSSE)) {
                throw new IllegalArgumentException("the JSSE provider " + provider.getName()
                        + " cannot use a TlsSigner, because it passes hashes instead of messages to a signature: use the"
                        + " JDK's provider, or the Bouncy Castle engine");
            }
            SignerProvider.install();
        }
        List<TlsIdentity> usable =
                wanted.stream().filter(identity -> !isMlDsa(identity)).toList();
        if (usable.isEmpty() && !wanted.isEmpty()) {
            throw new IllegalArgumentException("the JSSE engine cannot sign with ML-DSA, the key of " + wanted
                    + ": add an identity with another key, or use the Bouncy Castle engine");
        }
        if (usable.size() < wanted.size()) {
            LogManager.getLogger(JsseIdentity.class)
                    .warn(
                            "identities with an ML-DSA key are not used, because the JSSE engine cannot sign with it: {}",
                            wanted);
        }
        return usable;
    }

    /** The JDK 25's JSSE has no ML-DSA, and Bouncy Castle's can use only keys of its own classes. */
    private static boolean isMlDsa(TlsIdentity identity) {
        return switch (SigningKey.of(identity.chain().getFirst().getPublicKey()).type()) {
            case MLDSA44, MLDSA65, MLDSA87 -> true;
            default -> false;
        };
    }

    /**
     * Converts an identity.
     *
     * @param namesCurves whether the provider names EdDSA keys after their curve
     */
    static JsseIdentity of(TlsIdentity identity, boolean namesCurves) {
        X509Certificate leaf = identity.chain().getFirst();
        SigningKey key = SigningKey.of(leaf.getPublicKey());
        String name = algorithm(key, namesCurves, leaf.getPublicKey().getAlgorithm());
        X509Certificate[] chain = identity.chain().toArray(X509Certificate[]::new);
        if (!name.equals(leaf.getPublicKey().getAlgorithm())) {
            chain[0] = new RenamedCertificate(leaf, renamed(leaf.getPublicKey(), name));
        }
        return new JsseIdentity(key, List.of(chain), renamed(identity.privateKey(), name));
    }

    private static String algorithm(SigningKey key, boolean namesCurves, String otherwise) {
        return switch (key.type()) {
            case EC -> "EC";
            case ED25519 -> namesCurves ? "Ed25519" : "EdDSA";
            case ED448 -> namesCurves ? "Ed448" : "EdDSA";
            case RSA -> "RSA";
            case RSASSA_PSS -> "RSASSA-PSS";
            case MLDSA44, MLDSA65, MLDSA87, OTHER -> otherwise;
        };
    }

    /** Returns the key with a given algorithm name: converted by a provider that uses the name, or else wrapped. */
    private static PublicKey renamed(PublicKey key, String name) {
        X509EncodedKeySpec encoded = new X509EncodedKeySpec(key.getEncoded());
        PublicKey converted = converted(name, factory -> factory.generatePublic(encoded));
        return converted == null ? new RenamedPublicKey(key, name) : converted;
    }

    /**
     * Returns the key with a given algorithm name, in the same way. A key that cannot be extracted stays unchanged,
     * because only its own provider can sign with it, and would not recognize it under another name.
     */
    private static PrivateKey renamed(PrivateKey key, String name) {
        byte[] encoded = key.getEncoded();
        if (encoded == null || name.equals(key.getAlgorithm())) {
            return key;
        }
        PrivateKey converted = converted(name, factory -> factory.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
        if (converted != null) {
            return converted;
        }
        return key instanceof EdECPrivateKey edwards ? new RenamedPrivateKey(edwards, name) : key;
    }

    private interface Converter<K extends Key> {
        K convert(KeyFactory factory) throws GeneralSecurityException;
    }

    /** Returns the key as converted by the first installed provider that uses the name; null if none does. */
    private static <K extends Key> @Nullable K converted(String name, Converter<K> converter) {
        Provider @Nullable [] providers = Security.getProviders("KeyFactory." + name);
        for (Provider provider : providers == null ? new Provider[0] : providers) {
            try {
                K converted = converter.convert(KeyFactory.getInstance(name, provider));
                if (converted.getAlgorithm().equals(name)) {
                    return converted;
                }
            } catch (GeneralSecurityException | RuntimeException e) {
                // The next provider may support the key.
            }
        }
        return null;
    }

    /** A certificate whose public key has another algorithm name. */
    private static final class RenamedCertificate extends DelegatingCertificate {
        private static final long serialVersionUID = 1L;

        private final transient PublicKey key;

        RenamedCertificate(X509Certificate certificate, PublicKey key) {
            super(certificate);
            this.key = key;
        }

        @Override
        public PublicKey getPublicKey() {
            return key;
        }
    }

    /** A public key with another algorithm name. Providers read it through its encoding. */
    private static final class RenamedPublicKey implements PublicKey {
        private static final long serialVersionUID = 1L;

        private final transient PublicKey key;
        private final String algorithm;

        RenamedPublicKey(PublicKey key, String algorithm) {
            this.key = key;
            this.algorithm = algorithm;
        }

        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return key.getFormat();
        }

        @Override
        public byte[] getEncoded() {
            return key.getEncoded();
        }
    }

    /**
     * A private key of the JDK with another algorithm name. The JDK reads it through its interface, other providers
     * through its encoding.
     */
    private static final class RenamedPrivateKey implements EdECPrivateKey {
        private static final long serialVersionUID = 1L;

        private final transient EdECPrivateKey key;
        private final String algorithm;

        RenamedPrivateKey(EdECPrivateKey key, String algorithm) {
            this.key = key;
            this.algorithm = algorithm;
        }

        @Override
        public NamedParameterSpec getParams() {
            return key.getParams();
        }

        @Override
        public Optional<byte[]> getBytes() {
            return key.getBytes();
        }

        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return key.getFormat();
        }

        @Override
        public byte[] getEncoded() {
            return key.getEncoded();
        }
    }
}
