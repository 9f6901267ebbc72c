package io.parktls.engine.bouncycastle;

import io.parktls.SignatureScheme;
import io.parktls.TlsIdentity;
import java.io.IOException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/** An identity with everything encoded that each handshake would otherwise encode again. Immutable. */
final class PreparedIdentity {
    private final TlsIdentity identity;
    private final List<SignatureScheme> schemes;
    private final TlsCertificate[] chain;

    PreparedIdentity(TlsIdentity identity, TlsCrypto crypto) {
        this.identity = identity;
        this.schemes = schemesFor(identity.chain().getFirst().getPublicKey());
        this.chain = identity.chain().stream()
                .map(certificate -> encode(certificate, crypto))
                .toArray(TlsCertificate[]::new);
    }

    private static TlsCertificate encode(X509Certificate certificate, TlsCrypto crypto) {
        try {
            return crypto.createCertificate(certificate.getEncoded());
        } catch (IOException | CertificateEncodingException e) {
            throw new IllegalArgumentException(
                    "cannot use the certificate of " + certificate.getSubjectX500Principal(), e);
        }
    }

    private static List<SignatureScheme> schemesFor(PublicKey key) {
        return SignatureScheme.all().stream()
                .filter(scheme -> fits(scheme, key))
                .toList();
    }

    private static boolean fits(SignatureScheme scheme, PublicKey key) {
        String name = scheme.standardName();
        return switch (key.getAlgorithm()) {
            case "EC" ->
                name.startsWith("ecdsa_")
                        && key instanceof ECPublicKey ec
                        && name.contains("_secp" + ec.getParams().getOrder().bitLength() + "r1_");
            case "RSA" -> name.startsWith("rsa_pss_rsae_") || name.startsWith("rsa_pkcs1_");
            case "RSASSA-PSS" -> name.startsWith("rsa_pss_pss_");
            case "EdDSA", "Ed25519", "Ed448" ->
                name.equalsIgnoreCase(
                        key instanceof java.security.interfaces.EdECKey ed
                                ? ed.getParams().getName()
                                : "");
            default -> false;
        };
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
        List<SignatureAndHashAlgorithm> peer = new ArrayList<>();
        offered.forEach(algorithm -> peer.add((SignatureAndHashAlgorithm) algorithm));
        return schemes.stream()
                .filter(scheme -> !(is13 && scheme.standardName().startsWith("rsa_pkcs1_")))
                .filter(scheme -> peer.contains(algorithm(scheme)))
                .findFirst();
    }

    static SignatureAndHashAlgorithm algorithm(SignatureScheme scheme) {
        return SignatureAndHashAlgorithm.getInstance((short) (scheme.code() >>> 8), (short) (scheme.code() & 0xFF));
    }

    /** The Certificate message of TLS 1.3, for that request of a certificate, or an empty one for a server. */
    Certificate certificate13(byte[] requestContext) {
        CertificateEntry[] entries = new CertificateEntry[chain.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new CertificateEntry(chain[i], null);
        }
        return new Certificate(requestContext, entries);
    }

    /** The Certificate message of a TLS 1.3 server. */
    Certificate certificate13() {
        return certificate13(TlsUtils.EMPTY_BYTES);
    }

    /** The Certificate message of TLS 1.2. */
    Certificate certificate12() {
        return new Certificate(chain);
    }
}
