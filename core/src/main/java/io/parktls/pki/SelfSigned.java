package io.parktls.pki;

import io.parktls.jca.Drbg;
import io.parktls.jca.JcaProviders;
import io.parktls.jca.X509Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A new ECDSA P-256 key pair and a self-signed certificate for it, for tests and experiments. The certificate is valid
 * for 30 days.
 */
public record SelfSigned(KeyPair keyPair, X509Certificate certificate) {
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final Duration LIFETIME = Duration.ofDays(30);
    /** RFC 5280 A.1, ub-common-name. */
    private static final int MAX_COMMON_NAME_LENGTH = 64;

    /**
     * Generates a key pair and a certificate for the given hosts.
     *
     * @param hosts host names, wildcards such as {@code *.example.com}, or IP addresses
     * @throws IllegalArgumentException if there is no host, or one is neither a name, nor a wildcard, nor an IP address
     */
    public static SelfSigned forHosts(String... hosts) {
        if (hosts.length == 0) {
            throw new IllegalArgumentException(
                    "a self-signed certificate needs a host: a name like localhost, or an IP address");
        }
        GeneralNames names = new GeneralNames(
                Arrays.stream(hosts).map(SelfSigned::generalName).toArray(GeneralName[]::new));
        try {
            X500Name subject = subject(hosts[0]);
            return JcaProviders.first("ECDSA P-256", provider -> make(subject, names, provider));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no security provider can generate an ECDSA P-256 key and certificate", e);
        }
    }

    private static SelfSigned make(X500Name subject, GeneralNames names, Provider provider)
            throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", provider);
        generator.initialize(new ECGenParameterSpec("secp256r1"), Drbg.shared());
        KeyPair keyPair = generator.generateKeyPair();
        try {
            return new SelfSigned(keyPair, sign(keyPair, subject, names, provider));
        } catch (OperatorCreationException | IOException e) {
            throw new GeneralSecurityException("cannot sign the certificate with provider " + provider.getName(), e);
        }
    }

    private static X509Certificate sign(KeyPair keyPair, X500Name subject, GeneralNames names, Provider provider)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        Instant now = Instant.now();
        // RFC 5280 4.1.2.2: the serial number must be positive; it is random so that it cannot be predicted.
        BigInteger serial = new BigInteger(126, Drbg.shared()).setBit(126);
        JcaX509v3CertificateBuilder certificate = new JcaX509v3CertificateBuilder(
                subject,
                serial,
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(LIFETIME)),
                subject,
                keyPair.getPublic());
        certificate
                .addExtension(Extension.subjectAlternativeName, false, names)
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                }));
        byte[] signed = certificate
                .build(new JcaContentSignerBuilder("SHA256withECDSA")
                        .setProvider(provider)
                        .build(keyPair.getPrivate()))
                .getEncoded();
        return X509Certificates.parse(new ByteArrayInputStream(signed));
    }

    private static X500Name subject(String host) {
        String commonName = host.length() <= MAX_COMMON_NAME_LENGTH ? host : "self-signed";
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }

    private static GeneralName generalName(String host) {
        byte[] address = HostNames.toAddress(host);
        if (address != null) {
            return new GeneralName(GeneralName.iPAddress, new DEROctetString(address));
        }
        boolean wildcard = host.startsWith("*.");
        String name = HostNames.toAscii(wildcard ? host.substring(2) : host);
        if (name == null) {
            throw new IllegalArgumentException("neither a host name nor an IP address: " + Secrets.quotedHost(host)
                    + ": give a name without scheme and port, such as localhost or *.example.com");
        }
        return new GeneralName(GeneralName.dNSName, wildcard ? "*." + name : name);
    }
}
