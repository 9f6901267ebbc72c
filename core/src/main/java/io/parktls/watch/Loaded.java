package io.parktls.watch;

import io.parktls.pki.Printable;
import java.security.cert.X509Certificate;
import java.time.Instant;

/**
 * A value that was loaded from files.
 *
 * @param value the value
 * @param certificate the certificate whose validity counts: that of an identity, or the first one of a trust to expire
 */
public record Loaded<T>(T value, X509Certificate certificate) {
    /** Returns the beginning of the certificate's validity. */
    public Instant validFrom() {
        return certificate.getNotBefore().toInstant();
    }

    /** Returns the end of the certificate's validity. */
    public Instant expiry() {
        return certificate.getNotAfter().toInstant();
    }

    /** Returns whether the certificate is valid at a time. */
    public boolean isValidAt(Instant now) {
        return !now.isBefore(validFrom()) && !now.isAfter(expiry());
    }

    /** Describes the certificate. */
    @Override
    public String toString() {
        return "certificate " + Printable.subject(certificate) + " (serial number "
                + certificate.getSerialNumber().toString(16) + ", valid until " + expiry() + ")";
    }
}
