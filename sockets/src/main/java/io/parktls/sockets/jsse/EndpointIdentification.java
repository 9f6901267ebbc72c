package io.parktls.sockets.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsPeerUnverifiedException;
import io.parktls.pki.CertificateNames;
import io.parktls.pki.Printable;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a server's certificate is for the host of a connection, by an endpoint identification algorithm of
 * JSSE: HTTPS (RFC 2818, RFC 9525) or LDAPS (RFC 4513 3.1.3).
 */
final class EndpointIdentification {
    private EndpointIdentification() {}

    static boolean isRequested(@Nullable String algorithm) {
        return algorithm != null && !algorithm.isEmpty();
    }

    /**
     * Returns normally if the certificate is for the name that the client requests by SNI, or for the host that it
     * connects to. As in the JDK, either suffices: the caller has set both.
     *
     * @param host null if unknown
     * @throws TlsPeerUnverifiedException if it is for neither, there is no host, or the algorithm is unknown
     */
    static void check(String algorithm, X509Certificate leaf, List<SNIServerName> serverNames, @Nullable String host)
            throws TlsPeerUnverifiedException {
        String upper = algorithm.toUpperCase(Locale.ROOT);
        if (!upper.equals("HTTPS") && !upper.equals("LDAPS")) {
            throw unverified("unknown endpoint identification algorithm '" + algorithm + "': use HTTPS or LDAPS");
        }
        CertificateNames names = CertificateNames.of(leaf);
        for (SNIServerName name : serverNames) {
            if (name.getType() == StandardConstants.SNI_HOST_NAME
                    && names.include(new String(name.getEncoded(), StandardCharsets.UTF_8))) {
                return;
            }
        }
        if (host == null || host.isEmpty()) {
            throw unverified(
                    "the host to verify is unknown: pass a host to createSocket(...), or set a server name with"
                            + " SSLParameters.setServerNames(...)");
        }
        if (!names.include(host)) {
            throw unverified("certificate " + Printable.subject(leaf) + " " + names.mismatch(host));
        }
    }

    private static TlsPeerUnverifiedException unverified(String message) {
        return new TlsPeerUnverifiedException(message, TlsAlert.BAD_CERTIFICATE, new CertificateException(message));
    }
}
