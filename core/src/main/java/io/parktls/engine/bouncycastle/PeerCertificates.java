package io.parktls.engine.bouncycastle;

import io.parktls.jca.JdkKeys;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.tls.Certificate;
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
        for (TlsCertificate certificate : message.getCertificateList()) {
            chain.add(((X509TlsCertificate) certificate).certificate());
        }
        return chain;
    }

    /** The {@code authType} that JSSE's trust managers expect, from the kind of key. */
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
