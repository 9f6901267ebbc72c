package io.parktls.bench.load;

import java.nio.ByteBuffer;

/**
 * The first bytes of a connection: what the client wants of the server.
 *
 * @param bufferBits the logarithm of the size of the buffer that the server does it with, in bytes
 */
record Opening(Service service, int bufferBits) {
    /** How many bytes it has. */
    static final int BYTES = 2;

    /** For small requests: an idle connection holds no more than this. */
    static final Opening SMALL_ECHO = new Opening(Service.ECHO, 6);

    static final Opening ECHO = new Opening(Service.ECHO, 14);
    static final Opening SEND = new Opening(Service.SEND, 16);
    static final Opening TAKE = new Opening(Service.TAKE, 16);

    enum Service {
        /** Send back what comes. */
        ECHO,
        /** Send, as fast as it goes. */
        SEND,
        /** Take what comes and forget it. */
        TAKE
    }

    /** As sent. */
    static Opening of(ByteBuffer bytes) {
        return new Opening(Service.values()[bytes.get()], bytes.get());
    }

    ByteBuffer bytes() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) service.ordinal())
                .put((byte) bufferBits)
                .flip();
    }

    /** The size of the server's buffer, in bytes. */
    int bufferSize() {
        return 1 << bufferBits;
    }
}
