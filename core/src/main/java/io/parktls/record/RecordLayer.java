package io.parktls.record;

import io.parktls.TlsLimits;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The record protocol of an established connection, for TLS 1.3 and for the AEAD suites of TLS 1.2.
 *
 * <pre>
 *            in --&gt; RecordReader --&gt; dst            one thread
 *                        |    ^
 *                     Replies |                      KeyUpdate, alerts
 *                        v  FloodBudget              what was sent
 *           src --&gt; RecordWriter --&gt; out            another thread
 * </pre>
 *
 * The methods have the contracts of their namesakes in {@link io.parktls.engine.TlsEngine}.
 */
public final class RecordLayer {
    private final PendingReplies replies = new PendingReplies();
    private final RecordReader reader;
    private final RecordWriter writer;
    private final boolean is13;

    /**
     * Takes over from a handshake.
     *
     * @param opener has opened what came after the peer's last change of keys, which counts
     * @param sealer has sealed what went out after ours
     * @param readSecret the peer's traffic secret; null for TLS 1.2
     * @param writeSecret our traffic secret; null for TLS 1.2
     * @param server whether this end is the server
     * @param truncationIgnored whether an end of stream without close_notify is an ordinary end
     * @param nanoTime the time in nanoseconds, from any origin: see {@link FloodBudget}
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

    /** As the other constructor, but time stands still: what a peer may send depends on the data alone. */
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
            throw new IllegalStateException("KeyUpdate is a message of TLS 1.3; this is TLS 1.2");
        }
        replies.add(requestPeer ? PendingReplies.KEY_UPDATE_AND_REQUEST : PendingReplies.KEY_UPDATE);
    }

    /** Overwrites keys and secrets. */
    public void destroy() {
        reader.destroy();
        writer.destroy();
    }
}
