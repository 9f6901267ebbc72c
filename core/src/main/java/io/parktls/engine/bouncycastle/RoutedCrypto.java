package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import java.io.IOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.MACAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.CryptoSignatureAlgorithm;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsCryptoUtils;
import org.bouncycastle.tls.crypto.TlsDHConfig;
import org.bouncycastle.tls.crypto.TlsDHDomain;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsHMAC;
import org.bouncycastle.tls.crypto.TlsHash;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.bouncycastle.tls.crypto.TlsKemDomain;
import org.bouncycastle.tls.crypto.TlsNonceGenerator;
import org.bouncycastle.tls.crypto.TlsSRP6Client;
import org.bouncycastle.tls.crypto.TlsSRP6Server;
import org.bouncycastle.tls.crypto.TlsSRP6VerifierGenerator;
import org.bouncycastle.tls.crypto.TlsSRPConfig;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.AbstractTlsCrypto;

/**
 * The cryptography for Bouncy Castle's protocol. Each primitive comes from the implementation that is fastest on this
 * JVM: elliptic curves from Bouncy Castle's lightweight API; hashes, HMAC, ML-KEM, RSA and signing from the JDK. A
 * preferred provider that has a key exchange replaces these.
 *
 * <p>Algorithms that ParkTLS does not support (static RSA, finite-field groups, CBC, SHA-1, SRP and others) are absent:
 * the {@code has} methods return false for them, and Bouncy Castle then neither offers nor accepts them.
 *
 * <p>Each connection has its own instance, whose only state is its source of randomness and its key pair. A subclass
 * overrides {@link #createCipher} with the connection's record protection.
 */
class RoutedCrypto extends AbstractTlsCrypto {
    private final SecureRandom random;
    private final KeyExchanges exchanges;
    private final X25519KeyPair x25519;

    RoutedCrypto(SecureRandom random) {
        this(random, KeyExchanges.LIGHTWEIGHT);
    }

    RoutedCrypto(SecureRandom random, KeyExchanges exchanges) {
        this.random = random;
        this.exchanges = exchanges;
        this.x25519 = exchanges.x25519(random);
    }

    @Override
    public TlsCipher createCipher(TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
            throws IOException {
        throw new TlsFatalAlert(AlertDescription.internal_error, "this crypto has no record protection");
    }

    @Override
    public SecureRandom getSecureRandom() {
        return random;
    }

    /**
     * Returns a generator of nonces, which are sent in the clear. They may come from the generator that also creates
     * keys, because the output of a DRBG reveals nothing about its state (NIST SP 800-90A). Bouncy Castle's additional
     * seed material is therefore not needed.
     */
    @Override
    public TlsNonceGenerator createNonceGenerator(byte[] additionalSeedMaterial) {
        return size -> {
            byte[] nonce = new byte[size];
            random.nextBytes(nonce);
            return nonce;
        };
    }

    @Override
    public TlsCertificate createCertificate(byte[] encoding) throws IOException {
        X509TlsCertificate certificate = new X509TlsCertificate(encoding);
        // Parsing here lets Bouncy Castle report a malformed certificate. A failure to parse it later would be
        // internal_error.
        certificate.certificate();
        return certificate;
    }

    @Override
    public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
        if (type != CertificateType.X509) {
            throw new TlsFatalAlert(AlertDescription.unsupported_certificate);
        }
        return createCertificate(encoding);
    }

    @Override
    public TlsECDomain createECDomain(TlsECConfig config) {
        int group = config.getNamedGroup();
        if (group == NamedGroup.x25519) {
            return () -> new X25519Agreement(this, x25519);
        }
        EcCurve curve = EcCurve.ofGroup(group);
        if (curve == null) {
            throw new IllegalArgumentException("unsupported group: " + group);
        }
        return () -> exchanges.ecdh(this, curve);
    }

    @Override
    public TlsKemDomain createKemDomain(TlsKemConfig config) {
        if (config.getNamedGroup() != NamedGroup.MLKEM768) {
            throw new IllegalArgumentException("unsupported group: " + config.getNamedGroup());
        }
        return config.isServer() ? () -> new MlKemServer(this) : () -> new MlKemClient(this);
    }

    @Override
    public TlsHash createHash(int cryptoHashAlgorithm) {
        return new JdkHash(JdkHashAlgorithm.of(cryptoHashAlgorithm));
    }

    @Override
    public TlsHMAC createHMAC(int macAlgorithm) {
        return createHMACForHash(TlsCryptoUtils.getHashForHMAC(macAlgorithm));
    }

    @Override
    public TlsHMAC createHMACForHash(int cryptoHashAlgorithm) {
        return new JdkHmac(JdkHashAlgorithm.of(cryptoHashAlgorithm));
    }

    @Override
    public TlsSecret createSecret(byte[] data) {
        return new JdkSecret(this, data.clone());
    }

    @Override
    public TlsSecret createHybridSecret(TlsSecret first, TlsSecret second) {
        return JdkSecret.concatenation(this, first, second);
    }

    @Override
    public TlsSecret hkdfInit(int cryptoHashAlgorithm) {
        return new JdkSecret(
                this, new byte[JdkHashAlgorithm.of(cryptoHashAlgorithm).outputLength()]);
    }

    @Override
    public boolean hasNamedGroup(int namedGroup) {
        return switch (namedGroup) {
            case NamedGroup.x25519,
                    NamedGroup.secp256r1,
                    NamedGroup.secp384r1,
                    NamedGroup.secp521r1,
                    NamedGroup.MLKEM768,
                    NamedGroup.X25519MLKEM768 -> true;
            default -> false;
        };
    }

    @Override
    public boolean hasECDHAgreement() {
        return true;
    }

    @Override
    public boolean hasKemAgreement() {
        return true;
    }

    @Override
    public boolean hasEncryptionAlgorithm(int encryptionAlgorithm) {
        return switch (encryptionAlgorithm) {
            case EncryptionAlgorithm.AES_128_GCM,
                    EncryptionAlgorithm.AES_256_GCM,
                    EncryptionAlgorithm.CHACHA20_POLY1305 -> true;
            default -> false;
        };
    }

    @Override
    public boolean hasCryptoHashAlgorithm(int cryptoHashAlgorithm) {
        return JdkHashAlgorithm.supports(cryptoHashAlgorithm);
    }

    @Override
    public boolean hasHKDFAlgorithm(int cryptoHashAlgorithm) {
        return JdkHashAlgorithm.supports(cryptoHashAlgorithm);
    }

    @Override
    public boolean hasMacAlgorithm(int macAlgorithm) {
        return switch (macAlgorithm) {
            case MACAlgorithm.hmac_sha256, MACAlgorithm.hmac_sha384, MACAlgorithm.hmac_sha512 -> true;
            default -> false;
        };
    }

    @Override
    public boolean hasCertificateType(short certificateType) {
        return certificateType == CertificateType.X509;
    }

    @Override
    public boolean hasSignatureAlgorithm(short signatureAlgorithm) {
        return switch (signatureAlgorithm) {
            case SignatureAlgorithm.rsa,
                    SignatureAlgorithm.ecdsa,
                    SignatureAlgorithm.ed25519,
                    SignatureAlgorithm.ed448,
                    SignatureAlgorithm.rsa_pss_rsae_sha256,
                    SignatureAlgorithm.rsa_pss_rsae_sha384,
                    SignatureAlgorithm.rsa_pss_rsae_sha512,
                    SignatureAlgorithm.rsa_pss_pss_sha256,
                    SignatureAlgorithm.rsa_pss_pss_sha384,
                    SignatureAlgorithm.rsa_pss_pss_sha512 -> true;
            default -> false;
        };
    }

    @Override
    public boolean hasCryptoSignatureAlgorithm(int cryptoSignatureAlgorithm) {
        return switch (cryptoSignatureAlgorithm) {
            case CryptoSignatureAlgorithm.rsa,
                    CryptoSignatureAlgorithm.ecdsa,
                    CryptoSignatureAlgorithm.ed25519,
                    CryptoSignatureAlgorithm.ed448,
                    CryptoSignatureAlgorithm.rsa_pss_rsae_sha256,
                    CryptoSignatureAlgorithm.rsa_pss_rsae_sha384,
                    CryptoSignatureAlgorithm.rsa_pss_rsae_sha512,
                    CryptoSignatureAlgorithm.rsa_pss_pss_sha256,
                    CryptoSignatureAlgorithm.rsa_pss_pss_sha384,
                    CryptoSignatureAlgorithm.rsa_pss_pss_sha512 -> true;
            default -> false;
        };
    }

    @Override
    public boolean hasSignatureAndHashAlgorithm(SignatureAndHashAlgorithm algorithm) {
        return hasSignatureScheme(org.bouncycastle.tls.SignatureScheme.from(algorithm));
    }

    @Override
    public boolean hasSignatureScheme(int signatureScheme) {
        return SignatureScheme.of(signatureScheme).isPresent();
    }

    /** Returns true, because all verifiers of TLS 1.2 need the message, see {@link Tls12Verifier}. */
    @Override
    @SuppressWarnings("rawtypes")
    public boolean hasAnyStreamVerifiers(Vector signatureAndHashAlgorithms) {
        return true;
    }

    @Override
    public boolean hasAnyStreamVerifiersLegacy(short[] clientCertificateTypes) {
        return false;
    }

    @Override
    public boolean hasDHAgreement() {
        return false;
    }

    @Override
    public boolean hasRSAEncryption() {
        return false;
    }

    @Override
    public boolean hasSRPAuthentication() {
        return false;
    }

    @Override
    public TlsDHDomain createDHDomain(TlsDHConfig config) {
        throw new UnsupportedOperationException("finite-field groups are not supported");
    }

    @Override
    public TlsSecret generateRSAPreMasterSecret(ProtocolVersion clientVersion) {
        throw new UnsupportedOperationException("RSA key exchange is not supported");
    }

    @Override
    public TlsSRP6Client createSRP6Client(TlsSRPConfig config) {
        throw new UnsupportedOperationException("SRP is not supported");
    }

    @Override
    public TlsSRP6Server createSRP6Server(TlsSRPConfig config, BigInteger verifier) {
        throw new UnsupportedOperationException("SRP is not supported");
    }

    @Override
    public TlsSRP6VerifierGenerator createSRP6VerifierGenerator(TlsSRPConfig config) {
        throw new UnsupportedOperationException("SRP is not supported");
    }
}
