package io.parktls.engine.bouncycastle;

import io.parktls.TlsHandshakeException;
import io.parktls.wire.CertificateCompression;
import io.parktls.wire.HandshakeAssembler;
import io.parktls.wire.HandshakeReader;
import io.parktls.wire.HandshakeType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.crypto.TlsHash;

/** Passes each handshake message to ParkTLS's own reader before Bouncy Castle processes it. */
final class MessageCheck {
    private static final int HEADER = 4;

    private final HandshakeReader reader;
    private final HandshakeAssembler sent;
    private final MessageBytes captured = new MessageBytes();

    MessageCheck(HandshakeReader reader) {
        this.reader = reader;
        this.sent = new HandshakeAssembler(0xFFFFFF, reader::sent);
    }

    /**
     * Checks a message from the peer.
     *
     * @throws RejectedMessageAlert if the message must not be accepted
     */
    void received(short type, HandshakeMessageInput message) throws RejectedMessageAlert {
        message.updateHash(captured);
        try {
            reader.message(type, captured.bytes, captured.offset + HEADER, captured.length - HEADER);
        } catch (TlsHandshakeException e) {
            throw new RejectedMessageAlert(e);
        }
    }

    /**
     * Returns the content of a Certificate that was sent compressed, after checking it.
     *
     * @param compressed the body of the CompressedCertificate
     * @param limit the longest Certificate to accept, in bytes
     * @throws RejectedMessageAlert if the message cannot be decompressed or must not be accepted
     */
    ByteArrayInputStream decompressed(ByteArrayInputStream compressed, int limit) throws RejectedMessageAlert {
        try {
            byte[] certificate = CertificateCompression.decompress(compressed.readAllBytes(), limit);
            reader.message(HandshakeType.CERTIFICATE, certificate, 0, certificate.length);
            return new ByteArrayInputStream(certificate);
        } catch (TlsHandshakeException e) {
            throw new RejectedMessageAlert(e);
        }
    }

    /**
     * Passes on what this end sends.
     *
     * @param bytes contain the content of a record before encryption
     */
    void sent(short contentType, byte[] bytes, int offset, int length) throws IOException {
        if (contentType == ContentType.handshake) {
            sent.fragment(bytes, offset, length);
        }
    }

    /** Obtains the bytes of a message, header included. Bouncy Castle exposes them only to a hash. */
    private static final class MessageBytes implements TlsHash {
        private byte[] bytes = {};
        private int offset;
        private int length;

        @Override
        public void update(byte[] input, int inOff, int count) {
            bytes = input;
            offset = inOff;
            length = count;
        }

        @Override
        public byte[] calculateHash() {
            throw new UnsupportedOperationException();
        }

        @Override
        public TlsHash cloneHash() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException();
        }
    }
}
