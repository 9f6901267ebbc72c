package io.parktls.record;

import io.parktls.TlsAlert;
import io.parktls.TlsProtocolException;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The write half: application data, replies and close_notify become records. Used by one thread at a time, the one that
 * holds the connection's write lock.
 */
final class RecordWriter {
    private final Replies replies;
    private final long recordsPerKey;

    private RecordSealer sealer;

    /** Null for TLS 1.2, which cannot change keys. */
    private @Nullable TrafficSecret secret;

    /** Read by any thread. */
    private volatile boolean closed;

    RecordWriter(RecordSealer sealer, @Nullable TrafficSecret secret, Replies replies, long recordsPerKey) {
        this.sealer = sealer;
        this.secret = secret;
        this.replies = replies;
        this.recordsPerKey = recordsPerKey;
    }

    TlsStatus write(ByteBuffer src, ByteBuffer out) throws TlsProtocolException {
        TlsStatus replied = reply(out);
        if (replied != TlsStatus.OK) {
            return replied;
        }
        while (src.hasRemaining()) {
            int length = Math.min(src.remaining(), RecordFormat.MAX_CONTENT);
            if (out.remaining() < length + sealer.overhead()) {
                return TlsStatus.WANT_WRITE;
            }
            if (sealer.sequence() >= recordsPerKey && !renewKey(out)) {
                return TlsStatus.WANT_WRITE;
            }
            if (out.remaining() < length + sealer.overhead()) {
                return TlsStatus.WANT_WRITE;
            }
            sealer.seal(ContentType.APPLICATION_DATA, src, length, out);
        }
        return TlsStatus.OK;
    }

    /**
     * Updates the key before its AEAD is used too often (RFC 8446 5.5).
     *
     * @return false if there is no room for the KeyUpdate
     */
    private boolean renewKey(ByteBuffer out) throws TlsProtocolException {
        if (secret == null) {
            if (sealer.sequence() < 0) {
                // RFC 5246 6.1: sequence numbers do not wrap.
                throw new TlsProtocolException("the sequence numbers are used up", TlsAlert.INTERNAL_ERROR, null);
            }
            return true;
        }
        return sendKeyUpdate(false, out);
    }

    boolean hasReply() {
        return !closed && !replies.isEmpty();
    }

    TlsStatus reply(ByteBuffer out) {
        if (!hasReply()) {
            return TlsStatus.OK;
        }
        // All of them are short: a KeyUpdate, a warning and a fatal alert.
        if (out.remaining() < 3 * (sealer.overhead() + HandshakeMessage.KEY_UPDATE_LENGTH)) {
            return TlsStatus.WANT_WRITE;
        }
        int taken = replies.take();
        if ((taken & Replies.NO_RENEGOTIATION) != 0) {
            sealer.sealAlert(TlsAlert.LEVEL_WARNING, TlsAlert.NO_RENEGOTIATION.code(), out);
        }
        if ((taken & (Replies.KEY_UPDATE | Replies.KEY_UPDATE_AND_REQUEST)) != 0) {
            sendKeyUpdate((taken & Replies.KEY_UPDATE_AND_REQUEST) != 0, out);
        }
        int alert = Replies.alertCode(taken);
        if (alert >= 0) {
            sealer.sealAlert(TlsAlert.LEVEL_FATAL, alert, out);
            closed = true;
        }
        return TlsStatus.OK;
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

    private boolean sendKeyUpdate(boolean request, ByteBuffer out) {
        TrafficSecret current = secret;
        if (current == null || out.remaining() < sealer.overhead() + HandshakeMessage.KEY_UPDATE_LENGTH) {
            return false;
        }
        sealer.seal(
                ContentType.HANDSHAKE,
                ByteBuffer.wrap(HandshakeMessage.keyUpdate(request)),
                HandshakeMessage.KEY_UPDATE_LENGTH,
                out);
        TrafficSecret next = current.next();
        current.destroy();
        sealer.destroy();
        secret = next;
        sealer = new RecordSealer(next.key());
        return true;
    }

    void destroy() {
        closed = true;
        sealer.destroy();
        if (secret != null) {
            secret.destroy();
        }
    }
}
