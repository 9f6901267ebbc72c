package io.parktls;

import io.parktls.record.RecordFormat;
import io.parktls.wire.ClientHello;
import io.parktls.wire.FirstBytes;
import io.parktls.wire.HandshakeGuard;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The records of a first ClientHello. They are collected up to the one that completes the message, so that the message
 * can be inspected before an engine receives them. {@link HandshakeGuard} checks them as it does in an engine, so their
 * number and size are limited.
 *
 * <p>Guarded by both locks of the connection.
 */
final class HelloRecords {
    private final HandshakeGuard guard;

    /** The records that have been taken, in its first {@link #length} bytes. */
    private byte[] records = {};

    private int length;

    private @Nullable ClientHello hello;

    HelloRecords(TlsContext context) {
        boolean offersTls13 = context.protocols().contains(TlsVersion.TLS_1_3);
        this.guard = new HandshakeGuard(true, offersTls13, context.limits(), this::message);
    }

    private void message(int type, byte[] bytes, int body, int bodyLength) throws TlsHandshakeException {
        // The guard accepts no other message from a client before it is told of the server's answer.
        hello = ClientHello.parse(bytes, body, bodyLength);
    }

    /**
     * Takes complete records.
     *
     * @param in the bytes that have arrived; the records taken are consumed
     * @return the ClientHello; null if more records are needed, or the client has sent close_notify
     * @throws TlsHandshakeException if the records are not those of a ClientHello
     */
    @Nullable
    ClientHello take(ByteBuffer in) throws TlsHandshakeException {
        while (hello == null && !guard.isCloseNotifyReceived()) {
            if (guard.isAtFirstRecord()) {
                FirstBytes.check(in);
            }
            byte[] bytes = in.array();
            int start = in.arrayOffset() + in.position();
            int record = guard.admit(bytes, start, in.remaining());
            if (record == 0) {
                break;
            }
            keep(bytes, start, record);
            in.position(in.position() + record);
            guard.acceptPlaintext(bytes[start], bytes, start + RecordFormat.HEADER, record - RecordFormat.HEADER);
        }
        return hello;
    }

    private void keep(byte[] bytes, int start, int count) {
        if (records.length - length < count) {
            records = Arrays.copyOf(records, Math.max(length + count, Math.min(2 * length, length + 16_384)));
        }
        System.arraycopy(bytes, start, records, length, count);
        length += count;
    }

    /** Returns the ClientHello; null before it is complete. */
    @Nullable
    ClientHello hello() {
        return hello;
    }

    boolean isCloseNotifyReceived() {
        return guard.isCloseNotifyReceived();
    }

    /** Returns the records that have been taken. */
    ByteBuffer records() {
        return ByteBuffer.wrap(records, 0, length);
    }
}
