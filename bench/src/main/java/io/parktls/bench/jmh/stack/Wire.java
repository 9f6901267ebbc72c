package io.parktls.bench.jmh.stack;

import io.parktls.bio.Bio;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** The buffers between a client and a server, and the data to send. For one thread. */
public final class Wire {
    /** The maximum application data in a record, in bytes (RFC 8446 5.1). */
    static final int LARGEST_RECORD = 16_384;

    /** The capacity of each direction, in bytes: larger than any flight or record. */
    static final int CAPACITY = 1 << 17;

    private final int record;
    private final Pipe toServer;
    private final Pipe toClient;
    private final ByteBuffer payload;
    private final ByteBuffer received;

    /** The first bytes of the server, if {@link #watchServerHello} was called. They are enough for a ServerHello. */
    private final ByteBuffer fromServer = ByteBuffer.allocate(512);

    /**
     * Allocates the buffers.
     *
     * @param direct whether to allocate direct buffers
     * @param record the application data that the stack puts into a record, in bytes
     */
    Wire(boolean direct, int record) {
        this.record = record;
        toServer = new Pipe(allocate(direct, CAPACITY));
        toClient = new Pipe(allocate(direct, CAPACITY));
        byte[] data = new byte[record];
        new SplittableRandom(1).nextBytes(data);
        payload = allocate(direct, record).put(data).flip();
        // Some stacks require room for the largest possible record.
        received = allocate(direct, 2 * LARGEST_RECORD);
    }

    /** The client's and the server's end. */
    Bio[] bios() {
        return new Bio[] {Pipe.bio(toClient, toServer), Pipe.bio(toServer, toClient)};
    }

    Pipe toServer() {
        return toServer;
    }

    Pipe toClient() {
        return toClient;
    }

    /** The application data that one {@link Link#send} sends, in bytes. */
    public int record() {
        return record;
    }

    /** The data to send. */
    ByteBuffer payload() {
        return payload.rewind();
    }

    /** The buffer for received data. */
    ByteBuffer received() {
        return received;
    }

    /** Keeps the ServerHello of the next handshake for {@link #requireResumed}. */
    public void watchServerHello() {
        toClient.keepStart(fromServer);
    }

    /**
     * Checks that the watched handshake has resumed a session.
     *
     * @throws IOException if it was a full one
     */
    public void requireResumed() throws IOException {
        try {
            if (!ServerHello.of(fromServer.flip()).resumed()) {
                throw new IOException("no session is resumed");
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Discards the bytes of both directions. */
    public void reset() {
        toServer.reset();
        toClient.reset();
    }

    private static ByteBuffer allocate(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }
}
