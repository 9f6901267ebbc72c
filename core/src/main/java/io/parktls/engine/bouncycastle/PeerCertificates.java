package io.parktls.engine.bouncycastle;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.jspecify.annotations.Nullable;

/** Certificates as the JDK knows them, from a Certificate message. */
final class PeerCertificates {
    private PeerCertificates() {}

    static List<X509Certificate> of(@Nullable Certificate message) throws IOException {
        if (message == null || message.isEmpty()) {
            return List.of();
        }
        List<X509Certificate> chain = new ArrayList<>(message.getLength());
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (TlsCertificate certificate : message.getCertificateList()) {
                chain.add((X509Certificate)
                        factory.generateCertificate(new ByteArrayInputStream(certificate.getEncoded())));
            }
        } catch (CertificateException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "a certificate that cannot be parsed", e);
        }
        return chain;
    }

    /** The {@code authType} that JSSE's trust managers expect, from the kind of key. */
    static String authType(List<X509Certificate> chain, boolean is13, boolean client) {
        String algorithm = chain.getFirst().getPublicKey().getAlgorithm();
        if (client) {
            return algorithm;
        }
        if (is13) {
            return "UNKNOWN";
        }
        return algorithm.startsWith("RSA") ? "ECDHE_RSA" : "ECDHE_ECDSA";
    }
}
