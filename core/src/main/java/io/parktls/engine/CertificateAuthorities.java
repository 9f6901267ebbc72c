package io.parktls.engine;

import java.util.List;
import javax.security.auth.x500.X500Principal;

/** The names of authorities in a CertificateRequest (RFC 5246 7.4.4, RFC 8446 4.2.4), as far as they can be sent. */
public final class CertificateAuthorities {
    /**
     * The most bytes that the names may take, each with the two bytes of its length. The list has a length of 16 bits; in TLS 1.3
     * so has the block of extensions that holds it, and many peers, ParkTLS among them, take messages of 64 KiB by default. The
     * difference leaves room for the other fields.
     */
    static final int MOST_BYTES = 0xFFFF - 128;

    private static final int LENGTH_BYTES = 2;

    private CertificateAuthorities() {}

    /**
     * The list itself if it can be sent, and else an empty one, which is allowed (RFC 5246 7.4.4) and lets a client choose
     * freely. A part of the list would be worse than none: a client whose authority is left out would send no certificate.
     */
    public static List<X500Principal> sendable(List<X500Principal> authorities) {
        int bytes = 0;
        for (X500Principal authority : authorities) {
            bytes += LENGTH_BYTES + authority.getEncoded().length;
            if (bytes > MOST_BYTES) {
                return List.of();
            }
        }
        return authorities;
    }
}
