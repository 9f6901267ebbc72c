package io.parktls.session;

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
 * The binary encoding of sessions: a byte that identifies the format, and then the fields. Each field has a fixed length
 * or begins with its length. Messages of exceptions contain nothing of what was decoded.
 */
final class SessionCodec {
    private static final int MAX_SECRET = 48;
    private static final int MAX_CERTIFICATES = 100;

    /** The last millisecond of the year 9999. With times in this range, calculations do not overflow. */
    private static final long MAX_MILLIS = 253_402_300_799_999L;

    private SessionCodec() {}

    /** Writes the fields of a session. */
    @FunctionalInterface
    interface Encoder {
        void writeTo(DataOutputStream out) throws IOException, CertificateEncodingException;
    }

    /** Reads the fields of a session. */
    @FunctionalInterface
    interface Decoder<T> {
        T read(DataInputStream in) throws IOException, CertificateException;
    }

    /**
     * Encodes a session.
     *
     * @return a new array
     * @throws CertificateEncodingException if a certificate cannot be encoded
     */
    static byte[] encode(int format, Encoder fields) throws CertificateEncodingException {
        WipedOutput bytes = new WipedOutput();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.writeByte(format);
            fields.writeTo(out);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            bytes.wipe();
        }
    }

    /**
     * Decodes a session.
     *
     * @throws IOException if the bytes are not a session in this format
     */
    static <T> T decode(int format, byte[] bytes, Decoder<T> fields) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            if (in.readUnsignedByte() != format) {
                throw new IOException("the session has another format");
            }
            T session = fields.read(in);
            if (in.available() > 0) {
                throw new IOException("the session is too long");
            }
            return session;
        } catch (IllegalArgumentException | CertificateException e) {
            throw new IOException("the session is malformed", e);
        }
    }

    static TlsVersion readProtocol(DataInputStream in) throws IOException {
        return in.readUnsignedShort() == TlsVersion.TLS_1_3.code() ? TlsVersion.TLS_1_3 : TlsVersion.TLS_1_2;
    }

    static byte[] readSecret(DataInputStream in) throws IOException {
        return readBytes(in, MAX_SECRET);
    }

    static void writeTime(DataOutputStream out, Instant time) throws IOException {
        out.writeLong(time.toEpochMilli());
    }

    static Instant readTime(DataInputStream in) throws IOException {
        long millis = in.readLong();
        if (millis < 0 || millis > MAX_MILLIS) {
            throw new IOException("a time of the session is out of range");
        }
        return Instant.ofEpochMilli(millis);
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in, int limit) throws IOException {
        int length = in.readUnsignedShort();
        if (length > limit) {
            throw new IOException("a field of the session is too long");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    /** Writes a text. An absent text is written as the empty text: SNI, ALPN and identities have no empty names. */
    static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
        writeBytes(out, text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8));
    }

    static @Nullable String readText(DataInputStream in) throws IOException {
        byte[] bytes = readBytes(in, 0xFFFF);
        return bytes.length == 0 ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    static void writeCertificates(DataOutputStream out, List<X509Certificate> certificates)
            throws IOException, CertificateEncodingException {
        out.writeByte(certificates.size());
        for (X509Certificate certificate : certificates) {
            byte[] encoded = certificate.getEncoded();
            out.writeInt(encoded.length);
            out.write(encoded);
        }
    }

    static List<X509Certificate> readCertificates(DataInputStream in) throws IOException, CertificateException {
        int count = in.readUnsignedByte();
        if (count > MAX_CERTIFICATES) {
            throw new IOException("the session has too many certificates");
        }
        List<X509Certificate> certificates = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("a certificate in the session is incomplete");
            }
            certificates.add(X509Certificates.parse(new ByteArrayInputStream(in.readNBytes(length))));
        }
        return List.copyOf(certificates);
    }

    /** Output whose buffer can be overwritten. */
    private static final class WipedOutput extends ByteArrayOutputStream {
        WipedOutput() {
            // Larger than a session without certificates, so that growing seldom leaves a copy of the secret behind.
            super(512);
        }

        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}
