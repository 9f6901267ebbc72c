package io.parktls.bench.jmh.stack;

import io.parktls.bio.Bio;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/** What a client and a server need besides TLS: the bytes between them, and the data to send. For one thread. */
public final class Wire {
    /** The most application data that one record holds, in bytes (RFC 8446 5.1). */
    static final int LARGEST_RECORD = 16_384;

    /** Bytes on their way in one direction, at the most: more than any flight or record here. */
    static final int CAPACITY = 1 << 17;

    private final int record;
    private final Pipe toServer;
    private final Pipe toClient;
    private final ByteBuffer payload;
    private final ByteBuffer received;

    /**
     * A wire of such buffers as a stack likes best.
     *
     * @param direct whether those are direct
     * @param record bytes of application data that the stack puts into one record
     */
    Wire(boolean direct, int record) {
        this.record = record;
        toServer = new Pipe(allocate(direct, CAPACITY));
        toClient = new Pipe(allocate(direct, CAPACITY));
        byte[] data = new byte[record];
        new SplittableRandom(1).nextBytes(data);
        payload = allocate(direct, record).put(data).flip();
        // Some stacks want room for whatever a record could hold.
        received = allocate(direct, 2 * LARGEST_RECORD);
    }

    /** The client's end and the server's. */
    Bio[] bios() {
        return new Bio[] {Pipe.bio(toClient, toServer), Pipe.bio(toServer, toClient)};
    }

    Pipe toServer() {
        return toServer;
    }

    Pipe toClient() {
        return toClient;
    }

    /** How many bytes of application data one {@link Link#send} sends. */
    public int record() {
        return record;
    }

    /** What to send, all of it. */
    ByteBuffer payload() {
        return payload.rewind();
    }

    /** Where to put what was received. */
    ByteBuffer received() {
        return received;
    }

    /** Nothing is on its way. */
    public void reset() {
        toServer.reset();
        toClient.reset();
    }

    private static ByteBuffer allocate(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }
}
