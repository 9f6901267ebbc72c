package io.parktls.wire;

import io.parktls.TlsHandshakeException;

/** Receives the handshake messages of one direction, with one call for each complete message, in wire order. */
public interface HandshakeMessages {
    /**
     * Receives one message.
     *
     * @param type the {@code HandshakeType} on the wire
     * @param bytes the array that holds the body; an implementation must neither change nor keep it
     * @param bodyOffset the index of the body, after the message type and length
     * @param bodyLength the length of the body in bytes
     * @throws TlsHandshakeException if the message must be refused; its {@code alert()} is the alert to send
     */
    void message(int type, byte[] bytes, int bodyOffset, int bodyLength) throws TlsHandshakeException;
}
