package io.parktls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * Small public key infrastructures for tests: an authority for each kind of key, and valid and invalid certificates
 * from it. Everything is created in memory at the first use, once per JVM.
 *
 * <p>Valid server certificates are for {@code localhost}, {@code example.test}, 127.0.0.1 and ::1.
 */
public final class TestPki {
    /** The hosts of the valid server certificates. */
    public static final List<String> HOSTS = List.of("localhost", "example.test", "127.0.0.1", "::1");

    /** The kinds of keys of authorities and of their certificates. */
    public enum KeyKind {
        RSA_2048("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
        ECDSA_P256("EC", new ECGenParameterSpec("secp256r1")),
        ECDSA_P384("EC", new ECGenParameterSpec("secp384r1")),
        ED25519("Ed25519", NamedParameterSpec.ED25519);

        private final String algorithm;
        private final AlgorithmParameterSpec parameters;

        KeyKind(String algorithm, AlgorithmParameterSpec parameters) {
            this.algorithm = algorithm;
            this.parameters = parameters;
        }

        /** Generates a new key pair. */
        public KeyPair generate() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                generator.initialize(parameters);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new AssertionError("cannot make a key of " + this, e);
            }
        }
    }

    private static final Map<KeyKind, TestCertificate> AUTHORITIES = new ConcurrentHashMap<>();
    private static final Map<String, TlsIdentity> IDENTITIES = new ConcurrentHashMap<>();

    private TestPki() {}

    /** Returns the authority for keys of that kind, which {@link #trust()} trusts. */
    public static TestCertificate authority(KeyKind kind) {
        return AUTHORITIES.computeIfAbsent(kind, k -> TestCertificate.authority(k, "Test CA " + k));
    }

    /** Returns the certificate of the {@link #authority}. */
    public static X509Certificate ca(KeyKind kind) {
        return authority(kind).certificate();
    }

    /** Returns a trust in all test authorities. */
    public static TlsTrust trust() {
        return AllTrust.TRUST;
    }

    /** Returns a trust in that test authority only. */
    public static TlsTrust trust(KeyKind kind) {
        return trust(List.of(ca(kind)));
    }

    /** Returns a valid server identity. */
    public static TlsIdentity server(KeyKind kind) {
        return cached("server", kind, () -> goodServer(kind).issuedBy(authority(kind)));
    }

    /** Returns a valid client identity. */
    public static TlsIdentity client(KeyKind kind) {
        return cached(
                "client",
                kind,
                () -> TestCertificate.of(kind, "test client")
                        .purposes(TestCertificate.CLIENT_AUTH)
                        .issuedBy(authority(kind)));
    }

    /** Returns a valid server identity with that many intermediate authorities. */
    public static TlsIdentity chain(KeyKind kind, int intermediates) {
        return cached("chain of " + intermediates, kind, () -> {
            TestCertificate issuer = authority(kind);
            // One key for all intermediates: a long chain of RSA keys takes seconds to generate.
            KeyPair pair = kind.generate();
            for (int i = 1; i <= intermediates; i++) {
                issuer = TestCertificate.of(kind, "Test CA " + kind + " intermediate " + i)
                        .keyPair(pair)
                        .authority()
                        .issuedBy(issuer);
            }
            return goodServer(kind).issuedBy(issuer);
        });
    }

    /** Returns a server identity whose certificate expired yesterday. */
    public static TlsIdentity expired(KeyKind kind) {
        Instant now = Instant.now();
        return cached(
                "expired",
                kind,
                () -> goodServer(kind)
                        .validity(now.minus(Duration.ofDays(30)), now.minus(Duration.ofDays(1)))
                        .issuedBy(authority(kind)));
    }

    /** Returns a server identity whose certificate is valid from tomorrow. */
    public static TlsIdentity notYetValid(KeyKind kind) {
        Instant now = Instant.now();
        return cached(
                "not yet valid",
                kind,
                () -> goodServer(kind)
                        .validity(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(30)))
                        .issuedBy(authority(kind)));
    }

    /** Returns a server identity whose certificate is for {@code elsewhere.test} only. */
    public static TlsIdentity wrongHost(KeyKind kind) {
        return cached(
                "wrong host",
                kind,
                () -> goodServer(kind).names("elsewhere.test").issuedBy(authority(kind)));
    }

    /** Returns a server identity from an untrusted authority. */
    public static TlsIdentity unknownCa(KeyKind kind) {
        return cached(
                "unknown CA",
                kind,
                () -> goodServer(kind).issuedBy(TestCertificate.authority(kind, "Unknown CA " + kind)));
    }

    /** Returns a server identity with a self-signed certificate. */
    public static TlsIdentity selfSigned(KeyKind kind) {
        return cached("self-signed", kind, () -> goodServer(kind).selfSigned());
    }

    /** Returns a server identity whose certificate is for TLS clients only. */
    public static TlsIdentity wrongExtendedKeyUsage(KeyKind kind) {
        return cached(
                "wrong extended key usage",
                kind,
                () -> goodServer(kind).purposes(TestCertificate.CLIENT_AUTH).issuedBy(authority(kind)));
    }

    /** Returns a server identity whose key usage does not include signatures. */
    public static TlsIdentity wrongKeyUsage(KeyKind kind) {
        return cached(
                "wrong key usage",
                kind,
                () -> goodServer(kind)
                        .keyUsage(KeyUsage.keyEncipherment | KeyUsage.keyAgreement)
                        .issuedBy(authority(kind)));
    }

    /**
     * Returns a builder with all properties of a valid server certificate except the issuer, which a test may change.
     */
    public static TestCertificate.Builder goodServer(KeyKind kind) {
        return TestCertificate.of(kind, "test server").names(HOSTS.toArray(String[]::new));
    }

    /**
     * Writes the files that a foreign peer needs: {@code chain.pem}, {@code key.pem} (PKCS#8) and {@code ca.pem} with
     * all authorities that {@link #trust()} trusts.
     */
    public static void writePem(TlsIdentity identity, Path directory) throws IOException {
        Files.writeString(directory.resolve("chain.pem"), pem(identity.chain()));
        Files.writeString(directory.resolve("key.pem"), pem("PRIVATE KEY", pkcs8(identity)));
        Files.writeString(directory.resolve("ca.pem"), pem(authorities()));
    }

    /** Encodes the key with its public key, which GnuTLS requires, RFC 5915 makes optional and the JDK omits. */
    private static byte[] pkcs8(TlsIdentity identity) throws IOException {
        if (!(identity.privateKey() instanceof ECPrivateKey key)) {
            return identity.privateKey().getEncoded();
        }
        AlgorithmIdentifier algorithm =
                PrivateKeyInfo.getInstance(key.getEncoded()).getPrivateKeyAlgorithm();
        SubjectPublicKeyInfo publicKey = SubjectPublicKeyInfo.getInstance(
                identity.chain().getFirst().getPublicKey().getEncoded());
        return new PrivateKeyInfo(
                        algorithm,
                        new org.bouncycastle.asn1.sec.ECPrivateKey(
                                key.getParams().getOrder().bitLength(), key.getS(), publicKey.getPublicKeyData(), null))
                .getEncoded();
    }

    /** Encodes certificates as PEM. */
    public static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(pem("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new AssertionError(e);
            }
        }
        return text.toString();
    }

    /** Encodes one PEM block. */
    public static String pem(String type, byte[] content) {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }

    /** Returns a trust in the given authorities. */
    public static TlsTrust trust(List<X509Certificate> authorities) {
        return TlsTrust.of(keyStore(authorities));
    }

    /** Returns a key store with the certificates as trusted entries. */
    public static KeyStore keyStore(List<X509Certificate> authorities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("ca " + store.size(), authority);
            }
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Returns the authorities that {@link #trust()} trusts. */
    public static List<X509Certificate> authorities() {
        List<X509Certificate> authorities = new ArrayList<>();
        for (KeyKind kind : KeyKind.values()) {
            authorities.add(ca(kind));
        }
        return authorities;
    }

    private static TlsIdentity cached(String what, KeyKind kind, Supplier<TestCertificate> make) {
        return IDENTITIES.computeIfAbsent(what + " " + kind, name -> make.get().identity());
    }

    private static final class AllTrust {
        static final TlsTrust TRUST = trust(authorities());
    }
}
