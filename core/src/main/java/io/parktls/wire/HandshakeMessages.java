package io.parktls.wire;

import io.parktls.TlsHandshakeException;

/** Takes the handshake messages of one direction, one call for each whole message, in the order of the wire. */
public interface HandshakeMessages {
    /**
     * Takes one message.
     *
     * @param type {@code HandshakeType} on the wire
     * @param bytes holds the body; it is not changed, and not kept
     * @param bodyOffset where the body begins, behind the type and the length
     * @param bodyLength bytes of the body
     * @throws TlsHandshakeException if the message must not be accepted; {@code alert()} says what the peer is to be sent
     */
    void message(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException;
}
