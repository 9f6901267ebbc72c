package io.parktls.ocsp;

import io.parktls.pki.BouncyCastleJars;
import io.parktls.pki.Printable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Makes OCSP requests (RFC 6960 4.1). */
public final class OcspRequest {
    private OcspRequest() {}

    /**
     * Returns the DER encoding of a request for the status of one certificate. The request has no nonce, so that the
     * responder may answer with a response that it made before (RFC 5019 2.1.1), and identifies the issuer by SHA-1
     * hashes, which all responders support (RFC 5019 2.1.1). The hashes protect nothing.
     *
     * @throws OcspException if the certificates cannot be encoded
     */
    public static byte[] of(X509Certificate certificate, X509Certificate issuer) throws OcspException {
        BouncyCastleJars.requireForPki("an OCSP request");
        try {
            CertificateID id = new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(issuer),
                    certificate.getSerialNumber());
            return new OCSPReqBuilder().addRequest(id).build().getEncoded();
        } catch (OperatorCreationException
                | OCSPException
                | CertificateEncodingException
                | IOException
                | RuntimeException e) {
            throw new OcspException("cannot make an OCSP request for " + Printable.subject(certificate), e);
        }
    }

    /**
     * Returns the first responder that a certificate names and that is reached by HTTP or HTTPS (RFC 5280 4.2.2.1);
     * empty if there is none.
     */
    public static Optional<URI> responder(X509Certificate certificate) {
        BouncyCastleJars.requireForPki("an OCSP request");
        byte[] extension = certificate.getExtensionValue(Extension.authorityInfoAccess.getId());
        if (extension == null) {
            return Optional.empty();
        }
        try {
            AuthorityInformationAccess access = AuthorityInformationAccess.getInstance(
                    ASN1OctetString.getInstance(extension).getOctets());
            for (AccessDescription description : access.getAccessDescriptions()) {
                GeneralName location = description.getAccessLocation();
                if (AccessDescription.id_ad_ocsp.equals(description.getAccessMethod())
                        && location.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    URI uri = new URI(location.getName().toString());
                    String scheme = uri.getScheme();
                    if ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme)) {
                        return Optional.of(uri);
                    }
                }
            }
        } catch (URISyntaxException | RuntimeException e) {
            // A malformed extension names no responder.
        }
        return Optional.empty();
    }
}
