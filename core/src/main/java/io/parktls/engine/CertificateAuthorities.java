package io.parktls.engine;

import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Limits the names of authorities in a CertificateRequest (RFC 5246 7.4.4, RFC 8446 4.2.4) to what the message can
 * hold.
 */
public final class CertificateAuthorities {
    /**
     * The most bytes that the names may take, including two length bytes for each name. The list has a 16-bit length.
     * In TLS 1.3 the block of extensions that contains the list also has a 16-bit length, and many peers, including
     * ParkTLS, accept handshake messages of up to 64 KiB by default. The difference leaves room for the other fields.
     */
    static final int MAX_BYTES = 0xFFFF - 128;

    private static final int LENGTH_BYTES = 2;

    private CertificateAuthorities() {}

    /**
     * {@return the list itself if it can be sent, and an empty list otherwise} An empty list is allowed (RFC 5246
     * 7.4.4) and lets a client choose freely. A shortened list would be worse: a client whose authority is missing from
     * it would send no certificate.
     *
     * @param authorities the names of the authorities
     */
    public static List<X500Principal> sendable(List<X500Principal> authorities) {
        int bytes = 0;
        for (X500Principal authority : authorities) {
            bytes += LENGTH_BYTES + authority.getEncoded().length;
            if (bytes > MAX_BYTES) {
                return List.of();
            }
        }
        return authorities;
    }
}
