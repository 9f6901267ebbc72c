package io.parktls.engine.bouncycastle;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import io.parktls.pki.Printable;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.jspecify.annotations.Nullable;

/** Converts the certificates of a Certificate message for the JDK, and checks their signatures. */
final class PeerCertificates {
    private PeerCertificates() {}

    static List<X509Certificate> of(@Nullable Certificate message) throws IOException {
        if (message == null || message.isEmpty()) {
            return List.of();
        }
        List<X509Certificate> chain = new ArrayList<>(message.getLength());
        for (TlsCertificate certificate : message.getCertificateList()) {
            chain.add(((X509TlsCertificate) certificate).certificate());
        }
        return chain;
    }

    /**
     * Refuses a chain that contains a signature over MD2, MD5 or SHA-1 (RFC 5246 7.4.2, RFC 8446 4.4.2.2, RFC 9155),
     * even if the trust manager would accept it. The last certificate is exempt, because its own signature proves
     * nothing. Algorithms without a TLS 1.2 code point, such as ML-DSA, are left to the trust manager.
     *
     * @throws TlsFatalAlert bad_certificate
     */
    static void requireStrongSignatures(List<X509Certificate> chain) throws TlsFatalAlert {
        for (X509Certificate certificate : chain.subList(0, Math.max(0, chain.size() - 1))) {
            String algorithm = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
            String hash = algorithm.equals("RSASSA-PSS") ? pssHash(certificate) : algorithm;
            if (hash.contains("SHA1") || hash.contains("SHA-1") || hash.contains("MD5") || hash.contains("MD2")) {
                throw new TlsFatalAlert(
                        AlertDescription.bad_certificate,
                        "the certificate of " + Printable.subject(certificate) + " is signed with "
                                + certificate.getSigAlgName() + " over a broken hash; it needs SHA-256 or better");
            }
        }
    }

    private static String pssHash(X509Certificate certificate) throws TlsFatalAlert {
        try {
            AlgorithmParameters parameters = JcaProviders.first(
                    "RSASSA-PSS", provider -> AlgorithmParameters.getInstance("RSASSA-PSS", provider));
            parameters.init(certificate.getSigAlgParams());
            return parameters
                    .getParameterSpec(PSSParameterSpec.class)
                    .getDigestAlgorithm()
                    .toUpperCase(Locale.ROOT);
        } catch (GeneralSecurityException | IOException e) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate, "a certificate has malformed RSASSA-PSS parameters", e);
        }
    }

    /** Returns the {@code authType} that JSSE's trust managers expect, which depends on the type of the key. */
    static String authType(List<X509Certificate> chain, boolean is13, boolean client) {
        String algorithm = JdkKeys.of(chain.getFirst()).getAlgorithm();
        if (client) {
            return algorithm;
        }
        if (is13) {
            return "UNKNOWN";
        }
        return algorithm.startsWith("RSA") ? "ECDHE_RSA" : "ECDHE_ECDSA";
    }
}
