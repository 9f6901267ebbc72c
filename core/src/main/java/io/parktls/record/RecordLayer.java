package io.parktls.record;

import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The record protocol of an established connection, for TLS 1.3 and for the AEAD suites of TLS 1.2.
 *
 * <pre>
 *            in --&gt; RecordReader --&gt; dst            reading thread
 *                        |    ^
 *           PendingReplies    |                      KeyUpdate, alerts
 *                        v  FloodBudget              number of records sent
 *           src --&gt; RecordWriter --&gt; out            writing thread
 * </pre>
 *
 * Methods without a comment have the contract of the method of the same name in {@link io.parktls.engine.TlsEngine}.
 */
public final class RecordLayer {
    private final PendingReplies replies = new PendingReplies();
    private final RecordReader reader;
    private final RecordWriter writer;
    private final boolean is13;

    /**
     * Takes over a connection after its handshake.
     *
     * @param opener has opened the records that arrived after the peer's last key change; their number determines the
     *     next sequence number
     * @param sealer has sealed the records that were sent after this side's last key change
     * @param readSecret the peer's traffic secret; null for TLS 1.2
     * @param writeSecret this side's traffic secret; null for TLS 1.2
     * @param limits the limits on messages and records
     * @param server whether this side is the server
     * @param truncationIgnored whether the end of the stream without close_notify is a normal end
     * @param nanoTime the time in nanoseconds from an arbitrary origin: see {@link FloodBudget}
     */
    public RecordLayer(
            RecordOpener opener,
            RecordSealer sealer,
            @Nullable TrafficSecret readSecret,
            @Nullable TrafficSecret writeSecret,
            TlsLimits limits,
            boolean server,
            boolean truncationIgnored,
            LongSupplier nanoTime) {
        FloodBudget budget = new FloodBudget(limits.recordsWithoutData(), nanoTime);
        this.reader = new RecordReader(opener, readSecret, replies, budget, limits, server, truncationIgnored);
        this.writer = new RecordWriter(sealer, writeSecret, replies, budget, limits);
        this.is13 = writeSecret != null;
    }

    /** Takes over a connection after its handshake; its {@link FloodBudget} does not refill over time. */
    public RecordLayer(
            RecordOpener opener,
            RecordSealer sealer,
            @Nullable TrafficSecret readSecret,
            @Nullable TrafficSecret writeSecret,
            TlsLimits limits,
            boolean server,
            boolean truncationIgnored) {
        this(opener, sealer, readSecret, writeSecret, limits, server, truncationIgnored, () -> 0);
    }

    /** Sets the consumer of the server's session tickets. Called before the first read; without it they are ignored. */
    public void ticketConsumer(TicketConsumer consumer) {
        reader.ticketConsumer(consumer);
    }

    /**
     * Adds session tickets, which are sent as replies. Called before the first operation.
     *
     * @param messages encoded NewSessionTicket messages
     */
    public void addTickets(List<byte[]> messages) {
        writer.addTickets(messages);
    }

    public TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException {
        return reader.read(in, dst);
    }

    public int pending() {
        return reader.pending();
    }

    public void endOfInput() {
        reader.endOfInput();
    }

    public TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException {
        return writer.write(src, out);
    }

    public TlsStatus closeNotify(ByteBuffer out) {
        return writer.closeNotify(out);
    }

    public boolean hasReply() {
        return writer.hasReply();
    }

    public TlsStatus reply(ByteBuffer out) {
        return writer.reply(out);
    }

    public void updateKeys(boolean requestPeer) {
        if (!is13) {
            throw new IllegalStateException(
                    "cannot update the keys: KeyUpdate needs TLS 1.3, but the connection uses TLS 1.2");
        }
        replies.add(requestPeer ? PendingReplies.KEY_UPDATE_AND_REQUEST : PendingReplies.KEY_UPDATE);
    }

    /** Overwrites all keys and secrets. */
    public void destroy() {
        reader.destroy();
        writer.destroy();
    }
}
