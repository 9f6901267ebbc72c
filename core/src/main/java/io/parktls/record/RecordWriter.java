package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsLimits;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The write half of the record layer: seals application data, replies and close_notify. Only the thread that holds the
 * connection's write lock uses it.
 */
final class RecordWriter {
    private final PendingReplies replies;
    private final FloodBudget budget;
    private final long recordsPerKey;

    private RecordSealer sealer;

    /** Null for TLS 1.2, which has no KeyUpdate. */
    private @Nullable TrafficSecret secret;

    /** The session tickets that are still to be sent. Emptied by the writing thread; its size is read by any thread. */
    private volatile List<byte[]> tickets = List.of();

    /** Whether close_notify or a fatal alert was sent, after which nothing may follow. Read by any thread. */
    private volatile boolean closed;

    /** The code of the fatal alert that was sent; -1 if none was. */
    private int fatalAlert = -1;

    RecordWriter(
            RecordSealer sealer,
            @Nullable TrafficSecret secret,
            PendingReplies replies,
            FloodBudget budget,
            TlsLimits limits) {
        this.sealer = sealer;
        this.secret = secret;
        this.replies = replies;
        this.budget = budget;
        this.recordsPerKey = sealer.trafficKey.algorithm().recordsPerKey(limits.recordsPerKey());
    }

    void addTickets(List<byte[]> messages) {
        tickets = messages;
    }

    TlsStatus write(ByteBuffer src, ByteBuffer out) throws TlsProtocolException {
        TlsStatus replied = reply(out);
        if (replied != TlsStatus.OK) {
            return replied;
        }
        requireOpen();
        while (src.hasRemaining()) {
            int length = Math.min(src.remaining(), RecordFormat.MAX_CONTENT);
            // RFC 8446 5.5: change the key before it reaches the limit of the AEAD. TLS 1.2 has no message for this.
            boolean updateNeeded = secret != null && sealer.sequence() >= recordsPerKey;
            if (out.remaining() < length + sealer.overhead() + (updateNeeded ? keyUpdateLength() : 0)) {
                return TlsStatus.WANT_WRITE;
            }
            if (updateNeeded) {
                sendKeyUpdate(false, out);
            }
            replies.beforeData();
            sealer.seal(ContentType.APPLICATION_DATA, src, length, out);
            budget.sentData();
        }
        return TlsStatus.OK;
    }

    /**
     * Throws if nothing may be sent any more (RFC 8446 6.1, 6.2). This is possible because the reader may fail while a
     * write is in progress.
     */
    private void requireOpen() throws TlsProtocolException {
        if (fatalAlert >= 0) {
            TlsAlert alert = TlsAlert.of(fatalAlert).orElse(null);
            throw new TlsProtocolException("the connection ended with alert " + alert, alert, null);
        }
        if (closed) {
            throw new IllegalStateException("cannot write application data after close_notify was sent");
        }
    }

    boolean hasReply() {
        return !closed && (!replies.isEmpty() || !tickets.isEmpty());
    }

    TlsStatus reply(ByteBuffer out) {
        if (!hasReply()) {
            return TlsStatus.OK;
        }
        if (!tickets.isEmpty() && !sendTickets(out)) {
            return TlsStatus.WANT_WRITE;
        }
        if (replies.isEmpty()) {
            return TlsStatus.OK;
        }
        // A KeyUpdate, a warning and a fatal alert at most. An alert is not longer than a KeyUpdate.
        if (out.remaining() < 3 * keyUpdateLength()) {
            return TlsStatus.WANT_WRITE;
        }
        int taken = replies.take();
        if ((taken & PendingReplies.NO_RENEGOTIATION) != 0) {
            sealer.sealAlert(TlsAlert.LEVEL_WARNING, TlsAlert.NO_RENEGOTIATION.code(), out);
        }
        if (PendingReplies.isKeyUpdate(taken)) {
            sendKeyUpdate((taken & PendingReplies.KEY_UPDATE_AND_REQUEST) != 0, out);
        }
        int alert = PendingReplies.alertCode(taken);
        if (alert >= 0) {
            sealer.sealAlert(TlsAlert.LEVEL_FATAL, alert, out);
            fatalAlert = alert;
            closed = true;
        }
        return TlsStatus.OK;
    }

    /** Sends the tickets that fit; returns whether none is left. */
    private boolean sendTickets(ByteBuffer out) {
        List<byte[]> rest = tickets;
        while (!rest.isEmpty() && out.remaining() >= sealer.overhead() + rest.getFirst().length) {
            byte[] message = rest.getFirst();
            sealer.seal(ContentType.HANDSHAKE, ByteBuffer.wrap(message), message.length, out);
            rest = rest.subList(1, rest.size());
        }
        tickets = rest.isEmpty() ? List.of() : rest;
        return rest.isEmpty();
    }

    TlsStatus closeNotify(ByteBuffer out) {
        TlsStatus replied = reply(out);
        if (replied != TlsStatus.OK || closed) {
            return replied;
        }
        if (out.remaining() < sealer.overhead() + 2) {
            return TlsStatus.WANT_WRITE;
        }
        sealer.sealAlert(TlsAlert.LEVEL_WARNING, TlsAlert.CLOSE_NOTIFY.code(), out);
        closed = true;
        return TlsStatus.OK;
    }

    private int keyUpdateLength() {
        return sealer.overhead() + HandshakeMessage.KEY_UPDATE_LENGTH;
    }

    /**
     * Sends a KeyUpdate and changes the key (RFC 8446 4.6.3). {@code out} must have room for {@link #keyUpdateLength}.
     */
    private void sendKeyUpdate(boolean request, ByteBuffer out) {
        TrafficSecret current = secret;
        if (current == null) {
            throw new IllegalStateException("KeyUpdate needs TLS 1.3");
        }
        byte[] message = HandshakeMessage.keyUpdate(request);
        sealer.seal(ContentType.HANDSHAKE, ByteBuffer.wrap(message), message.length, out);
        if (request) {
            budget.updateRequested();
        }
        TrafficSecret next = current.next();
        current.destroy();
        sealer.retire();
        secret = next;
        sealer = new RecordSealer(next.key());
    }

    void destroy() {
        closed = true;
        sealer.retire();
        if (secret != null) {
            secret.destroy();
        }
    }
}
