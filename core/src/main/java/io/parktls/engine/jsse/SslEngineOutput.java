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
 * The output of an SSLEngine: records, replies and alerts. Used by the thread that runs the handshake, then by the
 * writer. The reader sets the flag that a reply is due.
 *
 * <p>A thread that wraps clears {@link #due} <em>before</em> it wraps, and a thread that unwraps sets it <em>after</em>
 * it unwraps. The flag may therefore be set unnecessarily, but it is never lost.
 */
final class SslEngineOutput {
    /**
     * The number of iterations without a byte moved or a state changed after which the SSLEngine is considered broken.
     */
    static final int IDLE_TURNS = 8;

    private static final ByteBuffer NO_DATA = ByteBuffer.allocate(0);

    private static final int HEADER = RecordFormat.HEADER;

    /** A record header with a length that exceeds the maximum of any record (RFC 8446 5.2). */
    private static final byte[] OVERSIZED_RECORD = {RecordFormat.HANDSHAKE, 3, 3, (byte) 0xFF, (byte) 0xFF};

    private final SSLEngine ssl;

    /** Whether there may be output that the writer has yet to put out. Written by the reader and the writer. */
    private volatile boolean due;

    /** An unencrypted alert that this class sends itself. Written before {@link #due} is set. */
    private @Nullable TlsAlert ownAlert;

    // ---- used by the handshake

    /** The unencrypted messages of the handshake; null once the handshake is done. */
    private @Nullable PlaintextHandshake messages;

    /** A client's change_cipher_spec that is sent together with the rest of the flight; null if there is none. */
    private byte @Nullable [] heldBack;

    SslEngineOutput(SSLEngine ssl, PlaintextHandshake messages) {
        this.ssl = ssl;
        this.messages = messages;
    }

    /** Ends the handshake. No unencrypted record is sent afterwards. */
    void established() {
        messages = null;
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
        if (messages != null) {
            messages.sent(out, at);
            holdBack(result, out, at);
        }
        return result;
    }

    /**
     * Holds back the change_cipher_spec that SunJSSE's client emits for middlebox compatibility in TLS 1.3 (RFC 8446
     * D.4) while it processes the server's flight. Sent immediately, it would be a separate write, and over pipes with
     * little capacity both ends would wait for room; so it is sent with the rest of the client's flight.
     */
    private void holdBack(SSLEngineResult result, ByteBuffer out, int at) {
        boolean more = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
        if (ssl.getUseClientMode() && !more && out.get(at) == RecordFormat.CHANGE_CIPHER_SPEC) {
            byte[] record = new byte[out.position() - at];
            out.get(at, record).position(at);
            heldBack = record;
        }
    }

    /**
     * Puts out pending output of the SSLEngine other than application data: post-handshake messages, close_notify, an
     * alert.
     */
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

    /** Queues an unencrypted alert, which this class writes itself. */
    void queueUnencryptedAlert(TlsAlert alert) {
        ownAlert = alert;
        due = true;
    }

    /**
     * Causes the SSLEngine to queue a fatal alert, for which it has no method. It is given an invalid record and
     * responds with the alert of its choice, which in SunJSSE is unexpected_message.
     *
     * @return the alert that will be sent; null if none will be
     */
    @Nullable
    TlsAlert provokeAlert() {
        try {
            ssl.unwrap(ByteBuffer.wrap(OVERSIZED_RECORD.clone()), NO_DATA);
            return null;
        } catch (SSLException | RuntimeException e) {
            due = wantsToWrap();
            return due ? JsseFailures.alertSentFor(e) : null;
        }
    }

    /** Puts the SSLEngine's final output into {@code out}, and returns the alert in it if it is not encrypted. */
    @Nullable
    TlsAlert wrapAlert(ByteBuffer out) {
        int from = out.position();
        try {
            for (int i = 0; i < IDLE_TURNS && wantsToWrap(); i++) {
                ssl.wrap(NO_DATA, out);
            }
        } catch (SSLException | RuntimeException e) {
            // The SSLEngine has already failed, so nothing more is sent.
        }
        for (int at = from; at < out.position(); at += HEADER + (out.getShort(at + 3) & 0xFFFF)) {
            boolean unencrypted = out.get(at) == RecordFormat.ALERT && out.getShort(at + 3) == 2;
            if (unencrypted && out.get(at + HEADER) == TlsAlert.LEVEL_FATAL) {
                return TlsAlert.of(out.get(at + HEADER + 1) & 0xFF).orElse(null);
            }
        }
        return null;
    }
}
