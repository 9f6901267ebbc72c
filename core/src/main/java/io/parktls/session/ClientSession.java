package io.parktls.session;

import io.parktls.CipherSuite;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session that a client can resume: a ticket or a session id of its server, with the secret and the results of the
 * original handshake. Immutable until it is destroyed; {@link #copy} gives each handshake a secret of its own.
 *
 * @param protocol the version of the original handshake, which the resumed one must have, too
 * @param cipherSuite its suite; TLS 1.3 requires only a suite with the same hash (RFC 8446 4.2.11)
 * @param secret TLS 1.3: the pre-shared key; TLS 1.2: the master secret. Owned by this object
 * @param ticket the ticket; empty for a session of TLS 1.2 that has only a session id
 * @param sessionId TLS 1.2: the session id that the server assigned; empty if there is a ticket
 * @param ageAdd TLS 1.3: what the client adds to the ticket's age (RFC 8446 4.2.11.1)
 * @param authenticated when the server was last authenticated by its certificate or an external key
 * @param received when the ticket arrived
 * @param expires when the session ceases to be usable
 * @param applicationProtocol the protocol that ALPN selected; null if none
 * @param signatureScheme the scheme with which the server signed the original handshake; null if not known
 * @param peerCertificates the server's verified chain; empty after a handshake with an external key
 * @param localCertificates the chain that this client sent; empty if it sent none
 * @param pskIdentity the identity of the external key that began the session, as in
 *     {@link io.parktls.TlsSession#pskIdentity()}; null if certificates did
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the arrays are secrets to overwrite.
public record ClientSession(
        TlsVersion protocol,
        CipherSuite cipherSuite,
        byte[] secret,
        byte[] ticket,
        byte[] sessionId,
        int ageAdd,
        Instant authenticated,
        Instant received,
        Instant expires,
        @Nullable String applicationProtocol,
        @Nullable SignatureScheme signatureScheme,
        List<X509Certificate> peerCertificates,
        List<X509Certificate> localCertificates,
        @Nullable String pskIdentity) {
    /** The longest time that a session is used after its peers have authenticated each other (RFC 8446 4.6.1). */
    public static final Duration MAX_AGE = Duration.ofDays(7);

    /** Returns a session whose secret is another array. */
    public ClientSession copy() {
        return new ClientSession(
                protocol,
                cipherSuite,
                secret.clone(),
                ticket,
                sessionId,
                ageAdd,
                authenticated,
                received,
                expires,
                applicationProtocol,
                signatureScheme,
                peerCertificates,
                localCertificates,
                pskIdentity);
    }

    /**
     * Returns whether the session may still be resumed: it has not expired, and neither has a certificate of the
     * server.
     */
    public boolean isUsable(Instant now) {
        if (!now.isBefore(expires) || now.isAfter(authenticated.plus(MAX_AGE))) {
            return false;
        }
        for (X509Certificate certificate : peerCertificates) {
            if (now.isAfter(certificate.getNotAfter().toInstant())
                    || now.isBefore(certificate.getNotBefore().toInstant())) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether the session may be resumed only once (RFC 8446 C.4). */
    public boolean isForOneUse() {
        return protocol == TlsVersion.TLS_1_3;
    }

    /** Returns the obfuscated_ticket_age: milliseconds plus {@link #ageAdd}, modulo 2^32 (RFC 8446 4.2.11.1). */
    public int obfuscatedAge(Instant now) {
        long age = Math.max(0, Duration.between(received, now).toMillis());
        return (int) (age + ageAdd);
    }

    /** Overwrites the secret. */
    public void destroy() {
        Arrays.fill(secret, (byte) 0);
    }

    /** Returns the version and the suite, but no secret. */
    @Override
    public String toString() {
        return "ClientSession[" + protocol + ", " + cipherSuite + "]";
    }
}
