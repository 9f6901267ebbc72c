package io.parktls.pki;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the extensions by which a certificate names the sources of its revocation status. */
public final class RevocationExtensions {
    private static final String AUTHORITY_INFORMATION = "1.3.6.1.5.5.7.1.1";
    private static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    private static final String TLS_FEATURE = "1.3.6.1.5.5.7.1.24";

    /** The contents of the object identifier 1.3.6.1.5.5.7.48.1 (RFC 5280 4.2.2.1). */
    private static final String OCSP_METHOD = "2b06010505073001";

    /** GeneralName: uniformResourceIdentifier. */
    private static final int URI_NAME = 6;

    /** The numbers of the TLS extensions status_request and status_request_v2. */
    private static final int STATUS_REQUEST = 5;

    private static final int STATUS_REQUEST_V2 = 17;

    private RevocationExtensions() {}

    /** Returns whether a certificate requires its server to staple an OCSP response (RFC 7633 4.2.3.1). */
    public static boolean requiresStaple(X509Certificate certificate) {
        Der features = extension(certificate, TLS_FEATURE);
        if (features == null) {
            return false;
        }
        try {
            return features.children().stream().anyMatch(RevocationExtensions::isStatusRequest);
        } catch (IllegalArgumentException e) {
            // The extension is there and cannot be understood: the stricter reading is safe.
            return true;
        }
    }

    private static boolean isStatusRequest(Der feature) {
        byte[] value = feature.contents();
        return value.length == 1 && (value[0] == STATUS_REQUEST || value[0] == STATUS_REQUEST_V2);
    }

    /** Returns the first OCSP responder of a certificate that has an http URL; null if there is none. */
    public static @Nullable URI responder(X509Certificate certificate) {
        Der descriptions = extension(certificate, AUTHORITY_INFORMATION);
        if (descriptions == null) {
            return null;
        }
        try {
            for (Der description : descriptions.children()) {
                List<Der> fields = description.children();
                URI found = fields.size() == 2 && isOcsp(fields.getFirst()) ? uri(fields.getLast()) : null;
                if (found != null) {
                    return found;
                }
            }
        } catch (IllegalArgumentException e) {
            return null;
        }
        return null;
    }

    private static boolean isOcsp(Der method) {
        return method.tag() == Der.OBJECT_IDENTIFIER
                && HexFormat.of().formatHex(method.contents()).equals(OCSP_METHOD);
    }

    /** Returns the http URLs of the CRLs of a certificate that its own issuer signs (RFC 5280 4.2.1.13). */
    public static List<URI> crls(X509Certificate certificate) {
        List<URI> found = new ArrayList<>();
        Der points = extension(certificate, CRL_DISTRIBUTION_POINTS);
        if (points == null) {
            return found;
        }
        try {
            for (Der point : points.children()) {
                List<Der> fields = point.children();
                // The fields reasons [1] and cRLIssuer [2] mark partial and indirect CRLs, which are not supported.
                if (fields.size() == 1 && fields.getFirst().tag() == Der.constructed(0)) {
                    found.addAll(fullNames(fields.getFirst()));
                }
            }
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        return found;
    }

    /** Returns the URLs of a DistributionPointName, wrapped in its explicit tag. */
    public static List<URI> fullNames(Der wrapped) {
        List<URI> found = new ArrayList<>();
        for (Der name : wrapped.children()) {
            if (name.tag() == Der.constructed(0)) {
                for (Der general : name.children()) {
                    URI usable = uri(general);
                    if (usable != null) {
                        found.add(usable);
                    }
                }
            }
        }
        return found;
    }

    /**
     * Returns the URL of a GeneralName; null if it is of another kind, or not http. RFC 5280 8 warns of https here: to
     * verify the responder's own certificate, a client might have to ask the responder.
     */
    private static @Nullable URI uri(Der general) {
        if (general.tag() != Der.context(URI_NAME)) {
            return null;
        }
        try {
            URI parsed = URI.create(new String(general.contents(), StandardCharsets.US_ASCII));
            return "http".equalsIgnoreCase(parsed.getScheme()) && parsed.getHost() != null ? parsed : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Der extension(X509Certificate certificate, String identifier) {
        byte[] value = certificate.getExtensionValue(identifier);
        if (value == null) {
            return null;
        }
        try {
            return Der.parse(Der.parse(value).contents());
        } catch (IllegalArgumentException e) {
            return new Der(Der.SEQUENCE, new byte[] {0});
        }
    }
}
