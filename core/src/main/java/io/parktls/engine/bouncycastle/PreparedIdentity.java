package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import io.parktls.TlsIdentity;
import io.parktls.engine.IdentityChooser;
import io.parktls.engine.SigningKey;
import io.parktls.jca.JdkSignatureScheme;
import io.parktls.ocsp.Staples;
import java.security.InvalidKeyException;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Vector;
import java.util.function.Supplier;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.jspecify.annotations.Nullable;

/** An identity whose certificates are already encoded, so that handshakes need not encode them again. Immutable. */
final class PreparedIdentity {
    private final TlsIdentity identity;
    private final Map<SignatureScheme, JdkSigner> signers;
    private final TlsCertificate[] chain;
    private final Certificate certificate12;
    private final Certificate certificate13;
    private final Certificate compressible13;

    /** Null if the identity has no stapler. */
    private final @Nullable Staples staples;

    /**
     * Creates the signers of an identity.
     *
     * @param allowed the schemes that may be used to sign
     * @throws IllegalArgumentException if no provider can sign with the key, or a certificate cannot be encoded
     */
    PreparedIdentity(
            TlsIdentity identity,
            Supplier<SecureRandom> randoms,
            PreferredProviders preferred,
            List<SignatureScheme> allowed) {
        this.identity = identity;
        this.signers = signers(identity, randoms, preferred, allowed);
        this.chain = identity.chain().stream().map(PreparedIdentity::encode).toArray(TlsCertificate[]::new);
        this.certificate12 = new Certificate(chain);
        this.certificate13 = new Certificate(TlsUtils.EMPTY_BYTES, entries(List.of()));
        this.compressible13 = new CompressibleCertificate(entries(List.of()));
        this.staples = identity.stapler()
                .map(stapler -> new Staples(identity.chain(), stapler))
                .orElse(null);
    }

    private static TlsCertificate encode(X509Certificate certificate) {
        try {
            return new X509TlsCertificate(certificate);
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "cannot use the certificate of " + certificate.getSubjectX500Principal(), e);
        }
    }

    /** Returns a signer for each scheme that the key supports. */
    private static Map<SignatureScheme, JdkSigner> signers(
            TlsIdentity identity,
            Supplier<SecureRandom> randoms,
            PreferredProviders preferred,
            List<SignatureScheme> allowed) {
        SigningKey key = SigningKey.of(identity.chain().getFirst().getPublicKey());
        Map<SignatureScheme, JdkSigner> signers = new EnumMap<>(SignatureScheme.class);
        InvalidKeyException refusal = null;
        for (SignatureScheme scheme : allowed) {
            JdkSignatureScheme jdk = JdkSignatureScheme.of(scheme.code());
            if (jdk == null || !key.signs(scheme)) {
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
                    "no signature scheme for the key of " + identity + " among " + allowed
                            + ": TLS needs an RSA, P-256, P-384, P-521, Ed25519, Ed448 or, in TLS 1.3, ML-DSA key that"
                            + " a provider of this JVM can sign with",
                    refusal);
        }
        return signers;
    }

    /**
     * Returns this identity as a candidate for the {@link IdentityChooser}, with the schemes for which a provider can
     * sign.
     */
    IdentityChooser.Candidate candidate() {
        return new IdentityChooser.Candidate(identity, signers.keySet());
    }

    /** Returns whether a signature may wait for something outside of this JVM. */
    boolean mayWait() {
        return signers.values().stream().anyMatch(JdkSigner::mayWait);
    }

    /**
     * Returns the OCSP responses that a server staples at that time, in the order of the chain and with empty arrays
     * for certificates without one; an empty list if there are none.
     */
    List<byte[]> staples(Instant now) {
        return staples == null ? List.of() : staples.current(now);
    }

    /**
     * Returns the credentials for the handshake of a server, or of a client.
     *
     * @param requestContext the context of the CertificateRequest that a TLS 1.3 client answers; otherwise empty
     * @param stapled the OCSP responses that a server sends with the certificates, as {@link #staples} returns them. In
     *     TLS 1.2 a message of their own contains them
     * @param compress whether the peer of a server accepts a compressed certificate in TLS 1.3. With stapled responses
     *     the message differs with each of them, so it is not compressed
     */
    TlsCredentials credentials(
            SignatureScheme scheme,
            boolean is13,
            byte[] requestContext,
            List<byte[]> stapled,
            boolean compress,
            ForeignCalls foreignCalls) {
        Certificate message = certificate12;
        if (is13) {
            message = requestContext.length > 0 || !stapled.isEmpty()
                    ? new Certificate(requestContext, entries(stapled))
                    : compress ? compressible13 : certificate13;
        }
        return new JdkCredentials(Objects.requireNonNull(signers.get(scheme)), message, foreignCalls);
    }

    static SignatureAndHashAlgorithm algorithm(SignatureScheme scheme) {
        return SignatureAndHashAlgorithm.getInstance((short) (scheme.code() >>> 8), (short) (scheme.code() & 0xFF));
    }

    /** Returns the codes of a list of schemes in Bouncy Castle's form; null for no list. */
    static @Nullable List<Integer> codes(@Nullable Vector<?> algorithms) {
        if (algorithms == null) {
            return null;
        }
        Integer[] codes = new Integer[algorithms.size()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = org.bouncycastle.tls.SignatureScheme.from((SignatureAndHashAlgorithm) algorithms.get(i));
        }
        return List.of(codes);
    }

    private CertificateEntry[] entries(List<byte[]> stapled) {
        CertificateEntry[] entries = new CertificateEntry[chain.length];
        for (int i = 0; i < entries.length; i++) {
            byte[] response = stapled.isEmpty() ? TlsUtils.EMPTY_BYTES : stapled.get(i);
            entries[i] = new CertificateEntry(
                    chain[i], response.length == 0 ? null : CertificateStatuses.entryExtensions(response));
        }
        return entries;
    }
}
