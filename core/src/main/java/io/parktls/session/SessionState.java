package io.parktls.session;

import io.parktls.CipherSuite;
import io.parktls.TlsVersion;
import io.parktls.jca.X509Certificates;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
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

    private static final int MAX_SECRET = 48;
    private static final int MAX_CERTIFICATES = 100;

    /**
     * Encodes the state.
     *
     * @return a new array, which contains the secret
     * @throws CertificateEncodingException if a certificate of the peer cannot be encoded
     */
    public byte[] encode() throws CertificateEncodingException {
        WipedOutput bytes = new WipedOutput();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(FORMAT);
            out.writeShort(protocol.code());
            out.writeShort(cipherSuite.code());
            writeBytes(out, secret);
            out.writeLong(authenticated.toEpochMilli());
            out.writeLong(issued.toEpochMilli());
            out.writeLong(expires.toEpochMilli());
            out.writeInt(ageAdd);
            writeBytes(out, context);
            writeText(out, serverName);
            writeText(out, applicationProtocol);
            writeText(out, pskIdentity);
            out.writeBoolean(certificateRequested);
            out.writeByte(peerCertificates.size());
            for (X509Certificate certificate : peerCertificates) {
                byte[] encoded = certificate.getEncoded();
                out.writeInt(encoded.length);
                out.write(encoded);
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            bytes.wipe();
        }
    }

    /**
     * Decodes a state.
     *
     * @throws IOException if the bytes are not a state that this release has encoded; the message contains none of them
     */
    public static SessionState decode(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            if (in.readUnsignedByte() != FORMAT) {
                throw new IOException("the ticket has another format");
            }
            TlsVersion protocol =
                    in.readUnsignedShort() == TlsVersion.TLS_1_3.code() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
            CipherSuite cipherSuite = CipherSuite.of(in.readUnsignedShort());
            byte[] secret = readBytes(in, MAX_SECRET);
            Instant authenticated = Instant.ofEpochMilli(in.readLong());
            Instant issued = Instant.ofEpochMilli(in.readLong());
            Instant expires = Instant.ofEpochMilli(in.readLong());
            int ageAdd = in.readInt();
            byte[] context = readBytes(in, ServerNamesDigest.LENGTH);
            String serverName = readText(in);
            String applicationProtocol = readText(in);
            String pskIdentity = readText(in);
            SessionState state = new SessionState(
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
                    readCertificates(in),
                    pskIdentity);
            if (in.available() > 0) {
                throw new IOException("the ticket is too long");
            }
            return state;
        } catch (IllegalArgumentException | CertificateException e) {
            throw new IOException("the ticket is malformed", e);
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInputStream in, int limit) throws IOException {
        int length = in.readUnsignedShort();
        if (length > limit) {
            throw new IOException("a field of the ticket is too long");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** Writes a text, whose absence is the empty text: neither SNI nor ALPN has empty names. */
    private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        writeBytes(out, text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String readText(DataInputStream in) throws IOException {
        byte[] bytes = readBytes(in, 0xFFFF);
        return bytes.length == 0 ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<X509Certificate> readCertificates(DataInputStream in) throws IOException, CertificateException {
        int count = in.readUnsignedByte();
        if (count > MAX_CERTIFICATES) {
            throw new IOException("the ticket has too many certificates");
        }
        List<X509Certificate> certificates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("a certificate in the ticket is incomplete");
            }
            certificates.add(X509Certificates.parse(new ByteArrayInputStream(in.readNBytes(length))));
        }
        return List.copyOf(certificates);
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

    /** Output whose buffer can be overwritten. */
    private static final class WipedOutput extends ByteArrayOutputStream {
        WipedOutput() {
            // Larger than a state without certificates, so that growing seldom leaves a copy of the secret behind.
            super(512);
        }

        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}
