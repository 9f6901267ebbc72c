package io.parktls.session;

import io.parktls.CipherSuite;
import io.parktls.SignatureScheme;
import io.parktls.TlsVersion;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
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

    /** The longest session id in bytes (RFC 5246 7.4.1.2). */
    private static final int MAX_SESSION_ID = 32;

    /** Is written if the signature scheme is not known. No scheme has this code. */
    private static final int NO_SCHEME = 0;

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

    /** Writes all fields, including the secret. */
    void writeTo(DataOutputStream out) throws IOException, CertificateEncodingException {
        out.writeShort(protocol.code());
        out.writeShort(cipherSuite.code());
        SessionCodec.writeBytes(out, secret);
        SessionCodec.writeBytes(out, ticket);
        SessionCodec.writeBytes(out, sessionId);
        out.writeInt(ageAdd);
        SessionCodec.writeTime(out, authenticated);
        SessionCodec.writeTime(out, received);
        SessionCodec.writeTime(out, expires);
        SessionCodec.writeText(out, applicationProtocol);
        out.writeShort(signatureScheme == null ? NO_SCHEME : signatureScheme.code());
        SessionCodec.writeCertificates(out, peerCertificates);
        SessionCodec.writeCertificates(out, localCertificates);
        SessionCodec.writeText(out, pskIdentity);
    }

    /**
     * Reads what {@link #writeTo} has written.
     *
     * @throws IOException if a field is malformed, or the fields contradict each other
     */
    static ClientSession readFrom(DataInputStream in) throws IOException, CertificateException {
        ClientSession session = new ClientSession(
                SessionCodec.readProtocol(in),
                CipherSuite.of(in.readUnsignedShort()),
                SessionCodec.readSecret(in),
                SessionCodec.readBytes(in, 0xFFFF),
                SessionCodec.readBytes(in, MAX_SESSION_ID),
                in.readInt(),
                SessionCodec.readTime(in),
                SessionCodec.readTime(in),
                SessionCodec.readTime(in),
                SessionCodec.readText(in),
                SignatureScheme.of(in.readUnsignedShort()).orElse(null),
                SessionCodec.readCertificates(in),
                SessionCodec.readCertificates(in),
                SessionCodec.readText(in));
        if (!session.isConsistent()) {
            session.destroy();
            throw new IOException("the fields of the session contradict each other");
        }
        return session;
    }

    private boolean isConsistent() {
        // RFC 8446 7.1: a key has the length of the hash; RFC 5246 8.1: a master secret has 48 bytes.
        int length = isForOneUse() && !cipherSuite.name().endsWith("SHA384") ? 32 : 48;
        return cipherSuite.version() == protocol
                && secret.length == length
                && (isForOneUse() ? ticket.length > 0 : ticket.length + sessionId.length > 0)
                && (pskIdentity != null || !peerCertificates.isEmpty());
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
