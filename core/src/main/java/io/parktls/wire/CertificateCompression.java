package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses and decompresses Certificate messages of TLS 1.3 (RFC 8879) with zlib, the only one of the RFC's algorithms
 * that the JDK has.
 */
public final class CertificateCompression {
    /** The {@code CertificateCompressionAlgorithm} on the wire. */
    public static final int ZLIB = 1;

    /** Smaller savings rarely save a packet, and are not worth the time of the peer. */
    private static final int MIN_SAVING = 1024;

    /** The algorithm and the uncompressed length, which precede the compressed bytes and their length. */
    private static final int HEADER = 2 + 3;

    private static final int LENGTH = 3;

    /** The highest ratio that deflate achieves (zlib's documentation), with some room for short messages. */
    private static final int MAX_RATIO = 1032;

    private CertificateCompression() {}

    /**
     * Returns the body of a CompressedCertificate; null if it would not be clearly shorter.
     *
     * @param certificate the body of a Certificate
     */
    public static byte @Nullable [] compress(byte[] certificate) {
        if (certificate.length <= MIN_SAVING) {
            return null;
        }
        byte[] compressed = new byte[certificate.length - MIN_SAVING];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
        int length = 0;
        try {
            deflater.setInput(certificate);
            deflater.finish();
            length = deflater.deflate(compressed);
            if (!deflater.finished()) {
                return null;
            }
        } finally {
            deflater.end();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream(HEADER + LENGTH + length);
        body.write(0);
        body.write(ZLIB);
        writeLength(body, certificate.length);
        writeLength(body, length);
        body.write(compressed, 0, length);
        return body.toByteArray();
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        out.write(length >>> 16);
        out.write(length >>> 8);
        out.write(length);
    }

    /**
     * Returns the body of the Certificate in a CompressedCertificate.
     *
     * @param body the body of the CompressedCertificate
     * @param limit the longest Certificate to accept, in bytes, so that a short message cannot take much memory
     * @throws TlsHandshakeException with bad_certificate if the message cannot be decompressed or has another length
     *     than it says (RFC 8879 4); illegal_parameter if the algorithm is another one
     */
    public static byte[] decompress(byte[] body, int limit) throws TlsHandshakeException {
        WireReader in = new WireReader(body, 0, body.length, HandshakeType.name(HandshakeType.COMPRESSED_CERTIFICATE));
        int algorithm = in.u16("algorithm");
        int length = in.u8("uncompressed_length") << 16 | in.u16("uncompressed_length");
        int outer = in.enter24("compressed_certificate_message", 1, 0xFFFFFF);
        int from = in.position();
        int compressed = in.remaining();
        in.skipRest();
        in.leave(outer, "compressed_certificate_message");
        in.requireEnd("compressed_certificate_message");
        if (algorithm != ZLIB) {
            throw in.illegal("the algorithm " + algorithm + " was not offered in compress_certificate");
        }
        if (length > limit || length > (long) MAX_RATIO * (compressed + 1)) {
            throw badCertificate("a certificate message of " + length + " bytes, compressed to " + compressed
                    + "; the limit is " + limit);
        }
        byte[] certificate = new byte[length];
        if (!inflate(body, from, compressed, certificate)) {
            throw badCertificate("the compressed certificate message is damaged, or does not have the " + length
                    + " bytes that it announces (RFC 8879 4)");
        }
        return certificate;
    }

    /** Returns whether the input decompresses to exactly as many bytes as there is room for. */
    private static boolean inflate(byte[] body, int from, int length, byte[] certificate) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(body, from, length);
            int written = 0;
            int more;
            do {
                more = inflater.inflate(certificate, written, certificate.length - written);
                written += more;
            } while (more > 0);
            // The end of the stream may follow the last byte of data.
            boolean whole = written == certificate.length
                    && (inflater.finished() || (inflater.inflate(new byte[1]) == 0 && inflater.finished()));
            return whole && inflater.getRemaining() == 0;
        } catch (DataFormatException e) {
            return false;
        } finally {
            inflater.end();
        }
    }

    private static TlsHandshakeException badCertificate(String text) {
        return new TlsHandshakeException(text, TlsAlert.BAD_CERTIFICATE, null);
    }
}
