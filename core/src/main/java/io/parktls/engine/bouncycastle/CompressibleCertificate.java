package io.parktls.engine.bouncycastle;

import io.parktls.wire.CertificateCompression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * A server's Certificate message of TLS 1.3 that is sent compressed (RFC 8879) if that makes it clearly shorter. It is
 * compressed once, for the first handshake. Thread-safe.
 *
 * <p>Bouncy Castle has no method to send a message of another type. It lets the certificate write its encoding into the
 * buffer of the message, in which it has written the type and room for the length, and fills in the length at the end.
 * This class begins the buffer anew. If a version of Bouncy Castle prepares the buffer in another way, the message is
 * sent uncompressed.
 */
final class CompressibleCertificate extends Certificate {
    /** The type and the length of a handshake message (RFC 8446 4). */
    private static final int HEADER = 4;

    private static final byte[] TOO_LONG = {};

    /** The compressed message; {@link #TOO_LONG} if it would not be shorter. Two threads may both compress it. */
    private volatile byte @Nullable [] compressed;

    CompressibleCertificate(CertificateEntry[] entries) {
        super(TlsUtils.EMPTY_BYTES, entries);
    }

    @Override
    public void encode(TlsContext context, OutputStream message, @Nullable OutputStream endPointHash)
            throws IOException {
        byte[] body = compressed;
        if (body == null) {
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            super.encode(context, plain, null);
            byte[] shorter = CertificateCompression.compress(plain.toByteArray());
            body = shorter == null ? TOO_LONG : shorter;
            compressed = body;
        }
        if (body.length > 0 && message instanceof ByteArrayOutputStream buffer && buffer.size() == HEADER) {
            buffer.reset();
            buffer.write(HandshakeType.compressed_certificate);
            buffer.writeBytes(new byte[HEADER - 1]);
            buffer.writeBytes(body);
        } else {
            super.encode(context, message, endPointHash);
        }
    }
}
