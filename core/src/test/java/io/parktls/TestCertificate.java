package io.parktls;

import java.math.BigInteger;
import java.security.AsymmetricKey;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate and its key, created for a test. The builder's defaults produce a valid server certificate; each of its
 * methods changes one property.
 */
public record TestCertificate(X509Certificate certificate, PrivateKey privateKey, List<X509Certificate> issuers) {
    /** id-kp-serverAuth (RFC 5280 4.2.1.12). */
    public static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

    /** id-kp-clientAuth (RFC 5280 4.2.1.12). */
    public static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    private static final AtomicLong SERIAL = new AtomicLong(1);

    /** Returns a builder of a certificate with that subject. */
    public static Builder of(TestPki.KeyKind kind, String subject) {
        return new Builder(kind, subject);
    }

    /** Creates a root authority. */
    public static TestCertificate authority(TestPki.KeyKind kind, String subject) {
        return of(kind, subject).authority().selfSigned();
    }

    /** Returns an identity with this certificate and its issuers, without the root. */
    public TlsIdentity identity() {
        Stream<X509Certificate> intermediates = issuers.stream()
                .filter(issuer -> !issuer.getSubjectX500Principal().equals(issuer.getIssuerX500Principal()));
        return TlsIdentity.of(
                privateKey, Stream.concat(Stream.of(certificate), intermediates).toArray(X509Certificate[]::new));
    }

    /** A builder of certificates. */
    public static final class Builder {
        private final TestPki.KeyKind kind;
        private final X500Name subject;
        private Instant notBefore = Instant.now().minus(Duration.ofDays(1));
        private Instant notAfter = Instant.now().plus(Duration.ofDays(30));
        private List<GeneralName> names = List.of();
        private @Nullable String crl;
        private int keyUsage = KeyUsage.digitalSignature;
        private List<String> purposes = List.of(SERVER_AUTH);
        private boolean authority;
        private @Nullable KeyPair keyPair;
        private @Nullable String signatureAlgorithm;
        private @Nullable String responder;
        private boolean mustStaple;

        private Builder(TestPki.KeyKind kind, String subject) {
            this.kind = kind;
            this.subject = new X500Name("CN=" + subject);
        }

        /** Sets the DNS names and addresses of the subjectAltName extension. By default the extension is absent. */
        public Builder names(String... hosts) {
            names = Arrays.stream(hosts)
                    .map(host -> new GeneralName(
                            host.matches("[0-9]+([.][0-9]+){3}|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName,
                            host))
                    .toList();
            return this;
        }

        /** Adds a name of type dNSName, even if it looks like an address. */
        public Builder dnsName(String name) {
            names = Stream.concat(names.stream(), Stream.of(new GeneralName(GeneralName.dNSName, name)))
                    .toList();
            return this;
        }

        /** Names the URL of the issuer's CRL (RFC 5280 4.2.1.13). By default the extension is absent. */
        public Builder crl(String url) {
            crl = url;
            return this;
        }

        public Builder validity(Instant from, Instant until) {
            notBefore = from;
            notAfter = until;
            return this;
        }

        /** Sets the bits of {@link KeyUsage}; 0 omits the extension. */
        public Builder keyUsage(int bits) {
            keyUsage = bits;
            return this;
        }

        /** Sets the object identifiers of the extended key usage; none omits the extension. */
        public Builder purposes(String... allowed) {
            purposes = List.of(allowed);
            return this;
        }

        public Builder authority() {
            authority = true;
            keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
            purposes = List.of();
            return this;
        }

        public Builder keyPair(KeyPair pair) {
            keyPair = pair;
            return this;
        }

        /** Sets the signature algorithm. The default is one that matches the issuer's key. */
        public Builder signatureAlgorithm(String algorithm) {
            signatureAlgorithm = algorithm;
            return this;
        }

        /** Names an OCSP responder (RFC 5280 4.2.2.1). By default the extension is absent. */
        public Builder responder(String uri) {
            responder = uri;
            return this;
        }

        /** Requires a stapled OCSP response (RFC 7633). */
        public Builder mustStaple() {
            mustStaple = true;
            return this;
        }

        public TestCertificate selfSigned() {
            KeyPair pair = pair();
            X509Certificate certificate = sign(pair, subject, pair.getPrivate());
            return new TestCertificate(certificate, pair.getPrivate(), List.of());
        }

        public TestCertificate issuedBy(TestCertificate issuer) {
            KeyPair pair = pair();
            X500Name issuerName = X500Name.getInstance(
                    issuer.certificate.getSubjectX500Principal().getEncoded());
            List<X509Certificate> issuers = new ArrayList<>(List.of(issuer.certificate));
            issuers.addAll(issuer.issuers);
            return new TestCertificate(
                    sign(pair, issuerName, issuer.privateKey), pair.getPrivate(), List.copyOf(issuers));
        }

        private KeyPair pair() {
            return keyPair == null ? kind.generate() : keyPair;
        }

        private X509Certificate sign(KeyPair pair, X500Name issuer, PrivateKey signer) {
            try {
                JcaX509v3CertificateBuilder certificate = new JcaX509v3CertificateBuilder(
                        issuer,
                        BigInteger.valueOf(SERIAL.getAndIncrement()),
                        Date.from(notBefore),
                        Date.from(notAfter),
                        subject,
                        pair.getPublic());
                certificate.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
                if (crl != null) {
                    GeneralName url = new GeneralName(GeneralName.uniformResourceIdentifier, crl);
                    certificate.addExtension(
                            Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
                                new DistributionPoint(new DistributionPointName(new GeneralNames(url)), null, null)
                            }));
                }
                // OpenSSL 3 and GnuTLS need it to distinguish authorities with the same name.
                certificate.addExtension(
                        Extension.subjectKeyIdentifier,
                        false,
                        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
                if (keyUsage != 0) {
                    certificate.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
                }
                if (!purposes.isEmpty()) {
                    certificate.addExtension(
                            Extension.extendedKeyUsage,
                            false,
                            new ExtendedKeyUsage(purposes.stream()
                                    .map(ASN1ObjectIdentifier::new)
                                    .map(KeyPurposeId::getInstance)
                                    .toArray(KeyPurposeId[]::new)));
                }
                if (responder != null) {
                    certificate.addExtension(
                            Extension.authorityInfoAccess,
                            false,
                            new AuthorityInformationAccess(
                                    AccessDescription.id_ad_ocsp,
                                    new GeneralName(GeneralName.uniformResourceIdentifier, responder)));
                }
                if (mustStaple) {
                    certificate.addExtension(
                            new ASN1ObjectIdentifier("1.3.6.1.5.5.7.1.24"), false, new DERSequence(new ASN1Integer(5)));
                }
                if (!names.isEmpty()) {
                    certificate.addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(names.toArray(GeneralName[]::new)));
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(certificate.build(new JcaContentSignerBuilder(
                                        signatureAlgorithm == null ? signatureAlgorithm(signer) : signatureAlgorithm)
                                .build(signer)));
            } catch (Exception e) {
                throw new AssertionError("cannot make a test certificate", e);
            }
        }

        private static String signatureAlgorithm(PrivateKey key) {
            return switch (key.getAlgorithm()) {
                case "RSA" -> "SHA256withRSA";
                case "EC" ->
                    ((ECKey) key).getParams().getOrder().bitLength() > 256 ? "SHA384withECDSA" : "SHA256withECDSA";
                case "ML-DSA" ->
                    ((AsymmetricKey) key).getParams() instanceof NamedParameterSpec named ? named.getName() : "ML-DSA";
                default -> "Ed25519";
            };
        }
    }
}
