package io.parktls.jca;

import java.io.InputStream;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses and verifies certificates with the JDK's own providers, and with other providers if the JDK's cannot.
 * Thread-safe.
 */
public final class X509Certificates {
    private X509Certificates() {}

    /**
     * Holds the provider of the certificate factory, which is looked up once. Each call of a parse method gets a new
     * factory.
     */
    private static final class Factory {
        static final Provider PROVIDER = provider();

        private static Provider provider() {
            try {
                return JcaProviders.first("X.509", provider -> CertificateFactory.getInstance("X.509", provider))
                        .getProvider();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("no provider of this JVM can parse X.509 certificates", e);
            }
        }
    }

    /**
     * Parses the next certificate of a stream, in DER or PEM.
     *
     * @throws CertificateException if it cannot be parsed
     */
    public static X509Certificate parse(InputStream input) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509", Factory.PROVIDER).generateCertificate(input);
    }

    /**
     * Parses all certificates of a stream, in DER, PEM or PKCS #7.
     *
     * @throws CertificateException if one cannot be parsed
     */
    public static List<X509Certificate> parseAll(InputStream input) throws CertificateException {
        return CertificateFactory.getInstance("X.509", Factory.PROVIDER).generateCertificates(input).stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /**
     * Verifies the signature of a certificate like {@link X509Certificate#verify(PublicKey)}, trying each provider in
     * turn until one accepts or rejects the signature.
     *
     * @throws SignatureException if the key did not sign the certificate
     * @throws InvalidKeyException if no provider can use the key for this signature algorithm
     */
    public static void verify(X509Certificate certificate, PublicKey issuer)
            throws CertificateException, NoSuchAlgorithmException, InvalidKeyException, SignatureException {
        PublicKey key = JdkKeys.of(issuer);
        List<Exception> failures = new ArrayList<>();
        for (Provider provider : JcaProviders.jdkFirst()) {
            try {
                certificate.verify(key, provider);
                return;
            } catch (SignatureException e) {
                throw e;
            } catch (NoSuchAlgorithmException | InvalidKeyException | RuntimeException e) {
                failures.add(e);
            }
        }
        InvalidKeyException none = new InvalidKeyException(
                "no provider can verify " + certificate.getSigAlgName() + " with a key of type " + key.getAlgorithm());
        failures.forEach(none::addSuppressed);
        throw none;
    }
}
