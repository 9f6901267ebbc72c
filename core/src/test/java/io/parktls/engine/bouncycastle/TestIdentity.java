package io.parktls.engine.bouncycastle;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key pair of the JDK and a certificate for it. Those of the common types are created once for all tests. */
record TestIdentity(KeyPair pair, X509Certificate certificate) {
    private static final Map<String, TestIdentity> CACHE = new ConcurrentHashMap<>();
    private static final KeyPair ISSUER = generate("EC", new ECGenParameterSpec("secp256r1"));

    static TestIdentity p256() {
        return cached("EC", "secp256r1", new ECGenParameterSpec("secp256r1"));
    }

    static TestIdentity p384() {
        return cached("EC", "secp384r1", new ECGenParameterSpec("secp384r1"));
    }

    static TestIdentity p521() {
        return cached("EC", "secp521r1", new ECGenParameterSpec("secp521r1"));
    }

    static TestIdentity ed25519() {
        return cached("Ed25519", "", NamedParameterSpec.ED25519);
    }

    static TestIdentity ed448() {
        return cached("Ed448", "", NamedParameterSpec.ED448);
    }

    static TestIdentity rsa() {
        return cached("RSA", "", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
    }

    static TestIdentity rsaPss() {
        return cached("RSASSA-PSS", "", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4));
    }

    static TestIdentity mlDsa(String parameterSet) {
        return cached(parameterSet, "", new NamedParameterSpec(parameterSet));
    }

    /** Returns a P-256 key whose certificate has a given key usage. */
    static TestIdentity withKeyUsage(int keyUsage) {
        return issue(generate("EC", new ECGenParameterSpec("secp256r1")), keyUsage);
    }

    PrivateKey privateKey() {
        return pair.getPrivate();
    }

    private static TestIdentity cached(String algorithm, String variant, AlgorithmParameterSpec parameters) {
        return CACHE.computeIfAbsent(
                algorithm + variant, key -> issue(generate(algorithm, parameters), KeyUsage.digitalSignature));
    }

    private static KeyPair generate(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static TestIdentity issue(KeyPair pair, int keyUsage) {
        try {
            X500Name name = new X500Name("CN=localhost");
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minus(1, ChronoUnit.DAYS)),
                    Date.from(now.plus(1, ChronoUnit.DAYS)),
                    name,
                    pair.getPublic());
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(ISSUER.getPrivate())));
            return new TestIdentity(pair, certificate);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
