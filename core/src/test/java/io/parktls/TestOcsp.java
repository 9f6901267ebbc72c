package io.parktls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** A builder of OCSP responses for tests. The defaults produce a good response for a day, signed by the issuer. */
public final class TestOcsp {
    /** id-kp-OCSPSigning (RFC 6960 4.2.2.2), for {@link TestCertificate.Builder#purposes}. */
    public static final String OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";

    /** The precision of times in responses is a second. */
    public static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    private final X509Certificate certificate;
    private final X509Certificate issuer;
    private TestCertificate signer;
    private @Nullable CertificateStatus status = CertificateStatus.GOOD;
    private Instant thisUpdate = NOW.minus(Duration.ofMinutes(1));
    private @Nullable Instant nextUpdate = NOW.plus(Duration.ofDays(1));
    private boolean responderByKey;
    private int certificates = 1;

    private TestOcsp(X509Certificate certificate, TestCertificate issuer) {
        this.certificate = certificate;
        this.issuer = issuer.certificate();
        this.signer = issuer;
    }

    /** Returns a builder of a response for a certificate of that issuer. */
    public static TestOcsp of(X509Certificate certificate, TestCertificate issuer) {
        return new TestOcsp(certificate, issuer);
    }

    /** Returns a builder of a response for the certificate of an identity that {@link TestPki} made. */
    public static TestOcsp of(TlsIdentity identity, TestPki.KeyKind kind) {
        return new TestOcsp(identity.chain().getFirst(), TestPki.authority(kind));
    }

    public TestOcsp revoked() {
        status = new RevokedStatus(Date.from(NOW.minus(Duration.ofDays(2))), 1);
        return this;
    }

    public TestOcsp unknown() {
        status = new UnknownStatus();
        return this;
    }

    /** @param until null for a response without nextUpdate */
    public TestOcsp validity(Instant from, @Nullable Instant until) {
        thisUpdate = from;
        nextUpdate = until;
        return this;
    }

    public TestOcsp expired() {
        return validity(NOW.minus(Duration.ofDays(2)), NOW.minus(Duration.ofDays(1)));
    }

    public TestOcsp signedBy(TestCertificate other) {
        signer = other;
        return this;
    }

    /** Identifies the responder by the hash of its key, not by its name. */
    public TestOcsp responderByKey() {
        responderByKey = true;
        return this;
    }

    /** Repeats the responder's certificate, which makes the response long. */
    public TestOcsp certificates(int count) {
        certificates = count;
        return this;
    }

    /** Returns the DER encoding. */
    public byte[] build() {
        try {
            CertificateID id = new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(issuer),
                    certificate.getSerialNumber());
            JcaX509CertificateHolder responder = new JcaX509CertificateHolder(signer.certificate());
            BasicOCSPRespBuilder basic = new BasicOCSPRespBuilder(
                    responderByKey
                            ? new RespID(
                                    responder.getSubjectPublicKeyInfo(),
                                    new JcaDigestCalculatorProviderBuilder()
                                            .build()
                                            .get(CertificateID.HASH_SHA1))
                            : new RespID(responder.getSubject()));
            basic.addResponse(
                    id, status, Date.from(thisUpdate), nextUpdate == null ? null : Date.from(nextUpdate), null);
            PrivateKey key = signer.privateKey();
            X509CertificateHolder[] included = new X509CertificateHolder[certificates];
            Arrays.fill(included, responder);
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            basic.build(
                                    new JcaContentSignerBuilder(
                                                    key.getAlgorithm().equals("EC")
                                                            ? "SHA256withECDSA"
                                                            : "SHA256withRSA")
                                            .build(key),
                                    included,
                                    Date.from(thisUpdate)))
                    .getEncoded();
        } catch (Exception e) {
            throw new AssertionError("cannot make an OCSP response", e);
        }
    }

    /** Returns the encoding of an error message of a responder, such as {@link OCSPRespBuilder#TRY_LATER}. */
    public static byte[] error(int code) {
        try {
            return new OCSPRespBuilder().build(code, null).getEncoded();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
