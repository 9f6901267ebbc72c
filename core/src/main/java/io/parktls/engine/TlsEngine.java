package io.parktls.engine;

import io.parktls.TlsSession;
import io.parktls.TlsStatus;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TLS connection as the drive loop sees it: bytes in, bytes out. It does no I/O, starts no thread and reads
 * no clock.
 *
 * <h2>Buffers</h2>
 *
 * {@code in} holds what has arrived, from its position to its limit. The engine consumes whole records and leaves the
 * rest; it may decrypt in place and leave plaintext that nobody has asked for yet at the position. Between calls the
 * loop only appends to these bytes or moves them as a whole. {@code out} takes what is to be sent, at its position; the
 * engine writes whole records and stops when the next may not fit. Both are heap buffers with an accessible array, and
 * an empty {@code out} has room for at least one record of the largest size.
 *
 * <h2>Outcomes</h2>
 *
 * {@link TlsStatus#WANT_READ}: {@code in} has to grow first. {@link TlsStatus#WANT_WRITE}: {@code out} has to be drained
 * first; the engine asks for that when the next record does not fit, and when the operation may not end before its
 * output is on its way. Anything that is put into {@code out} besides is sent when it suits. Failures are exceptions of
 * the kinds in {@link io.parktls.TlsFailure}; the alert for the peer has then been put into {@code out}, or is waiting as
 * a reply.
 *
 * <h2>Threads</h2>
 *
 * Before the handshake is done, one thread at a time. Afterwards one thread may {@link #read} while another uses
 * {@code out}: {@link #write}, {@link #reply}, {@link #closeNotify}. The two halves share nothing but the queue of
 * replies, so neither waits for the other.
 */
public interface TlsEngine {
    /**
     * Goes as far with the handshake as the bytes at hand allow.
     *
     * @return OK when the handshake is done and its last mandatory flight drained. What a TLS 1.3 server has left in
     *     {@code out} by then (session tickets) need not be
     */
    TlsStatus handshake(ByteBuffer in, ByteBuffer out) throws SSLException;

    /**
     * As {@link #handshake(ByteBuffer, ByteBuffer)}, which is this with {@link ForeignCodeBoundary#NONE}. An engine that says by {@link
     * TlsEngineProvider.Engines#foreignCode} that it runs foreign code implements this method.
     *
     * @param boundary to be told before and after foreign code, in this call only
     */
    default TlsStatus handshake(ByteBuffer in, ByteBuffer out, ForeignCodeBoundary boundary) throws SSLException {
        return handshake(in, out);
    }

    /**
     * Whether what is left of the handshake takes next to no computing: neither a key exchange nor a signature. Asked between
     * calls of {@link #handshake}; false if in doubt.
     */
    default boolean isHandshakeLight() {
        return false;
    }

    /**
     * Decrypts application data. Called once the handshake is done.
     *
     * @param dst where to put it; bytes between its new position and its limit may be overwritten
     * @return OK with at least one byte, WANT_READ with none, CLOSED at the peer's close_notify
     */
    TlsStatus read(ByteBuffer in, ByteBuffer dst) throws SSLException;

    /**
     * Encrypts application data. Called once the handshake is done. Pending replies go out first.
     *
     * @return OK when {@code src} is used up, else WANT_WRITE
     */
    TlsStatus write(ByteBuffer src, ByteBuffer out) throws SSLException;

    /**
     * Puts close_notify into {@code out}, once; afterwards {@link #write} is not called any more (RFC 8446 6.1).
     *
     * @return OK when it is there, WANT_WRITE if it does not fit
     */
    TlsStatus closeNotify(ByteBuffer out) throws SSLException;

    /** Whether the read half left something for the peer: an alert, a KeyUpdate. Any thread may ask. */
    boolean hasReply();

    /**
     * Puts the pending replies into {@code out}, also after a failure.
     *
     * @return OK when all are there, WANT_WRITE if they do not fit
     */
    TlsStatus reply(ByteBuffer out) throws SSLException;

    /**
     * Takes note that {@code in} will never grow: what would answer WANT_READ from now on fails with
     * {@link io.parktls.TlsTruncatedException}.
     */
    void endOfInput();

    /**
     * Asks for new traffic keys (RFC 8446 4.6.3); the KeyUpdate goes out as a reply.
     *
     * @param requestPeer whether the peer is to do the same
     * @throws IllegalStateException if the handshake is not done or the protocol is not TLS 1.3
     * @throws UnsupportedOperationException if this engine leaves KeyUpdate to its own judgement
     */
    void updateKeys(boolean requestPeer);

    /** How many bytes of application data {@link #read} would deliver without more input. Called by the reader. */
    int pending();

    /**
     * What was negotiated.
     *
     * @throws IllegalStateException if the handshake is not done
     */
    TlsSession session();

    /**
     * Keying material for another protocol (RFC 5705, RFC 8446 7.5).
     *
     * @param label has been checked, as the other arguments have been (RFC 5705 4)
     * @param context may be empty, which TLS 1.2 distinguishes from absent; null means absent
     * @throws IllegalStateException if the handshake is not done
     */
    byte[] exportKeyingMaterial(String label, byte @Nullable [] context, int length) throws SSLException;

    /** A word for where the handshake is, in the engine's own terms; for people. */
    String state();

    /** Drops all keys. Called once, when no other call is running; none follows but {@link #session()}. */
    void destroy();
}
