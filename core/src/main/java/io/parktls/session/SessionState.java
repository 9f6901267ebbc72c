package io.parktls.session;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a server needs to resume a session. A ticket holds it, so that the server keeps nothing (RFC 5077 4, RFC
 * 8446 4.6.1).
 *
 * @param protocol the version of the original handshake
 * @param cipherSuite its suite, whose hash belongs to the secret
 * @param secret TLS 1.3: the pre-shared key; TLS 1.2: the master secret. Owned by this object
 * @param authenticated when the peers last authenticated each other by certificates or an external key
 * @param issued when the ticket was issued
 * @param expires when the ticket ceases to be valid
 * @param ageAdd what the client adds to the ticket's age (RFC 8446 4.2.11.1); 0 in TLS 1.2
 * @param context the digest of the names that the server has identities for, see {@link ServerNamesDigest}
 * @param serverName the host name that the client asked for; null if none
 * @param applicationProtocol the protocol that ALPN selected; null if none
 * @param certificateRequested whether the server asked the client for a certificate
 * @param peerCertificates the client's verified chain; empty if it sent none
 * @param pskIdentity the identity of the external key that began the session, as in
 *     {@link io.parktls.TlsSession#pskIdentity()}; null if certificates did
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared; the arrays are secrets to overwrite.
public record SessionState(
        TlsVersion protocol,
        CipherSuite cipherSuite,
        byte[] secret,
        Instant authenticated,
        Instant issued,
        Instant expires,
        int ageAdd,
        byte[] context,
        @Nullable String serverName,
        @Nullable String applicationProtocol,
        boolean certificateRequested,
        List<X509Certificate> peerCertificates,
        @Nullable String pskIdentity) {
    /** Changes with each change of the encoding, so that servers of two releases refuse each other's tickets. */
    private static final int FORMAT = 1;

    /**
     * Encodes the state.
     *
     * @return a new array, which contains the secret
     * @throws CertificateEncodingException if a certificate of the peer cannot be encoded
     */
    public byte[] encode() throws CertificateEncodingException {
        return SessionCodec.encode(FORMAT, out -> {
            out.writeShort(protocol.code());
            out.writeShort(cipherSuite.code());
            SessionCodec.writeBytes(out, secret);
            SessionCodec.writeTime(out, authenticated);
            SessionCodec.writeTime(out, issued);
            SessionCodec.writeTime(out, expires);
            out.writeInt(ageAdd);
            SessionCodec.writeBytes(out, context);
            SessionCodec.writeText(out, serverName);
            SessionCodec.writeText(out, applicationProtocol);
            SessionCodec.writeText(out, pskIdentity);
            out.writeBoolean(certificateRequested);
            SessionCodec.writeCertificates(out, peerCertificates);
        });
    }

    /**
     * Decodes a state.
     *
     * @throws IOException if the bytes are not a state that this release has encoded; the message contains none of them
     */
    public static SessionState decode(byte[] bytes) throws IOException {
        return SessionCodec.decode(FORMAT, bytes, in -> {
            TlsVersion protocol = SessionCodec.readProtocol(in);
            CipherSuite cipherSuite = CipherSuite.of(in.readUnsignedShort());
            byte[] secret = SessionCodec.readSecret(in);
            Instant authenticated = SessionCodec.readTime(in);
            Instant issued = SessionCodec.readTime(in);
            Instant expires = SessionCodec.readTime(in);
            int ageAdd = in.readInt();
            byte[] context = SessionCodec.readBytes(in, ServerNamesDigest.LENGTH);
            String serverName = SessionCodec.readText(in);
            String applicationProtocol = SessionCodec.readText(in);
            String pskIdentity = SessionCodec.readText(in);
            return new SessionState(
                    protocol,
                    cipherSuite,
                    secret,
                    authenticated,
                    issued,
                    expires,
                    ageAdd,
                    context,
                    serverName,
                    applicationProtocol,
                    in.readBoolean(),
                    SessionCodec.readCertificates(in),
                    pskIdentity);
        });
    }

    /** Overwrites the secret. */
    public void destroy() {
        Arrays.fill(secret, (byte) 0);
    }

    /** Returns the version and the suite, but neither the secret nor the peer. */
    @Override
    public String toString() {
        return "SessionState[" + protocol + ", " + cipherSuite + "]";
    }
}
