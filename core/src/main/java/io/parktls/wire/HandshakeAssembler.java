package io.parktls.wire;

import io.parktls.TlsAlert;
import io.parktls.TlsHandshakeException;
import java.util.Arrays;

/**
 * Assembles handshake messages from the record fragments of one direction (RFC 8446 5.1). A message that lies within
 * one fragment is passed on without a copy. Not thread-safe.
 */
public final class HandshakeAssembler {
    private static final int HEADER = 4;
    private static final byte[] NOTHING = {};

    private final int maxBodyLength;
    private final HandshakeMessages messages;

    /** The first {@link #held} bytes of an incomplete message. */
    private byte[] partial = NOTHING;

    private int held;

    /**
     * Creates an assembler.
     *
     * @param maxBodyLength the maximum length of a message body in bytes
     * @param messages receives each message
     */
    public HandshakeAssembler(int maxBodyLength, HandshakeMessages messages) {
        this.maxBodyLength = maxBodyLength;
        this.messages = messages;
    }

    /** Returns whether an incomplete message is held. */
    public boolean isWithinMessage() {
        return held > 0;
    }

    /**
     * Processes the content of one handshake record.
     *
     * @throws TlsHandshakeException with illegal_parameter if the header of a message announces more than the maximum
     *     length, or as thrown by the receiver of the messages
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

    /**
     * Copies bytes of the incomplete message, and passes the message on once it is complete. Returns how many it
     * copied.
     */
    private int hold(byte[] bytes, int at, int end) throws TlsHandshakeException {
        int missing = held < HEADER ? HEADER - held : HEADER + bodyLength(partial, 0) - held;
        int copied = Math.min(missing, end - at);
        if (held + copied > partial.length) {
            // The buffer grows with the bytes received, not with the announced length, which a peer can choose freely.
            partial = Arrays.copyOf(partial, Math.max(held + copied, 2 * partial.length));
        }
        System.arraycopy(bytes, at, partial, held, copied);
        held += copied;
        if (held >= HEADER) {
            int body = bodyLength(partial, 0);
            if (held == HEADER + body) {
                byte[] complete = partial;
                partial = NOTHING;
                held = 0;
                messages.message(complete[0] & 0xFF, complete, HEADER, body);
            }
        }
        return copied;
    }

    private int bodyLength(byte[] bytes, int at) throws TlsHandshakeException {
        int length = (bytes[at + 1] & 0xFF) << 16 | WireReader.u16(bytes, at + 2);
        if (length > maxBodyLength) {
            throw new TlsHandshakeException(
                    HandshakeType.name(bytes[at] & 0xFF) + " of " + length + " bytes; the limit is " + maxBodyLength,
                    TlsAlert.ILLEGAL_PARAMETER,
                    null);
        }
        return length;
    }
}
