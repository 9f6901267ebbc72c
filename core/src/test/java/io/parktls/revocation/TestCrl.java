package io.parktls.revocation;

import io.parktls.TestCertificate;
import java.math.BigInteger;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** A builder of CRLs. The defaults produce a complete CRL that is valid for a day and lists nothing. */
final class TestCrl {
    private final TestCertificate issuer;
    private TestCertificate signer;
    private final List<X509Certificate> revoked = new ArrayList<>();
    private Instant thisUpdate = Instant.now().minus(Duration.ofHours(1));
    private @Nullable Instant nextUpdate = Instant.now().plus(Duration.ofDays(1));
    private @Nullable IssuingDistributionPoint scope;
    private boolean delta;
    private String algorithm = "SHA256withECDSA";

    private TestCrl(TestCertificate issuer) {
        this.issuer = issuer;
        this.signer = issuer;
    }

    static TestCrl of(TestCertificate issuer) {
        return new TestCrl(issuer);
    }

    TestCrl revoke(X509Certificate certificate) {
        revoked.add(certificate);
        return this;
    }

    /** @param until null for a CRL without nextUpdate */
    TestCrl validity(Instant from, @Nullable Instant until) {
        thisUpdate = from;
        nextUpdate = until;
        return this;
    }

    TestCrl expired() {
        return validity(Instant.now().minus(Duration.ofDays(9)), Instant.now().minus(Duration.ofDays(2)));
    }

    TestCrl signedBy(TestCertificate other) {
        signer = other;
        return this;
    }

    TestCrl algorithm(String name) {
        algorithm = name;
        return this;
    }

    /** Limits the scope (RFC 5280 5.2.5). */
    TestCrl scope(@Nullable String url, boolean onlyUsers, boolean onlyAuthorities, boolean indirect) {
        DistributionPointName name = url == null
                ? null
                : new DistributionPointName(
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, url)));
        scope = new IssuingDistributionPoint(name, onlyUsers, onlyAuthorities, null, indirect, false);
        return this;
    }

    TestCrl onlyKeyCompromise() {
        scope = new IssuingDistributionPoint(
                null, false, false, new ReasonFlags(ReasonFlags.keyCompromise), false, false);
        return this;
    }

    TestCrl delta() {
        delta = true;
        return this;
    }

    X509CRL build() {
        try {
            X509v2CRLBuilder crl = new X509v2CRLBuilder(
                    X500Name.getInstance(
                            issuer.certificate().getSubjectX500Principal().getEncoded()),
                    Date.from(thisUpdate));
            if (nextUpdate != null) {
                crl.setNextUpdate(Date.from(nextUpdate));
            }
            Date since = Date.from(Instant.now().minus(Duration.ofDays(3)));
            for (X509Certificate certificate : revoked) {
                crl.addCRLEntry(certificate.getSerialNumber(), since, CRLReason.keyCompromise);
            }
            if (scope != null) {
                crl.addExtension(Extension.issuingDistributionPoint, true, scope);
            }
            if (delta) {
                crl.addExtension(Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.ONE));
            }
            return new JcaX509CRLConverter()
                    .getCRL(crl.build(new JcaContentSignerBuilder(algorithm).build(signer.privateKey())));
        } catch (Exception e) {
            throw new AssertionError("cannot make a CRL", e);
        }
    }
}
