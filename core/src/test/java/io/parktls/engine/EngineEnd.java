package io.parktls.engine;

import io.parktls.TlsContext;
import io.parktls.TlsStatus;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** One engine and its two buffers, without a drive loop. */
public final class EngineEnd {
    /** The room that the drive loop offers for one record. */
    public static final int ONE_RECORD = 5 + 16_384 + 2_048;

    private final TlsEngine engine;
    private final ByteBuffer out;
    private ByteBuffer in = ByteBuffer.allocate(ONE_RECORD).limit(0);

    private EngineEnd(TlsEngine engine, int outCapacity) {
        this.engine = engine;
        this.out = ByteBuffer.allocate(outCapacity);
    }

    public static EngineEnd client(TlsContext context, @Nullable String host) {
        return client(context, host, 0);
    }

    public static EngineEnd client(TlsContext context, @Nullable String host, int port) {
        return of(context.engineProvider().prepare(context).client(host, port));
    }

    public static EngineEnd server(TlsContext context) {
        return of(context.engineProvider().prepare(context).server());
    }

    /** An end with room for one record of output. */
    public static EngineEnd of(TlsEngine engine) {
        return new EngineEnd(engine, ONE_RECORD);
    }

    public TlsEngine engine() {
        return engine;
    }

    /** Returns the received bytes that the engine has not consumed. */
    public ByteBuffer in() {
        return in;
    }

    /** Returns the output buffer. The output ends at the position. */
    public ByteBuffer out() {
        return out;
    }

    public TlsStatus handshake() throws SSLException {
        return engine.handshake(in, out);
    }

    /** Reads once, at most {@code room} bytes. */
    public byte[] read(int room) throws SSLException {
        ByteBuffer dst = ByteBuffer.allocate(room);
        TlsStatus status = engine.read(in, dst);
        if (status != TlsStatus.OK) {
            throw new AssertionError("read: " + status);
        }
        byte[] data = new byte[dst.flip().remaining()];
        dst.get(data);
        return data;
    }

    /** Reads and returns the status. Fails if the read produces data. */
    public TlsStatus readNothing() throws SSLException {
        ByteBuffer dst = ByteBuffer.allocate(ONE_RECORD);
        TlsStatus status = engine.read(in, dst);
        if (dst.position() > 0) {
            throw new AssertionError("read " + dst.position() + " bytes");
        }
        return status;
    }

    public TlsStatus write(byte[] data) throws SSLException {
        return engine.write(ByteBuffer.wrap(data), out);
    }

    /** Removes and returns the pending output. */
    public byte[] drain() {
        byte[] bytes = new byte[out.flip().remaining()];
        out.get(bytes).clear();
        return bytes;
    }

    /** Appends bytes to the received input. */
    public void receive(byte[] bytes) {
        ByteBuffer larger = ByteBuffer.allocate(Math.max(in.remaining() + bytes.length, ONE_RECORD));
        in = larger.put(in).put(bytes).flip();
    }

    /** Transfers the other end's pending output and replies to this end. */
    public void receiveFrom(EngineEnd peer) throws SSLException {
        receive(peer.drain());
        while (peer.engine.hasReply()) {
            peer.engine.reply(peer.out);
            receive(peer.drain());
        }
    }

    /** Completes the handshake with the other end. */
    public static void connect(EngineEnd client, EngineEnd server) throws SSLException {
        boolean clientDone = false;
        boolean serverDone = false;
        for (int turn = 0; !(clientDone && serverDone); turn++) {
            if (turn > 100) {
                throw new AssertionError("the handshake does not end");
            }
            clientDone |= client.handshake() == TlsStatus.OK;
            server.receiveFrom(client);
            serverDone |= server.handshake() == TlsStatus.OK;
            client.receiveFrom(server);
        }
    }

    /** Sends data from this end, reads it at the other end and returns the received bytes. */
    public byte[] send(byte[] data, EngineEnd peer) throws SSLException {
        ByteBuffer src = ByteBuffer.wrap(data);
        ByteArrayOutputStream received = new ByteArrayOutputStream(data.length);
        ByteBuffer dst = ByteBuffer.allocate(ONE_RECORD);
        while (received.size() < data.length) {
            int before = src.remaining() - received.size();
            engine.write(src, out);
            peer.receive(drain());
            while (peer.engine.read(peer.in, dst.clear()) == TlsStatus.OK) {
                received.write(dst.array(), 0, dst.position());
            }
            if (before == src.remaining() - received.size() && received.size() < data.length) {
                throw new AssertionError("no progress after " + received.size() + " bytes");
            }
        }
        return received.toByteArray();
    }

    /** Returns the content types of records. */
    public static List<Integer> types(byte[] records) {
        List<Integer> types = new ArrayList<>();
        int at = 0;
        while (at < records.length) {
            types.add((int) records[at]);
            at += 5 + ((records[at + 3] & 0xFF) << 8 | records[at + 4] & 0xFF);
        }
        if (at != records.length) {
            throw new AssertionError("incomplete record at the end of " + records.length + " bytes");
        }
        return types;
    }

    /** Returns an unencrypted record. */
    public static byte[] record(int type, int... fragment) {
        byte[] record = new byte[5 + fragment.length];
        record[0] = (byte) type;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (fragment.length >>> 8);
        record[4] = (byte) fragment.length;
        for (int i = 0; i < fragment.length; i++) {
            record[5 + i] = (byte) fragment[i];
        }
        return record;
    }
}
