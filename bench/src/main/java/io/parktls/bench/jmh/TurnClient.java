package io.parktls.bench.jmh;

import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * A JVM's connection to the {@link TurnServer}. Waiting for a turn blocks and uses no processor time. For one thread.
 */
final class TurnClient implements AutoCloseable {
    /** The end of the last turn, which a remark follows. */
    static final int LEAVES = 1;

    private final Socket server;

    private TurnClient(Socket server) {
        this.server = server;
    }

    /** Connects: this JVM is ready for its first turn. */
    static TurnClient connect(TurnSlot slot) throws IOException {
        Socket server = new Socket();
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), slot.port()));
            server.setTcpNoDelay(true);
            server.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES)
                            .putInt(slot.number())
                            .array());
            return new TurnClient(server);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /**
     * Waits for the next turn.
     *
     * @throws IOException if there is none
     */
    void await() throws IOException {
        if (server.getInputStream().read() < 0) {
            throw new IOException(
                    "no more turns: this JVM has exceeded the timeout of a turn, or the comparison has ended");
        }
    }

    /** Ends this turn. */
    void end() throws IOException {
        server.getOutputStream().write(0);
    }

    /**
     * Ends this turn, which was the last one.
     *
     * @param remark what is to be said about the measurement in this JVM
     */
    void leave(String remark) throws IOException {
        DataOutputStream out = new DataOutputStream(server.getOutputStream());
        out.write(LEAVES);
        out.writeUTF(remark);
        close();
    }

    /** Gives up all further turns. */
    @Override
    public void close() throws IOException {
        server.close();
    }
}
