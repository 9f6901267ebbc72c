package io.parktls.engine.bouncycastle;

import io.parktls.TlsHandshakeException;
import io.parktls.wire.HandshakeAssembler;
import io.parktls.wire.HandshakeReader;
import java.io.IOException;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.crypto.TlsHash;

/** Shows each handshake message to our own reader before Bouncy Castle's handshake handles it. */
final class MessageCheck {
    private static final int HEADER = 4;

    private final HandshakeReader reader;
    private final HandshakeAssembler sent;
    private final MessageBytes place = new MessageBytes();

    MessageCheck(HandshakeReader reader) {
        this.reader = reader;
        this.sent = new HandshakeAssembler(0xFFFFFF, reader::sent);
    }

    /**
     * Checks a message from the peer.
     *
     * @throws Refused if it must not be accepted
     */
    void received(short type, HandshakeMessageInput message) throws RejectedMessageAlert {
        message.updateHash(place);
        try {
            reader.message(type, place.bytes, place.offset + HEADER, place.length - HEADER);
        } catch (TlsHandshakeException e) {
            throw new RejectedMessageAlert(e);
        }
    }

    /** Notes what is sent: the content of a record, before it is encrypted. */
    void sent(short contentType, byte[] bytes, int offset, int length) throws IOException {
        if (contentType == ContentType.handshake) {
            sent.fragment(bytes, offset, length);
        }
    }

    /** Bouncy Castle shows the bytes of a message, header included, to nothing but a hash. */
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
