package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import io.parktls.TlsIdentity;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Vector;
import java.util.function.Supplier;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.jspecify.annotations.Nullable;

/** An identity with everything encoded that each handshake would otherwise encode again. Immutable. */
final class PreparedIdentity {
    private final TlsIdentity identity;
    private final Map<SignatureScheme, JdkSigner> signers;
    private final TlsCertificate[] chain;
    private final Certificate certificate12;
    private final Certificate certificate13;

    PreparedIdentity(TlsIdentity identity, Supplier<SecureRandom> randoms, PreferredProviders preferred) {
        this.identity = identity;
        this.signers = signers(identity, randoms, preferred);
        this.chain = identity.chain().stream().map(PreparedIdentity::encode).toArray(TlsCertificate[]::new);
        this.certificate12 = new Certificate(chain);
        this.certificate13 = certificate13(TlsUtils.EMPTY_BYTES);
    }

    private static TlsCertificate encode(X509Certificate certificate) {
        try {
            return new X509TlsCertificate(certificate);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "cannot use the certificate of " + certificate.getSubjectX500Principal(), e);
        }
    }

    /** A signer for each scheme that the key is good for. */
    private static Map<SignatureScheme, JdkSigner> signers(
            TlsIdentity identity, Supplier<SecureRandom> randoms, PreferredProviders preferred) {
        PublicKey publicKey = identity.chain().getFirst().getPublicKey();
        Map<SignatureScheme, JdkSigner> signers = new EnumMap<>(SignatureScheme.class);
        InvalidKeyException refusal = null;
        for (SignatureScheme scheme : SignatureScheme.all()) {
            JdkSignatureScheme jdk = JdkSignatureScheme.of(scheme.code());
            if (jdk == null || !jdk.fits(publicKey) || !curveFits(jdk, publicKey)) {
                continue;
            }
            try {
                signers.put(scheme, new JdkSigner(identity.privateKey(), jdk, randoms, preferred));
            } catch (InvalidKeyException e) {
                refusal = e;
            }
        }
        if (signers.isEmpty()) {
            throw new IllegalArgumentException(
                    "no signature scheme for the key of " + identity
                            + ": TLS needs an RSA, P-256, P-384, P-521, Ed25519 or Ed448 key that a provider of this JVM can sign with",
                    refusal);
        }
        return signers;
    }

    /** RFC 8446 4.2.3 ties each ECDSA scheme to a curve; TLS 1.2 does not, but no peer minds. */
    private static boolean curveFits(JdkSignatureScheme scheme, PublicKey key) {
        return !(key instanceof ECPublicKey ec) || EcCurve.of(ec) == scheme.curve();
    }

    TlsIdentity identity() {
        return identity;
    }

    /**
     * The scheme to sign with.
     *
     * @param offered what the peer can verify, as Bouncy Castle lists it; null if it does not say, which leaves SHA-1
     * @param is13 whether PKCS#1 v1.5 is out of the question (RFC 8446 4.2.3)
     */
    Optional<SignatureScheme> scheme(@Nullable Vector<?> offered, boolean is13) {
        if (offered == null) {
            return Optional.empty();
        }
        for (SignatureScheme scheme : signers.keySet()) {
            boolean allowed = !is13 || !scheme.standardName().startsWith("rsa_pkcs1_");
            if (allowed && offered.contains(algorithm(scheme))) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    /** What signs the handshake of a server, or of a client that was asked for a certificate with that context. */
    TlsCredentials credentials(SignatureScheme scheme, boolean is13, byte[] requestContext) {
        Certificate message = certificate12;
        if (is13) {
            message = requestContext.length == 0 ? certificate13 : certificate13(requestContext);
        }
        return new JdkCredentials(Objects.requireNonNull(signers.get(scheme)), message);
    }

    static SignatureAndHashAlgorithm algorithm(SignatureScheme scheme) {
        return SignatureAndHashAlgorithm.getInstance((short) (scheme.code() >>> 8), (short) (scheme.code() & 0xFF));
    }

    private Certificate certificate13(byte[] requestContext) {
        CertificateEntry[] entries = new CertificateEntry[chain.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new CertificateEntry(chain[i], null);
        }
        return new Certificate(requestContext, entries);
    }
}
