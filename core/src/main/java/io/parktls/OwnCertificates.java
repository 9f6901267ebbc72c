package io.parktls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.apache.logging.log4j.LogManager;

/** Warns of certificates that no peer will accept: otherwise only the logs of the peers would tell. */
final class OwnCertificates {
    private OwnCertificates() {}

    /** Logs a warning for each certificate that has expired or is not valid yet. Watched identities warn by themselves. */
    static void warnIfNotValid(List<TlsIdentitySource> sources, Instant now) {
        for (TlsIdentitySource source : sources) {
            if (source instanceof TlsIdentity identity) {
                identity.chain().forEach(certificate -> warnIfNotValid(certificate, now));
            }
        }
    }

    private static void warnIfNotValid(X509Certificate certificate, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            warn(certificate, "expired at " + end);
        } else if (now.isBefore(begin)) {
            warn(certificate, "is not valid before " + begin);
        }
    }

    private static void warn(X509Certificate certificate, String problem) {
        LogManager.getLogger(TlsContext.class)
                .warn(
                        "the certificate of {} {}: peers that verify it will refuse the handshake",
                        certificate.getSubjectX500Principal(),
                        problem);
    }
}
