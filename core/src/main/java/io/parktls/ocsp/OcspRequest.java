package io.parktls.ocsp;

import io.parktls.jca.JcaProviders;
import io.parktls.jca.JdkKeys;
import io.parktls.pki.Der;
import io.parktls.pki.RevocationExtensions;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request for the status of one certificate (RFC 6960 4.1.1), without a nonce, so that responders can answer with
 * responses that they have signed in advance (RFC 5019 4). Immutable.
 */
public final class OcspRequest {
    /** AlgorithmIdentifier of SHA-1, which only identifies the issuer here. Many responders know no other (RFC 5019 2.1.1). */
    private static final byte[] SHA_1 = Der.encode(
            Der.SEQUENCE,
            Der.encode(Der.OBJECT_IDENTIFIER, new byte[] {0x2B, 0x0E, 0x03, 0x02, 0x1A}),
            new byte[] {0x05, 0x00});

    /** RFC 5019 5: longer requests are sent with POST. */
    private static final int MAX_GET_LENGTH = 255;

    private final byte[] encoding;

    private OcspRequest(byte[] encoding) {
        this.encoding = encoding;
    }

    /** Returns the DER encoding, which the caller must not change. */
    public byte[] encoding() {
        return encoding;
    }

    /**
     * Creates the request.
     *
     * @throws IllegalArgumentException if the issuer's key has a malformed encoding
     */
    public static OcspRequest of(X509Certificate certificate, X509Certificate issuer) {
        byte[] identifier = Der.encode(
                Der.SEQUENCE,
                SHA_1,
                Der.encode(
                        Der.OCTET_STRING, sha1(issuer.getSubjectX500Principal().getEncoded())),
                Der.encode(Der.OCTET_STRING, sha1(keyBits(issuer))),
                Der.encode(Der.INTEGER, certificate.getSerialNumber().toByteArray()));
        byte[] requests = Der.encode(Der.SEQUENCE, Der.encode(Der.SEQUENCE, identifier));
        return new OcspRequest(Der.encode(Der.SEQUENCE, Der.encode(Der.SEQUENCE, requests)));
    }

    /**
     * Returns the first responder with an http URL that a certificate names (RFC 5280 4.2.2.1); null if there is none.
     */
    public static @Nullable URI responder(X509Certificate certificate) {
        return RevocationExtensions.responder(certificate);
    }

    /** Returns the URL of a GET request (RFC 6960 A.1); the responder's URL itself if the request needs POST. */
    public URI at(URI responder) {
        String base = responder.toString();
        String path = URLEncoder.encode(Base64.getEncoder().encodeToString(encoding), StandardCharsets.US_ASCII);
        String whole = base + (base.endsWith("/") ? "" : "/") + path;
        return whole.length() > MAX_GET_LENGTH || responder.getQuery() != null ? responder : URI.create(whole);
    }

    /** Returns the bits of the issuer's key, without the tag, the length and the number of unused bits. */
    private static byte[] keyBits(X509Certificate issuer) {
        List<Der> fields = Der.parse(subjectPublicKeyInfo(issuer)).children();
        byte[] bits = fields.getLast().contents();
        if (fields.size() != 2 || fields.getLast().tag() != Der.BIT_STRING || bits.length == 0) {
            throw new IllegalArgumentException("the issuer's key is not a SubjectPublicKeyInfo");
        }
        return Arrays.copyOfRange(bits, 1, bits.length);
    }

    private static byte[] subjectPublicKeyInfo(X509Certificate issuer) {
        try {
            return JdkKeys.subjectPublicKeyInfo(issuer.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the issuer's certificate cannot be encoded", e);
        }
    }

    private static byte[] sha1(byte[] input) {
        try {
            return JcaProviders.first("SHA-1", provider -> MessageDigest.getInstance("SHA-1", provider))
                    .digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalArgumentException("no provider of this JVM has SHA-1, which OCSP requests need", e);
        }
    }
}
