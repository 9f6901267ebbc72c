package io.parktls.bench.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;

/** One who takes turns with others. Blocks, and needs no processor, while it waits. For one thread. */
final class TurnTaker implements AutoCloseable {
    private final Socket keeper;

    private TurnTaker(Socket keeper) {
        this.keeper = keeper;
    }

    /** Takes that seat: its holder is ready for its first turn. */
    static TurnTaker at(Seat seat) throws IOException {
        Socket keeper = new Socket();
        try {
            keeper.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), seat.port()));
            keeper.setTcpNoDelay(true);
            keeper.getOutputStream()
                    .write(ByteBuffer.allocate(Integer.BYTES)
                            .putInt(seat.number())
                            .array());
            return new TurnTaker(keeper);
        } catch (IOException e) {
            keeper.close();
            throw e;
        }
    }

    /**
     * Waits for its turn.
     *
     * @throws IOException if it gets none any more
     */
    void await() throws IOException {
        if (keeper.getInputStream().read() < 0) {
            throw new IOException("lost its turn: it took too long over one, or the others were called off");
        }
    }

    /** It is the next one's turn. */
    void pass() throws IOException {
        keeper.getOutputStream().write(0);
    }

    /** Wants no more turns. */
    @Override
    public void close() throws IOException {
        keeper.close();
    }
}
