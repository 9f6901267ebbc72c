package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Arrays;

/**
 * Puts handshake messages together from the fragments of one direction (RFC 8446 5.1). A message that is whole in its
 * fragment is passed on without a copy.
 */
public final class HandshakeAssembler {
    private static final int HEADER = 4;
    private static final byte[] NOTHING = {};

    private final int longest;
    private final HandshakeMessages messages;

    /** The beginning of a message of which more is to come, in {@link #held} bytes. */
    private byte[] begun = NOTHING;

    private int held;

    /**
     * An assembler.
     *
     * @param longest bytes of the body of a message, at most
     * @param messages gets each message
     */
    public HandshakeAssembler(int longest, HandshakeMessages messages) {
        this.longest = longest;
        this.messages = messages;
    }

    /** Whether a message has begun and not ended. */
    public boolean isWithinMessage() {
        return held > 0;
    }

    /**
     * Takes the content of one handshake record.
     *
     * @throws TlsHandshakeException with illegal_parameter if a message announces to be too long, and what the reader of
     *     the messages throws
     */
    public void fragment(byte[] bytes, int offset, int length) throws TlsHandshakeException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (held == 0 && end - at >= HEADER && end - at - HEADER >= bodyLength(bytes, at)) {
                int body = bodyLength(bytes, at);
                messages.message(bytes[at] & 0xFF, bytes, at + HEADER, body);
                at += HEADER + body;
            } else {
                at += hold(bytes, at, end);
            }
        }
    }

    /** Keeps what belongs to the message that has begun, and passes it on once it is whole. */
    private int hold(byte[] bytes, int at, int end) throws TlsHandshakeException {
        int wanted = held < HEADER ? HEADER - held : HEADER + bodyLength(begun, 0) - held;
        int taken = Math.min(wanted, end - at);
        if (held + taken > begun.length) {
            // Grows with what has come, not with what is announced.
            begun = Arrays.copyOf(begun, Math.max(held + taken, 2 * begun.length));
        }
        System.arraycopy(bytes, at, begun, held, taken);
        held += taken;
        if (held >= HEADER) {
            int body = bodyLength(begun, 0);
            if (held == HEADER + body) {
                byte[] whole = begun;
                begun = NOTHING;
                held = 0;
                messages.message(whole[0] & 0xFF, whole, HEADER, body);
            }
        }
        return taken;
    }

    private int bodyLength(byte[] bytes, int at) throws TlsHandshakeException {
        int length = (bytes[at + 1] & 0xFF) << 16 | WireReader.u16(bytes, at + 2);
        if (length > longest) {
            throw new TlsHandshakeException(
                    "a " + HandshakeType.name(bytes[at] & 0xFF) + " of " + length + " bytes, more than " + longest,
                    TlsAlert.ILLEGAL_PARAMETER,
                    null);
        }
        return length;
    }
}
