package io.parktls.bench.server;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The first two bytes of a connection, in which the client selects what the server does.
 *
 * @param bufferBits the binary logarithm of the size of the server's buffer, in bytes
 */
public record ServiceRequest(Service service, int bufferBits) {
    /** The length of a request, in bytes. */
    public static final int BYTES = 2;

    /** For messages of up to 64 bytes: the server holds no larger buffer for an idle connection. */
    public static final ServiceRequest SMALL_ECHO = new ServiceRequest(Service.ECHO, 6);

    public static final ServiceRequest ECHO = new ServiceRequest(Service.ECHO, 14);
    public static final ServiceRequest SEND = new ServiceRequest(Service.SEND, 16);
    public static final ServiceRequest RECEIVE = new ServiceRequest(Service.RECEIVE, 16);

    /** The service that the server performs on the connection. */
    enum Service {
        /** It sends back all that it receives. */
        ECHO('e'),
        /** It sends as fast as it can. */
        SEND('s'),
        /** It receives and discards. */
        RECEIVE('r');

        private final char letter;

        Service(char letter) {
            this.letter = letter;
        }

        private static Service of(byte letter) {
            return Arrays.stream(values())
                    .filter(service -> service.letter == letter)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("unknown service: " + letter));
        }
    }

    /** Reads a request. */
    static ServiceRequest of(ByteBuffer bytes) {
        return new ServiceRequest(Service.of(bytes.get()), bytes.get());
    }

    /** The request as it is sent, in a new array. */
    public byte[] bytes() {
        return new byte[] {(byte) service.letter, (byte) bufferBits};
    }

    /** The size of the server's buffer, in bytes. */
    int bufferSize() {
        return 1 << bufferBits;
    }
}
