package io.parktls.engine;

import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import io.parktls.wire.ClientHello;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TLS connection as seen by the drive loop: bytes in, bytes out. An engine does no I/O, starts no threads
 * and reads no clock.
 *
 * <h2>Buffers</h2>
 *
 * {@code in} holds the received bytes between its position and its limit. The engine consumes whole records and leaves
 * the rest. It may decrypt in place and leave plaintext that has not been read yet at the position. Between calls the
 * loop only appends to these bytes or moves them as a whole. The engine puts the bytes to be sent into {@code out} at
 * its position. It writes whole records and stops when the next one might not fit. Both are heap buffers with an
 * accessible array, and an empty {@code out} has room for at least one record of the largest size.
 *
 * <h2>Outcomes</h2>
 *
 * {@link TlsStatus#WANT_READ} means that {@code in} must grow before the operation can continue.
 * {@link TlsStatus#WANT_WRITE} means that {@code out} must be drained first: the engine returns it when the next record
 * does not fit, and when the operation must not complete before its output has been sent. The loop decides when to send
 * anything else that is in {@code out}. Failures are exceptions of the kinds described in
 * {@link io.parktls.TlsFailure}; the alert for the peer is then already in {@code out} or pending as a reply.
 *
 * <h2>Threads</h2>
 *
 * Before the handshake is done, one thread at a time may use the engine. Afterwards one thread may call {@link #read}
 * while another uses {@code out}, with {@link #write}, {@link #reply} and {@link #closeNotify}. The two halves share
 * only the queue of replies, so neither waits for the other.
 */
public interface TlsEngine {
    /**
     * Advances the handshake as far as the available bytes allow.
     *
     * @param in the received bytes; the engine consumes what it uses
     * @param out receives the bytes to be sent
     * @return OK when the handshake is done and its last mandatory flight has been drained. Session tickets that a TLS
     *     1.3 server has put into {@code out} by then need not have been drained
     * @throws SSLException if the handshake fails
     */
    TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException;

    /**
     * Advances the handshake and reports calls of foreign code to a boundary.
     * {@link #handshake(ByteBuffer, ByteBuffer)} is equivalent to this method with {@link ForeignCodeBoundary#NONE}. An
     * engine whose {@link TlsEngineProvider.Engines#foreignCode} reports foreign code implements this method.
     *
     * @param in the received bytes; the engine consumes what it uses
     * @param out receives the bytes to be sent
     * @param boundary called before and after foreign code, during this call only
     * @return as {@link #handshake(ByteBuffer, ByteBuffer)}
     * @throws SSLException if the handshake fails
     */
    default TlsStatus handshake(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        return handshake(in, out);
    }

    /**
     * {@return the completion of a step of the handshake that runs in another thread; null if none does} After
     * {@link #handshake} has returned WANT_READ, a result other than null means that the engine waits for this
     * completion and not for input. No other method except {@link #destroy}, {@link #hasReply} and {@link #state} may be
     * called before the completion, and it always completes without an exception. Any thread may call this method.
     */
    default @Nullable CompletionStage<?> pendingAnswer() {
        return null;
    }

    /**
     * {@return whether the rest of the handshake requires almost no computation: neither a key exchange nor a
     * signature, and calls no foreign code} Called between calls of {@link #handshake}. An engine returns false if it
     * is in doubt.
     */
    default boolean isHandshakeLight() {
        return false;
    }

    /**
     * {@return the latest ClientHello that a server has received, also if the handshake has failed since; null before
     * one is received, after the handshake, and on a client} Called between calls of {@link #handshake}.
     */
    @SuppressWarnings("exports") // Only this module reads messages.
    default @Nullable ClientHello clientHello() {
        return null;
    }

    /**
     * Decrypts application data. Called once the handshake is done.
     *
     * @param in the received bytes; the engine consumes what it uses
     * @param dst receives the data; bytes between its new position and its limit may be overwritten
     * @return OK with at least one byte, WANT_READ with none, CLOSED after the peer's close_notify
     * @throws SSLException if TLS fails
     */
    TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException;

    /**
     * Encrypts application data. Called once the handshake is done. Pending replies are written first.
     *
     * @param src the data; the engine consumes what it encrypts
     * @param out receives the bytes to be sent
     * @return OK when {@code src} has been consumed completely, WANT_WRITE otherwise
     * @throws SSLException if TLS fails
     */
    TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException;

    /**
     * Puts close_notify into {@code out}, once. {@link #write} is not called afterwards (RFC 8446 6.1). During the
     * handshake this call cancels it: close_notify then follows user_canceled, and {@link #handshake} is not called
     * afterwards.
     *
     * @param out receives the bytes to be sent
     * @return OK when close_notify is in {@code out}, WANT_WRITE if it does not fit
     * @throws SSLException if TLS fails
     */
    TlsStatus closeNotify(ByteBuffer out) throws SSLException;

    /**
     * {@return whether the read half has queued something for the peer, such as an alert or a KeyUpdate} Any thread may
     * call this method.
     */
    boolean hasReply();

    /**
     * Puts the pending replies into {@code out}, also after a failure.
     *
     * @param out receives the bytes to be sent
     * @return OK when all replies are in {@code out}, WANT_WRITE if they do not fit
     * @throws SSLException if TLS fails
     */
    TlsStatus reply(ByteBuffer out) throws SSLException;

    /**
     * Notes that {@code in} will never grow again. From now on operations that would return WANT_READ fail with
     * {@link io.parktls.TlsTruncatedException}.
     */
    void endOfInput();

    /**
     * Requests new traffic keys (RFC 8446 4.6.3). The KeyUpdate is sent as a reply.
     *
     * @param requestPeer whether the peer is asked to update its keys too
     * @throws IllegalStateException if the handshake is not done or the protocol is not TLS 1.3
     * @throws UnsupportedOperationException if this engine decides by itself when to update keys
     */
    void updateKeys(boolean requestPeer);

    /**
     * {@return how many bytes of application data {@link #read} can deliver without further input} Called by the
     * reading thread.
     */
    int pending();

    /**
     * {@return the negotiated parameters}
     *
     * @throws IllegalStateException if the handshake is not done
     */
    TlsSession session();

    /**
     * {@return keying material for another protocol (RFC 5705, RFC 8446 7.5)} The caller has checked the arguments (RFC
     * 5705 4).
     *
     * @param label the label
     * @param context the context value; null means absent, which TLS 1.2 distinguishes from an empty one
     * @param length the number of bytes to export
     * @throws IllegalStateException if the handshake is not done
     * @throws SSLException if the engine cannot export
     */
    byte[] exportKeyingMaterial(String label, byte @Nullable [] context, int length) throws SSLException;

    /** {@return the state of the handshake in the engine's own terms, for error messages} */
    String state();

    /**
     * Discards all keys. Called once, while no other call is running. Only {@link #session()} may be called afterwards.
     */
    void destroy();
}
