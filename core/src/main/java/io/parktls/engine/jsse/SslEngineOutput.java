package io.parktls.engine.jsse;

import io.parktls.TlsAlert;
import io.parktls.TlsStatus;
import io.parktls.record.RecordFormat;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What an SSLEngine puts out: records, replies and alerts. Used by the writer, and by the handshake before that; the reader
 * says when a reply is due.
 *
 * <p>A thread that wraps clears {@link #due} <em>before</em> it wraps, and a thread that unwraps sets it <em>after</em>; so
 * it may be set without need, but is never lost.
 */
final class SslEngineOutput {
    /** Turns without a byte moved or a state changed, before the SSLEngine is taken for broken. */
    static final int IDLE_TURNS = 8;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private static final int HEADER = RecordFormat.HEADER;

    /** A header that announces more than any record may hold (RFC 8446 5.2). */
    private static final byte[] IMPOSSIBLE = {RecordFormat.HANDSHAKE, 3, 3, (byte) 0xFF, (byte) 0xFF};

    private final SSLEngine ssl;

    /** Whether there is something to put out that the writer does not know of. Written by reader and writer. */
    private volatile boolean due;

    /** An alert that is ours to send, in the clear; written before {@link #due} is set. */
    private @Nullable TlsAlert ownAlert;

    // ---- the handshake's

    /** Null once the handshake is done. */
    private @Nullable PlaintextHandshake plain;

    /** A client's change_cipher_spec that waits for the flight it belongs to. */
    private byte @Nullable [] heldBack;

    SslEngineOutput(SSLEngine ssl, PlaintextHandshake plain) {
        this.ssl = ssl;
        this.plain = plain;
    }

    /** The handshake is done: nothing goes out in the clear any more. */
    void established() {
        plain = null;
    }

    boolean isReplyDue() {
        return due;
    }

    void replyDue() {
        due = true;
    }

    boolean wantsToWrap() {
        return ssl.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }

    SSLEngineResult wrap(ByteBuffer src, ByteBuffer out) throws SSLException {
        int from = out.position();
        if (heldBack != null && out.remaining() >= heldBack.length) {
            out.put(heldBack);
        }
        int at = out.position();
        SSLEngineResult result = ssl.wrap(src, out);
        if (result.bytesProduced() == 0) {
            out.position(from);
            return result;
        }
        heldBack = null;
        if (plain != null) {
            plain.sent(out, at);
            holdBack(result, out, at);
        }
        return result;
    }

    /**
     * In the middle of the server's flight SunJSSE's client puts out the change_cipher_spec that TLS 1.3 keeps for the look
     * of it (RFC 8446 D.4). Sent at once, it would be a write of its own; and over narrow pipes it would have both ends
     * wait for room. So it goes out with the rest of the client's flight.
     */
    private void holdBack(SSLEngineResult result, ByteBuffer out, int at) {
        boolean more = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        if (ssl.getUseClientMode() && !more && out.get(at) == RecordFormat.CHANGE_CIPHER_SPEC) {
            byte[] record = new byte[out.position() - at];
            out.get(at, record).position(at);
            heldBack = record;
        }
    }

    /** Puts out what nobody asked for: handshake messages after the handshake, close_notify, an alert. */
    TlsStatus reply(ByteBuffer out) throws SSLException {
        due = false;
        if (ownAlert != null) {
            if (out.remaining() < HEADER + 2) {
                due = true;
                return TlsStatus.WANT_WRITE;
            }
            RecordFormat.putPlaintextAlert(ownAlert, out);
            ownAlert = null;
            return TlsStatus.OK;
        }
        SSLEngineResult result;
        do {
            result = wrap(NO_DATA, out);
            if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                due = true;
                return TlsStatus.WANT_WRITE;
            }
        } while (result.bytesProduced() > 0 && result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP);
        return TlsStatus.OK;
    }

    // ---- alerts

    /** Queues an alert that goes out in the clear, and is therefore for us to write. */
    void alertInTheClear(TlsAlert alert) {
        ownAlert = alert;
        due = true;
    }

    /**
     * Has the SSLEngine queue a fatal alert, for which it has no call: it is shown a record that nobody can send, and sends
     * what it deems right, which is unexpected_message in SunJSSE.
     *
     * @return the alert that will go out, null if none
     */
    @Nullable
    TlsAlert provokeAlert() {
        try {
            ssl.unwrap(ByteBuffer.wrap(IMPOSSIBLE.clone()), NO_DATA);
            return null;
        } catch (SSLException | RuntimeException e) {
            due = wantsToWrap();
            return due ? JsseFailures.alertSentFor(e) : null;
        }
    }

    /** Puts the SSLEngine's last words into {@code out}. The alert among them is returned if it can be read. */
    @Nullable
    TlsAlert wrapAlert(ByteBuffer out) {
        int from = out.position();
        try {
            for (int i = 0; i < IDLE_TURNS && wantsToWrap(); i++) {
                ssl.wrap(NO_DATA, out);
            }
        } catch (SSLException | RuntimeException e) {
            // It is broken already: nothing more goes out.
        }
        for (int at = from; at < out.position(); at += HEADER + (out.getShort(at + 3) & 0xFFFF)) {
            boolean plain = out.get(at) == RecordFormat.ALERT && out.getShort(at + 3) == 2;
            if (plain && out.get(at + HEADER) == TlsAlert.LEVEL_FATAL) {
                return TlsAlert.of(out.get(at + HEADER + 1) & 0xFF).orElse(null);
            }
        }
        return null;
    }
}
